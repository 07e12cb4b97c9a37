import type { CauseCase } from '../case.ts';
import { deployment, event, node, pod, type Raw } from '../objects.ts';
import { app, pending, unplaced } from '../pending.ts';

const apart: Raw = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'app' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
};
const nodes = [node('node-a'), node('node-b')];
const two = [pod('prod/app-1', { spec: apart }), pod('prod/app-2', { spec: apart, node: 'node-b' })];
const said =
  "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";
const third = (message: string) =>
  [
    deployment('prod/app', { replicas: 3, ready: 2, podSpec: apart }),
    two,
    pending('prod/app-3', message, { spec: apart }),
  ].flat();

export const podAntiAffinityConflictCase: CauseCase = {
  cause: 'PodAntiAffinityConflict',
  firing: {
    objects: [nodes, third(said)],
    expect: { object: app, confidence: 'proven', remedies: ['scale-node-pool'] },
  },
  healthy: { objects: [nodes, deployment('prod/app', { replicas: 2, podSpec: apart }), two] },
  recovered: {
    objects: [
      nodes,
      node('node-c'),
      deployment('prod/app', { replicas: 3, podSpec: apart }),
      two,
      pod('prod/app-3', { spec: apart, node: 'node-c' }),
      event('Pod prod/app-3', 'FailedScheduling', said, { minutesAgo: 25, component: 'default-scheduler' }),
    ],
  },
  // There is a node for the third; it has no room.
  nearest: {
    objects: [
      nodes,
      node('node-c'),
      third("0/3 nodes are available: 1 Insufficient memory, 2 node(s) didn't match pod anti-affinity rules."),
    ],
    expect: { cause: 'InsufficientMemory', object: app },
  },
  more: {
    'seen from the pods alone': {
      objects: [
        nodes,
        deployment('prod/app', { replicas: 3, ready: 2, podSpec: apart }),
        two,
        unplaced('prod/app-3', { spec: apart }),
      ].flat(),
      expect: { cause: 'PodAntiAffinityConflict', object: app, confidence: 'likely' },
    },
    'the words of Kubernetes 1.20': {
      objects: [
        nodes,
        third(
          "0/2 nodes are available: 2 node(s) didn't match pod affinity/anti-affinity, 2 node(s) didn't match pod anti-affinity rules.",
        ),
      ],
      expect: { cause: 'PodAntiAffinityConflict', object: app },
    },
    'others that keep it away': {
      objects: [
        nodes,
        deployment('prod/app', { ready: 0 }),
        pending('prod/app-1', "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules."),
      ],
      expect: { cause: 'PodAntiAffinityConflict', object: app },
    },
  },
};
