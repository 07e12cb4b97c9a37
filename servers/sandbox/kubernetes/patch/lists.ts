/** How the lists of an object are merged: a path of field names, without the places in lists. */
type Path = readonly string[];

/** Fields that are told apart by one key wherever they stand. */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  secrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  schedulingGates: 'name',
  resourceClaims: 'name',
  conditions: 'type',
  ownerReferences: 'uid',
  podIPs: 'ip',
  webhooks: 'name',
};

const lastOf = (path: Path): string => path.at(-1) ?? '';
const inContainer = (path: Path): boolean => /^(init|ephemeral)?[cC]ontainers$/.test(path.at(-2) ?? '');
const ofService = (path: Path): boolean => path.join('.') === 'spec.ports';

/**
 * The key a strategic merge tells the items of a list apart by; undefined for a list that is replaced. The
 * `patchMergeKey` tags of k8s.io/api.
 */
export function mergeKey(path: Path): string | undefined {
  const field = lastOf(path);
  if (field === 'ports') return inContainer(path) ? 'containerPort' : ofService(path) ? 'port' : undefined;
  if (field === 'addresses') return path[0] === 'status' ? 'type' : undefined;
  return MERGE_KEYS[field];
}

/** Lists of plain values that are merged: tag `patchStrategy=merge` without a key. */
export const isMergedSet = (path: Path): boolean => lastOf(path) === 'finalizers' || lastOf(path) === 'podCIDRs';

/**
 * The keys server-side apply tells the items of a list apart by: the `listMapKey` markers of k8s.io/api, which differ
 * in some places from the strategic ones.
 */
export function listMapKeys(path: Path): readonly string[] | undefined {
  const field = lastOf(path);
  if (field === 'ports' && mergeKey(path)) return [mergeKey(path) ?? '', 'protocol'];
  if (field === 'topologySpreadConstraints') return ['topologyKey', 'whenUnsatisfiable'];
  const key = mergeKey(path);
  return key === undefined ? undefined : [key];
}

const ATOMIC_MAPS = new Set([
  'selector',
  'labelSelector',
  'namespaceSelector',
  'podSelector',
  'nodeSelector',
  'configMapKeyRef',
  'secretKeyRef',
  'fieldRef',
  'resourceFieldRef',
  'scaleTargetRef',
  'claimRef',
  'roleRef',
  'nodeSelectorTerms',
]);

/** Maps that server-side apply owns as a whole: `structType=atomic`. */
export const isAtomicMap = (path: Path): boolean => ATOMIC_MAPS.has(lastOf(path));
