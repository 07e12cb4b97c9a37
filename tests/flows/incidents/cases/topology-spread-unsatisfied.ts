import type { CauseCase } from '../case.ts';
import { deployment, event, node, pod, type Raw } from '../objects.ts';
import { app, pending } from '../pending.ts';

const spread = (whenUnsatisfiable = 'DoNotSchedule', topologyKey = 'topology.kubernetes.io/zone'): Raw => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey, whenUnsatisfiable, labelSelector: { matchLabels: { app: 'app' } } },
  ],
});
const nodes = [node('node-a'), node('node-b', { labels: { 'topology.kubernetes.io/zone': 'cn-hangzhou-j' } })];
const said =
  "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) had untolerated taint {zone: off}. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
const off = node('node-b', {
  labels: { 'topology.kubernetes.io/zone': 'cn-hangzhou-j' },
  taints: [{ key: 'zone', value: 'off', effect: 'NoSchedule' }],
});

export const topologySpreadUnsatisfiedCase: CauseCase = {
  cause: 'TopologySpreadUnsatisfied',
  firing: {
    objects: [
      node('node-a'),
      off,
      deployment('prod/app', { replicas: 2, ready: 1, podSpec: spread() }),
      pod('prod/app-1', { spec: spread() }),
      pending('prod/app-2', said, { spec: spread() }),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: {
    objects: [
      nodes,
      deployment('prod/app', { replicas: 2, podSpec: spread() }),
      pod('prod/app-1', { spec: spread() }),
      pod('prod/app-2', { spec: spread(), node: 'node-b' }),
    ],
  },
  recovered: {
    objects: [
      nodes,
      deployment('prod/app', { replicas: 2, podSpec: spread() }),
      pod('prod/app-1', { spec: spread() }),
      pod('prod/app-2', { spec: spread(), node: 'node-b' }),
      event('Pod prod/app-2', 'FailedScheduling', said, { minutesAgo: 40, component: 'default-scheduler' }),
    ],
  },
  // A soft constraint keeps nobody away: both nodes are tainted.
  nearest: {
    objects: [
      node('node-a', { taints: [{ key: 'zone', value: 'off', effect: 'NoSchedule' }] }),
      off,
      deployment('prod/app', { ready: 0, podSpec: spread('ScheduleAnyway') }),
      pending('prod/app-1', '0/2 nodes are available: 2 node(s) had untolerated taint {zone: off}.', {
        spec: spread('ScheduleAnyway'),
      }),
    ],
    expect: { cause: 'TaintNotTolerated', object: app },
  },
  more: {
    'no node has the label to spread by': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0, podSpec: spread('DoNotSchedule', 'example.com/rack') }),
        pending(
          'prod/app-1',
          "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints (missing required label).",
          {
            spec: spread('DoNotSchedule', 'example.com/rack'),
          },
        ),
      ],
      expect: { cause: 'TopologySpreadUnsatisfied', object: app, confidence: 'proven' },
    },
  },
};
