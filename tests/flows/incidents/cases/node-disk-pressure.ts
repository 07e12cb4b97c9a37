import type { CauseCase } from '../case.ts';
import { MACHINE, onIt } from '../nodes.ts';
import { ago, containerStatus, deployment, event, node, pod, waiting } from '../objects.ts';

const full = node('node-b', {
  taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }],
  conditions: [
    {
      type: 'DiskPressure',
      status: 'True',
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
      lastTransitionTime: ago(25),
    },
  ],
});
const evicted = (minutes: number) =>
  pod('prod/app-2', {
    node: 'node-b',
    phase: 'Failed',
    ready: false,
    statuses: [],
    status: {
      reason: 'Evicted',
      message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 8Gi. ',
      conditions: [{ type: 'DisruptionTarget', status: 'True', lastTransitionTime: ago(minutes) }],
    },
  });

export const nodeDiskPressureCase: CauseCase = {
  cause: 'NodeDiskPressure',
  firing: {
    objects: [
      node('node-a'),
      full,
      onIt(false),
      evicted(5),
      event('Node node-b', 'FreeDiskSpaceFailed', 'Failed to garbage collect required amount of images.'),
    ],
    expect: { object: MACHINE, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), node('node-b'), onIt(true)] },
  recovered: {
    objects: [
      node('node-a'),
      node('node-b'),
      onIt(true),
      evicted(50),
      event('Node node-b', 'NodeHasDiskPressure', 'Node node-b status is now: NodeHasDiskPressure', { minutesAgo: 55 }),
    ],
  },
  // The pods used more than they may; the node has room.
  nearest: {
    objects: [
      node('node-a'),
      node('node-b'),
      onIt(false).slice(0, 2),
      pod('prod/app-2', {
        phase: 'Failed',
        ready: false,
        statuses: [],
        status: {
          reason: 'Evicted',
          message: 'Usage of EmptyDir volume "cache" exceeds the limit "500Mi". ',
          conditions: [{ type: 'DisruptionTarget', status: 'True', lastTransitionTime: ago(3) }],
        },
      }),
    ],
    expect: { cause: 'Evicted', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'a wrong image on the full node is a fault of its own': {
      objects: [
        node('node-a'),
        full,
        ...deployment('prod/app', { ready: 0 }),
        pod('prod/app-1', {
          node: 'node-b',
          phase: 'Pending',
          statuses: [
            containerStatus({ state: waiting('ErrImagePull', 'rpc error: code = NotFound desc = manifest unknown') }),
          ],
        }),
      ],
      expect: { cause: 'NodeDiskPressure', object: MACHINE, also: ['ImageNotFound'] },
    },
  },
};
