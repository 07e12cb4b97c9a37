import type { CauseCase } from '../case.ts';
import { deployment, event, node } from '../objects.ts';
import { app, controlPlaneTaint, pending, placed, unplaced } from '../pending.ts';

const control = node('control', { taints: [controlPlaneTaint] });
const cordoned = (name: string) =>
  node(name, {
    unschedulable: true,
    taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: '2026-11-25T11:30:00Z' }],
  });
const said =
  '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';

export const nodesCordonedCase: CauseCase = {
  cause: 'NodesCordoned',
  firing: {
    objects: [
      control,
      cordoned('node-a'),
      cordoned('node-b'),
      deployment('prod/app', { ready: 0 }),
      pending('prod/app-1', said),
    ],
    expect: { object: app, confidence: 'proven', remedies: ['uncordon'] },
  },
  // A cordoned node on its own is maintenance, no fault.
  healthy: { objects: [control, cordoned('node-b'), node('node-a'), placed('prod/app')] },
  recovered: {
    objects: [
      control,
      node('node-a'),
      placed('prod/app'),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 20, component: 'default-scheduler' }),
      event('Node node-a', 'NodeSchedulable', 'Node node-a status is now: NodeSchedulable', {
        type: 'Normal',
        minutesAgo: 19,
      }),
    ],
  },
  nearest: {
    objects: [
      control,
      cordoned('node-b'),
      node('node-a'),
      deployment('prod/app', { ready: 0 }),
      pending(
        'prod/app-1',
        '0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.',
      ),
    ],
    expect: { cause: 'InsufficientMemory', object: app },
  },
  more: {
    'the only node is the thing to change': {
      objects: [cordoned('node-a'), deployment('prod/app', { ready: 0 }), unplaced('prod/app-1')],
      expect: { cause: 'NodesCordoned', object: { kind: 'Node', name: 'node-a' }, remedies: ['uncordon'] },
    },
    'the node of the volume is cordoned': {
      objects: [
        cordoned('node-a'),
        node('node-b'),
        {
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: { name: 'pv-1' },
          spec: {
            capacity: { storage: '10Gi' },
            accessModes: ['ReadWriteOnce'],
            claimRef: { namespace: 'prod', name: 'data' },
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-a'] }] },
                ],
              },
            },
          },
          status: { phase: 'Bound' },
        },
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { namespace: 'prod', name: 'data' },
          spec: {
            volumeName: 'pv-1',
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '10Gi' } },
          },
          status: { phase: 'Bound' },
        },
        deployment('prod/app', { ready: 0 }),
        pending(
          'prod/app-1',
          '0/2 nodes are available: 1 node(s) had volume node affinity conflict, 1 node(s) were unschedulable.',
          { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } },
        ),
      ],
      expect: { cause: 'NodesCordoned', object: { kind: 'Node', name: 'node-a' } },
    },
  },
};
