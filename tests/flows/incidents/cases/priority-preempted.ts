import type { CauseCase } from '../case.ts';
import { container, deployment, event, HASH, node, pod } from '../objects.ts';
import { app, pending, placed } from '../pending.ts';

const asks = (cpu: string) => container({ resources: { requests: { cpu } } });
const said =
  '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';
const winner = [
  deployment('prod/vip', { containers: [asks('3')], podSpec: { priority: 1000 } }),
  pod('prod/vip-1', { containers: [asks('3')], spec: { priority: 1000 } }),
].flat();
const preempted = (minutesAgo: number) =>
  event(`Pod prod/app-${HASH}-abcde`, 'Preempted', 'Preempted by pod 5b0c2a on node node-a', {
    type: 'Normal',
    minutesAgo,
    component: 'default-scheduler',
  });
const loser = pending(`prod/app-${HASH}-xyz12`, said, {
  containers: [asks('2')],
  owner: { kind: 'ReplicaSet', name: `app-${HASH}` },
});

export const priorityPreemptedCase: CauseCase = {
  cause: 'PriorityPreempted',
  firing: {
    objects: [
      node('node-a'),
      winner,
      deployment('prod/app', { ready: 0, containers: [asks('2')] }),
      loser,
      preempted(20),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), winner, placed('prod/app', {}, [asks('500m')])] },
  // It was pushed out, and found another place.
  recovered: {
    objects: [
      node('node-a'),
      node('node-b'),
      winner,
      deployment('prod/app', { containers: [asks('2')] }),
      pod('prod/app-2', { containers: [asks('2')], node: 'node-b' }),
      preempted(20),
    ],
  },
  nearest: {
    objects: [node('node-a'), winner, deployment('prod/app', { ready: 0, containers: [asks('2')] }), loser],
    expect: { cause: 'InsufficientCPU', object: app },
  },
  more: {
    'a preemption of another owner’s pods explains nothing': {
      objects: [
        node('node-a'),
        winner,
        deployment('prod/app', { ready: 0, containers: [asks('2')] }),
        loser,
        event('Pod prod/app-batch-7f9c-abcde', 'Preempted', 'Preempted by pod 5b0c2a on node node-a', {
          type: 'Normal',
          minutesAgo: 20,
        }),
      ],
      expect: { cause: 'InsufficientCPU', object: app },
    },
  },
};
