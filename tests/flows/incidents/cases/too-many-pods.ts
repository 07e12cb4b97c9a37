import type { CauseCase } from '../case.ts';
import { container, deployment, event, node, pod } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const small = node('node-a', { allocatable: { pods: '2' } });
const others = [deployment('prod/other', { replicas: 2 }), pod('prod/other-1'), pod('prod/other-2')].flat();
const said =
  '0/1 nodes are available: 1 Too many pods. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod..';

export const tooManyPodsCase: CauseCase = {
  cause: 'TooManyPods',
  firing: {
    objects: [small, others, deployment('prod/app', { ready: 0 }), pending('prod/app-1', said)],
    expect: { object: app, confidence: 'proven', remedies: ['scale-node-pool'] },
  },
  healthy: { objects: [node('node-a', { allocatable: { pods: '3' } }), others, placed('prod/app')] },
  recovered: {
    objects: [
      node('node-a', { allocatable: { pods: '3' } }),
      others,
      placed('prod/app'),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 20, component: 'default-scheduler' }),
    ],
  },
  nearest: {
    objects: [
      small,
      pod('prod/other-1'),
      deployment('prod/other'),
      deployment('prod/app', { ready: 0 }),
      pending('prod/app-1', '0/1 nodes are available: 1 Insufficient cpu.', {
        containers: [container({ resources: { requests: { cpu: '6' } } })],
      }),
    ],
    expect: { cause: 'InsufficientCPU', object: app },
  },
  more: {
    'counted from the pods where the scheduler is not heard; those that ended do not count': {
      objects: [small, others, deployment('prod/app', { ready: 0 }), unplaced('prod/app-1')],
      expect: { cause: 'TooManyPods', object: app, confidence: 'likely' },
    },
    'a node with room left is no lack of it': {
      objects: [
        small,
        deployment('prod/other'),
        pod('prod/other-1'),
        pod('prod/done-1', { owner: null, phase: 'Succeeded', statuses: [] }),
        deployment('prod/app', { ready: 0 }),
        unplaced('prod/app-1'),
      ],
      expect: undefined,
    },
  },
};
