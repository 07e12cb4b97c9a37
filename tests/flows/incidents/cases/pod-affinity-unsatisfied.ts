import type { CauseCase } from '../case.ts';
import { deployment, event, node, pod, type Raw } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const near: Raw = {
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'cache' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
};
const said =
  "0/1 nodes are available: 1 node(s) didn't match pod affinity rules. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
const cache = [deployment('prod/cache'), pod('prod/cache-1')].flat();

export const podAffinityUnsatisfiedCase: CauseCase = {
  cause: 'PodAffinityUnsatisfied',
  firing: {
    objects: [
      node('node-a'),
      deployment('prod/app', { ready: 0, podSpec: near }),
      pending('prod/app-1', said, { spec: near }),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), cache, placed('prod/app', near)] },
  recovered: {
    objects: [
      node('node-a'),
      cache,
      placed('prod/app', near),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 30, component: 'default-scheduler' }),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      cache,
      deployment('prod/app', { ready: 0, podSpec: near }),
      pending('prod/app-1', '0/1 nodes are available: 1 Insufficient cpu.', { spec: near }),
    ],
    expect: { cause: 'InsufficientCPU', object: app },
  },
  more: {
    'the words of Kubernetes 1.20': {
      objects: [
        node('node-a'),
        deployment('prod/app', { ready: 0, podSpec: near }),
        pending(
          'prod/app-1',
          "0/1 nodes are available: 1 node(s) didn't match pod affinity rules, 1 node(s) didn't match pod affinity/anti-affinity.",
          { spec: near },
        ),
      ],
      expect: { cause: 'PodAffinityUnsatisfied', object: app },
    },
    'the pods alone tell that nobody is there to be near to': {
      objects: [
        node('node-a'),
        deployment('prod/app', { ready: 0, podSpec: near }),
        unplaced('prod/app-1', { spec: near }),
      ],
      expect: { cause: 'PodAffinityUnsatisfied', object: app, confidence: 'likely' },
    },
    'the first of those who want to be together comes alone': {
      objects: [
        node('node-a'),
        deployment('prod/cache', { ready: 0, podSpec: near }),
        unplaced('prod/cache-1', { spec: near }),
      ],
      expect: undefined,
    },
    'what it wants to be near to is itself not placed': {
      objects: [
        node('node-a'),
        deployment('prod/cache', { ready: 0, podSpec: { nodeSelector: { tier: 'cache' } } }),
        unplaced('prod/cache-1', { spec: { nodeSelector: { tier: 'cache' } } }),
        deployment('prod/app', { ready: 0, podSpec: near }),
        pending('prod/app-1', said, { spec: near }),
      ],
      expect: { cause: 'NodeSelectorMismatch', object: { kind: 'Deployment', namespace: 'prod', name: 'cache' } },
    },
  },
};
