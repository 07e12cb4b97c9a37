import { z } from 'zod';
import { rowsOf } from './collector.ts';
import { listOf, metadata, millis, quantities, requirements, resourceNumbers, whole } from './values.ts';

/** Claims, volumes, quotas and ranges. */

const claimSchema = z.object({
  metadata,
  spec: z
    .object({
      storageClassName: z.string().nullish(),
      volumeName: z.string().nullish(),
      accessModes: listOf(z.string()),
      resources: z.object({ requests: quantities }).nullish(),
    })
    .prefault({}),
  status: z
    .object({ phase: z.string().default('Pending'), capacity: quantities, accessModes: listOf(z.string()) })
    .prefault({}),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/ */
export const createClaims = () =>
  rowsOf('PersistentVolumeClaim', { schema: claimSchema }, ({ metadata: about, spec, status }) => ({
    namespace: about.namespace,
    name: about.name,
    phase: status.phase,
    ...(spec.storageClassName && { storageClass: spec.storageClassName }),
    ...(spec.volumeName && { volume: spec.volumeName }),
    size: whole(status.capacity.storage) ?? whole(spec.resources?.requests.storage) ?? 0,
    accessModes: [...(status.accessModes.length > 0 ? status.accessModes : spec.accessModes)].sort(),
    createdAt: millis(about.creationTimestamp) ?? 0,
  }));

const volumeSchema = z.object({
  metadata,
  spec: z.looseObject({
    capacity: quantities,
    persistentVolumeReclaimPolicy: z.string().nullish(),
    csi: z.object({ driver: z.string() }).nullish(),
    claimRef: z.object({ namespace: z.string().default(''), name: z.string() }).nullish(),
    nodeAffinity: z
      .object({
        required: z.object({ nodeSelectorTerms: listOf(z.object({ matchExpressions: requirements })) }).nullish(),
      })
      .nullish(),
  }),
  status: z.object({ phase: z.string().default('Pending') }).prefault({}),
});
/** Sources that are no CSI driver, as their fields are called. */
const sources = ['nfs', 'local', 'hostPath', 'iscsi', 'fc', 'flexVolume', 'cephfs', 'glusterfs', 'rbd'];

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-v1/ */
export const createVolumes = () =>
  rowsOf('PersistentVolume', { schema: volumeSchema }, ({ metadata: about, spec, status }) => {
    const source = sources.find((name) => spec[name]);
    const driver = spec.csi?.driver ?? source;
    return {
      name: about.name,
      phase: status.phase,
      ...(driver && { driver }),
      size: whole(spec.capacity.storage) ?? 0,
      reclaimPolicy: spec.persistentVolumeReclaimPolicy ?? 'Retain',
      nodeAffinity: (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).map((term) => term.matchExpressions),
      local: source === 'local' || source === 'hostPath',
      ...(spec.claimRef && { claim: `${spec.claimRef.namespace}/${spec.claimRef.name}` }),
      createdAt: millis(about.creationTimestamp) ?? 0,
    };
  });

const quotaSchema = z.object({
  metadata,
  spec: z.object({ hard: quantities }).prefault({}),
  status: z.object({ hard: quantities, used: quantities }).prefault({}),
});

export const createQuotas = () =>
  rowsOf('ResourceQuota', { schema: quotaSchema }, ({ metadata: about, spec, status }) => ({
    namespace: about.namespace,
    name: about.name,
    hard: resourceNumbers(Object.keys(status.hard).length > 0 ? status.hard : spec.hard),
    used: resourceNumbers(status.used),
  }));

const rangeSchema = z.object({
  metadata,
  spec: z
    .object({
      limits: listOf(
        z.object({ type: z.string(), min: quantities, max: quantities, maxLimitRequestRatio: quantities }),
      ),
    })
    .prefault({}),
});

export const createLimitRanges = () =>
  rowsOf('LimitRange', { schema: rangeSchema }, ({ metadata: about, spec }) => {
    const own = spec.limits.find(({ type }) => type === 'Container');
    if (!own) return undefined;
    const ratios = Object.entries(own.maxLimitRequestRatio).map(([name, value]): [string, number] => [
      name,
      Number(value),
    ]);
    return {
      namespace: about.namespace,
      name: about.name,
      min: resourceNumbers(own.min),
      max: resourceNumbers(own.max),
      maxRatio: Object.fromEntries(ratios.filter(([, ratio]) => Number.isFinite(ratio)).sort()),
    };
  });
