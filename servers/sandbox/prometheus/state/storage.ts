import type { Claim, PersistentVolume } from '../../kubernetes/controllers/kinds.ts';
import { amount } from '../../kubernetes/controllers/quantities.ts';
import { known, oneHot, type StateSample, sample, seconds } from './sample.ts';

const CLAIM_PHASES = ['Lost', 'Bound', 'Pending'];
const VOLUME_PHASES = ['Pending', 'Available', 'Bound', 'Released', 'Failed'];

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/storage/persistentvolumeclaim-metrics.md */
export function describeClaim({ metadata, spec, status }: Claim): StateSample[] {
  const labels = { namespace: metadata.namespace, persistentvolumeclaim: metadata.name };
  const requested = spec.resources?.requests?.storage;
  return [
    sample(
      'kube_persistentvolumeclaim_info',
      { ...labels, storageclass: spec.storageClassName, volumename: spec.volumeName },
      1,
    ),
    ...known('kube_persistentvolumeclaim_created', labels, seconds(metadata.creationTimestamp)),
    ...oneHot('kube_persistentvolumeclaim_status_phase', labels, {
      label: 'phase',
      values: CLAIM_PHASES,
      actual: status?.phase,
    }),
    ...known(
      'kube_persistentvolumeclaim_resource_requests_storage_bytes',
      labels,
      requested === undefined ? undefined : amount(requested),
    ),
    ...(spec.accessModes ?? []).map((mode) =>
      sample('kube_persistentvolumeclaim_access_mode', { ...labels, access_mode: mode }, 1),
    ),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/storage/persistentvolume-metrics.md */
export function describeVolume({ metadata, spec, status }: PersistentVolume): StateSample[] {
  const labels = { persistentvolume: metadata.name };
  return [
    sample(
      'kube_persistentvolume_info',
      { ...labels, storageclass: spec.storageClassName, csi_driver: spec.csi?.driver },
      1,
    ),
    sample('kube_persistentvolume_capacity_bytes', labels, amount(spec.capacity?.storage)),
    ...oneHot('kube_persistentvolume_status_phase', labels, {
      label: 'phase',
      values: VOLUME_PHASES,
      actual: status?.phase,
    }),
    ...(spec.claimRef
      ? [
          sample(
            'kube_persistentvolume_claim_ref',
            { ...labels, claim_namespace: spec.claimRef.namespace, name: spec.claimRef.name },
            1,
          ),
        ]
      : []),
  ];
}
