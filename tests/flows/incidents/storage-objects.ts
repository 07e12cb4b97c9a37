import { ago, deployment, object, pod, type Raw } from './objects.ts';
import { pending } from './pending.ts';

/** Claims, volumes and classes as the API writes them. */

export interface ClaimSpecs {
  phase?: string;
  storageClassName?: string;
  accessModes?: string[];
  storage?: string;
  minutes?: number;
  spec?: Raw;
  status?: Raw;
  metadata?: Raw;
}

/** Pending for twenty minutes by default, of class `disk`, ReadWriteOnce, 20Gi. */
export function claim(path: string, specs: ClaimSpecs = {}): Raw {
  const { phase = 'Pending', storageClassName = 'disk', accessModes = ['ReadWriteOnce'], storage = '20Gi' } = specs;
  return object('v1', 'PersistentVolumeClaim', path, {
    metadata: { creationTimestamp: ago(specs.minutes ?? 20), ...specs.metadata },
    spec: { storageClassName, accessModes, resources: { requests: { storage } }, ...specs.spec },
    status: { phase, ...(phase === 'Bound' && { capacity: { storage }, accessModes }), ...specs.status },
  });
}

/** Available by default, of class `disk`, ReadWriteOnce, 20Gi. */
export function volume(name: string, specs: ClaimSpecs & { claimRef?: string } = {}): Raw {
  const { storageClassName = 'disk', accessModes = ['ReadWriteOnce'], storage = '20Gi', claimRef } = specs;
  const [namespace, claimName] = claimRef?.split('/') ?? [];
  return object('v1', 'PersistentVolume', name, {
    metadata: { ...specs.metadata },
    spec: {
      capacity: { storage },
      accessModes,
      storageClassName,
      persistentVolumeReclaimPolicy: 'Retain',
      ...(claimRef && { claimRef: { namespace, name: claimName, uid: `uid-${claimRef}` } }),
      ...specs.spec,
    },
    status: { phase: specs.phase ?? (claimRef ? 'Bound' : 'Available') },
  });
}

export function storageClass(name: string, specs: Raw & { metadata?: Raw } = {}): Raw {
  return object('storage.k8s.io/v1', 'StorageClass', name, {
    provisioner: 'diskplugin.csi.alibabacloud.com',
    volumeBindingMode: 'Immediate',
    reclaimPolicy: 'Delete',
    ...specs,
  });
}

export const byHand: Raw = { provisioner: 'kubernetes.io/no-provisioner' };

/** The pod template's part that mounts the claim `data` at `/data`. */
export const withData: Raw = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };

/** A Deployment whose pod waits for the claim `data`. */
export function waiting(
  message = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
): Raw[] {
  return [
    ...deployment('prod/app', { ready: 0, podSpec: withData }),
    pending('prod/app-1', message, { spec: withData }),
  ];
}

/** The same where it runs, with claim and volume bound. */
export function mounted(specs: ClaimSpecs = {}): Raw[] {
  return [
    ...deployment('prod/app', { podSpec: withData }),
    pod('prod/app-1', { spec: withData }),
    claim('prod/data', { ...specs, phase: 'Bound', spec: { ...specs.spec, volumeName: 'pv-1' } }),
    volume('pv-1', { ...specs, spec: {}, claimRef: 'prod/data' }),
  ];
}

export const data = { kind: 'PersistentVolumeClaim', namespace: 'prod', name: 'data' };
