import type { CauseCase } from '../case.ts';
import { deployment, event, node, type Raw } from '../objects.ts';
import { app, controlPlaneTaint, pending, placed, unplaced } from '../pending.ts';

const dedicated = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
const tainted = (name: string, taint: Raw = dedicated) => node(name, { taints: [taint] });
const control = node('control', { taints: [controlPlaneTaint] });
const said =
  '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
const tolerant = { tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }] };

export const taintNotToleratedCase: CauseCase = {
  cause: 'TaintNotTolerated',
  firing: {
    objects: [
      control,
      tainted('node-a'),
      tainted('node-b'),
      deployment('prod/app', { ready: 0 }),
      pending('prod/app-1', said),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [control, tainted('node-a'), placed('prod/app', tolerant)] },
  // The taint is there still, and keeps others away; what runs is let run.
  recovered: {
    objects: [
      control,
      tainted('node-a'),
      node('node-b'),
      placed('prod/app'),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 30, component: 'default-scheduler' }),
    ],
  },
  nearest: {
    objects: [
      control,
      node('node-a', {
        unschedulable: true,
        taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
      }),
      deployment('prod/app', { ready: 0 }),
      pending(
        'prod/app-1',
        '0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable.',
      ),
    ],
    expect: { cause: 'NodesCordoned', object: { kind: 'Node', name: 'node-a' } },
  },
  more: {
    'a toleration of another value does not count': {
      objects: [
        tainted('node-a', { key: 'dedicated', value: 'db', effect: 'NoSchedule' }),
        deployment('prod/app', { ready: 0, podSpec: tolerant }),
        unplaced('prod/app-1', { spec: tolerant }),
      ],
      expect: { cause: 'TaintNotTolerated', object: app, confidence: 'proven' },
    },
    'the words of Kubernetes 1.35 name no taint; the nodes do': {
      objects: [
        tainted('node-a', { key: 'maintenance', effect: 'NoExecute' }),
        deployment('prod/app', { ready: 0 }),
        pending('prod/app-1', '0/1 nodes are available: 1 node(s) had untolerated taint(s).'),
      ],
      expect: { cause: 'TaintNotTolerated', object: app, confidence: 'proven' },
    },
    'the words alone, where nodes cannot be seen': {
      unknown: ['Node'],
      objects: [deployment('prod/app', { ready: 0 }), pending('prod/app-1', said)],
      expect: { cause: 'TaintNotTolerated', object: app },
    },
    'a preference keeps nobody away': {
      objects: [
        tainted('node-a', { key: 'spot', effect: 'PreferNoSchedule' }),
        deployment('prod/app', { ready: 0 }),
        unplaced('prod/app-1'),
      ],
      expect: undefined,
    },
    'a cluster of one control plane that nothing may run on': {
      objects: [
        control,
        deployment('prod/app', { ready: 0 }),
        pending(
          'prod/app-1',
          '0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.',
        ),
      ],
      expect: { cause: 'TaintNotTolerated', object: app },
    },
  },
};
