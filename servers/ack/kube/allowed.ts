import type { Json, JsonObject } from '../../../src/tools/types.ts';
import { refusal } from '../errors.ts';
import { isRecord, type KubeObject } from './objects.ts';

/** Which fields of which kinds a patch may change: the closed list. `*` is any key or index; what lies below a path is covered, too. */

const containerFields = 'resources image livenessProbe readinessProbe startupProbe env envFrom'.split(' ');
const podFields = 'nodeSelector tolerations affinity'.split(' ');

const template = (at: string) => [
  `${at}/metadata/annotations`,
  ...podFields.map((field) => `${at}/spec/${field}`),
  ...['containers', 'initContainers'].flatMap((list) =>
    containerFields.map((field) => `${at}/spec/${list}/*/${field}`),
  ),
];

const workload = ['/spec/replicas', '/spec/strategy', '/spec/updateStrategy', ...template('/spec/template')];

/** Kinds with fields that a patch may change. */
export const patchableKinds = (): string[] => Object.keys(byKind);

const byKind: Record<string, readonly string[]> = {
  Deployment: [...workload, '/spec/paused'],
  StatefulSet: workload,
  DaemonSet: workload,
  ReplicaSet: workload,
  ReplicationController: workload,
  Job: template('/spec/template'),
  CronJob: ['/spec/suspend', ...template('/spec/jobTemplate/spec/template')],
  Service: ['/spec/selector', '/spec/ports'],
  ConfigMap: ['/data'],
  PersistentVolumeClaim: ['/spec/resources/requests/storage'],
  HorizontalPodAutoscaler: [
    '/spec/minReplicas',
    '/spec/maxReplicas',
    '/spec/metrics/*/resource/target/averageUtilization',
  ],
  ResourceQuota: ['/spec/hard'],
  Ingress: ['/spec/ingressClassName', '/spec/defaultBackend', '/spec/rules/*/http/paths/*/backend'],
  PodDisruptionBudget: ['/spec/minAvailable', '/spec/maxUnavailable'],
};

/** Kinds that this server changes nothing of, finalizers included. */
const untouchable = new Set([
  'Secret',
  'Node',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
]);
const everywhere = ['/metadata/finalizers'];

/** What stands in the place of a secret in everything that leaves the bot's gateway; written back, it would destroy the secret. */
const blanked = '<secret:';

const allowedFor = (kind: string) =>
  untouchable.has(kind) ? [] : [...(byKind[kind] ?? []), ...everywhere].map((path) => path.split('/').slice(1));

/** Refuses with REFUSED a patch that would change anything but what is allowed, naming the first such path. */
export function checkAllowed(
  kind: string,
  type: 'json' | 'merge' | 'strategic',
  patch: Json,
  before: KubeObject,
): void {
  if (JSON.stringify(patch).includes(blanked))
    throw refusal('REFUSED', 'The patch holds a secret that was blanked out on its way: make the change by hand');
  const allowed = allowedFor(kind);
  const bad = type === 'json' ? forbiddenStep(allowed, patch) : forbiddenField({ allowed, type, before }, patch, []);
  if (bad !== undefined) throw refusal('REFUSED', `A patch of a ${kind} may not change ${bad}`);
}

/** Whether a path lies at or below an allowed one. */
const covered = (allowed: string[][], path: readonly string[]) =>
  allowed.some((pattern) => pattern.length <= path.length && fits(pattern, path.slice(0, pattern.length)));

/** Whether an allowed path lies below this one. */
const leadsOn = (allowed: string[][], path: readonly string[]) =>
  allowed.some((pattern) => pattern.length > path.length && fits(pattern.slice(0, path.length), path));

const fits = (pattern: readonly string[], path: readonly string[]) =>
  pattern.every((part, index) => part === '*' || part === path[index]);

function forbiddenStep(allowed: string[][], patch: Json): string | undefined {
  if (!Array.isArray(patch)) return 'anything: a JSON patch is a list of operations';
  for (const step of patch) {
    const { op, path } = isRecord(step) ? step : {};
    if (typeof op !== 'string' || typeof path !== 'string' || !path.startsWith('/'))
      return 'anything: an operation is malformed';
    if (allowed.length > 0 && op === 'test') continue;
    if (!['add', 'remove', 'replace'].includes(op)) return `${path} by ${op}`;
    const parts = path
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    // `-` would append an element; where a list is only passed through, its elements are those that are there.
    if (!covered(allowed, parts)) return path;
  }
  return undefined;
}

interface Walk {
  allowed: string[][];
  type: 'merge' | 'strategic';
  before: KubeObject;
}

function forbiddenField(walk: Walk, value: Json, path: readonly string[]): string | undefined {
  if (path.length > 0 && covered(walk.allowed, path)) return undefined;
  const named = `/${path.join('/')}`;
  if (path.length > 0 && !leadsOn(walk.allowed, path)) return named;
  if (Array.isArray(value)) return walk.type === 'strategic' ? forbiddenElement(walk, value, path) : named;
  if (!isRecord(value)) return named;
  for (const [key, inner] of Object.entries(value)) {
    if (key.startsWith('$setElementOrder/')) continue;
    const bad = key.startsWith('$') ? `${named}/${key}` : forbiddenField(walk, inner, [...path, key]);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

/** A strategic patch finds elements by name: one that is not there would be added. */
function forbiddenElement(walk: Walk, elements: Json[], path: readonly string[]): string | undefined {
  const present = at(walk.before, path);
  const names = Array.isArray(present) ? present.map((each) => (isRecord(each) ? each.name : undefined)) : [];
  for (const element of elements) {
    const { name, ...rest } = isRecord(element) ? element : {};
    const named = [...path, typeof name === 'string' ? name : '?'];
    if (typeof name !== 'string' || !names.includes(name)) return `/${named.join('/')}`;
    const bad = forbiddenField(walk, rest as JsonObject, named);
    if (bad !== undefined) return bad;
  }
  return undefined;
}

const at = (object: Record<string, unknown>, path: readonly string[]) =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), object);
