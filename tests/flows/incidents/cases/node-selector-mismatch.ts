import type { CauseCase } from '../case.ts';
import { deployment, event, node } from '../objects.ts';
import { app, controlPlaneTaint, pending, placed, unplaced } from '../pending.ts';

const nodes = [
  node('control', { taints: [controlPlaneTaint] }),
  node('node-a', { labels: { disktype: 'hdd' } }),
  node('node-b'),
];
const ssd = { nodeSelector: { disktype: 'ssd' } };
const said =
  "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";

export const nodeSelectorMismatchCase: CauseCase = {
  cause: 'NodeSelectorMismatch',
  firing: {
    objects: [nodes, deployment('prod/app', { ready: 0, podSpec: ssd }), pending('prod/app-1', said, { spec: ssd })],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a', { labels: { disktype: 'ssd' } }), placed('prod/app', ssd)] },
  recovered: {
    objects: [
      node('node-a', { labels: { disktype: 'ssd' } }),
      placed('prod/app', ssd),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 15, component: 'default-scheduler' }),
    ],
  },
  // The node that is meant is there, and tainted.
  nearest: {
    objects: [
      node('node-a'),
      node('node-b', {
        labels: { disktype: 'ssd' },
        taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }],
      }),
      deployment('prod/app', { ready: 0, podSpec: ssd }),
      pending(
        'prod/app-1',
        "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {dedicated: db}.",
        { spec: ssd },
      ),
    ],
    expect: { cause: 'TaintNotTolerated', object: app },
  },
  more: {
    'the nodes alone prove it': {
      objects: [nodes, deployment('prod/app', { ready: 0, podSpec: ssd }), unplaced('prod/app-1', { spec: ssd })],
      expect: { cause: 'NodeSelectorMismatch', object: app, confidence: 'proven' },
    },
    'the words of older versions, where nodes cannot be seen': {
      unknown: ['Node'],
      objects: [
        deployment('prod/app', { ready: 0, podSpec: ssd }),
        pending('prod/app-1', "0/4 nodes are available: 4 node(s) didn't match node selector.", { spec: ssd }),
      ],
      expect: { cause: 'NodeSelectorMismatch', object: app },
    },
    'the one node that is meant has no room': {
      objects: [
        node('node-a'),
        node('node-b', { labels: { disktype: 'ssd' } }),
        deployment('prod/app', { ready: 0, podSpec: ssd }),
        pending(
          'prod/app-1',
          "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector.",
          { spec: ssd },
        ),
      ],
      expect: { cause: 'InsufficientCPU', object: app },
    },
  },
};
