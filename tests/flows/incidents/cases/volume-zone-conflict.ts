import type { CauseCase } from '../case.ts';
import { deployment, event, node, object, type Raw } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const zone = 'topology.kubernetes.io/zone';
const volume = (where: string, more: Raw = {}) =>
  object('v1', 'PersistentVolume', 'pv-1', {
    spec: {
      capacity: { storage: '20Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'disk',
      claimRef: { namespace: 'prod', name: 'data', uid: 'uid-prod/data' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zone, operator: 'In', values: [where] }] }] },
      },
      ...more,
    },
    status: { phase: 'Bound' },
  });
const claim = object('v1', 'PersistentVolumeClaim', 'prod/data', {
  spec: {
    storageClassName: 'disk',
    volumeName: 'pv-1',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '20Gi' } },
  },
  status: { phase: 'Bound' },
});
const withData = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const said =
  '0/2 nodes are available: 2 node(s) had volume node affinity conflict. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
const nodes = [node('node-a'), node('node-b')];
const stuck = (message: string) =>
  [deployment('prod/app', { ready: 0, podSpec: withData }), pending('prod/app-1', message, { spec: withData })].flat();

export const volumeZoneConflictCase: CauseCase = {
  cause: 'VolumeZoneConflict',
  firing: {
    objects: [nodes, volume('cn-hangzhou-k'), claim, stuck(said)],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [nodes, volume('cn-hangzhou-i'), claim, placed('prod/app', withData)] },
  recovered: {
    objects: [
      nodes,
      volume('cn-hangzhou-i'),
      claim,
      placed('prod/app', withData),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 40, component: 'default-scheduler' }),
    ],
  },
  // The node that reaches the volume is there, and full.
  nearest: {
    objects: [
      node('node-a'),
      node('node-b', { labels: { [zone]: 'cn-hangzhou-k' } }),
      volume('cn-hangzhou-k'),
      claim,
      stuck("0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match PersistentVolume's node affinity."),
    ],
    expect: { cause: 'InsufficientCPU', object: app },
  },
  more: {
    'seen from volume and nodes alone': {
      objects: [
        nodes,
        volume('cn-hangzhou-k'),
        claim,
        deployment('prod/app', { ready: 0 }),
        unplaced('prod/app-1', { spec: withData }),
      ],
      expect: { cause: 'VolumeZoneConflict', object: app, confidence: 'proven' },
    },
    'volumes that cannot be seen leave the word of the scheduler': {
      unknown: ['PersistentVolume', 'PersistentVolumeClaim'],
      objects: [nodes, stuck(said)],
      expect: { cause: 'VolumeZoneConflict', object: app },
    },
    'a volume with the zone label of older drivers': {
      objects: [
        nodes,
        object('v1', 'PersistentVolume', 'pv-1', {
          metadata: { labels: { 'failure-domain.beta.kubernetes.io/zone': 'cn-hangzhou-k' } },
          spec: { capacity: { storage: '20Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'disk' },
        }),
        claim,
        stuck('0/2 nodes are available: 2 node(s) had no available volume zone.'),
      ],
      expect: { cause: 'VolumeZoneConflict', object: app },
    },
    'only the control plane, which takes no pods, reaches the volume': {
      objects: [
        node('control', {
          labels: { [zone]: 'cn-hangzhou-k' },
          taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
        }),
        nodes,
        volume('cn-hangzhou-k'),
        claim,
        stuck(
          '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) had volume node affinity conflict.',
        ),
      ],
      expect: { cause: 'VolumeZoneConflict', object: app },
    },
    'a local volume that waits for its first pod is on a node the pod may not use': {
      objects: [
        nodes,
        object('storage.k8s.io/v1', 'StorageClass', 'local', {
          provisioner: 'kubernetes.io/no-provisioner',
          volumeBindingMode: 'WaitForFirstConsumer',
        }),
        volume('cn-hangzhou-k', { storageClassName: 'local', claimRef: undefined }),
        object('v1', 'PersistentVolumeClaim', 'prod/data', {
          spec: {
            storageClassName: 'local',
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '20Gi' } },
          },
          status: { phase: 'Pending' },
        }),
        stuck("0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind."),
      ],
      expect: { cause: 'VolumeZoneConflict', object: app },
    },
  },
};
