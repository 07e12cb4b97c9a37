import type { CauseCase } from '../case.ts';
import { container, deployment, event, node, pod } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const bound = container({ ports: [{ containerPort: 8080, hostPort: 8080 }] });
const said =
  "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
const holder = [deployment('prod/proxy', { containers: [bound] }), pod('prod/proxy-1', { containers: [bound] })].flat();

export const hostPortConflictCase: CauseCase = {
  cause: 'HostPortConflict',
  firing: {
    objects: [
      node('node-a'),
      holder,
      deployment('prod/app', { ready: 0, containers: [bound] }),
      pending('prod/app-1', said, { containers: [bound] }),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), placed('prod/app', {}, [bound])] },
  recovered: {
    objects: [
      node('node-a'),
      placed('prod/app', {}, [bound]),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 33, component: 'default-scheduler' }),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      deployment('prod/app', { ready: 0, containers: [bound] }),
      pending('prod/app-1', '0/1 nodes are available: 1 Too many pods.', { containers: [bound] }),
    ],
    expect: { cause: 'TooManyPods', object: app },
  },
  more: {
    'seen from the pods alone': {
      objects: [
        node('node-a'),
        holder,
        deployment('prod/app', { ready: 0, containers: [bound] }),
        unplaced('prod/app-1', { containers: [bound] }),
      ],
      expect: { cause: 'HostPortConflict', object: app, confidence: 'proven' },
    },
    'a second copy on the host network of the only node': {
      objects: [
        node('node-a'),
        deployment('prod/app', { replicas: 2, ready: 1, podSpec: { hostNetwork: true } }),
        pod('prod/app-1', {
          containers: [container({ ports: [{ containerPort: 80 }] })],
          spec: { hostNetwork: true },
        }),
        pending('prod/app-2', said, {
          containers: [container({ ports: [{ containerPort: 80 }] })],
          spec: { hostNetwork: true },
        }),
      ],
      expect: { cause: 'HostPortConflict', object: app },
    },
  },
};
