import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, event, node, pod, running, terminated, waiting } from '../objects.ts';

const limited = container({ resources: { requests: { memory: '128Mi' }, limits: { memory: '256Mi' } } });
const app = (ready: number) => deployment('prod/app', { ready, containers: [limited] });

export const oomKilledCase: CauseCase = {
  cause: 'OOMKilled',
  firing: {
    objects: [
      node('node-a'),
      app(0),
      pod('prod/app-1', {
        containers: [limited],
        statuses: [
          containerStatus({
            state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=app-1_prod'),
            lastState: terminated(137, { reason: 'OOMKilled' }),
            restartCount: 7,
          }),
        ],
      }),
      event('Pod prod/app-1', 'BackOff', 'Back-off restarting failed container app in pod app-1_prod', { count: 30 }),
    ],
    expect: {
      object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
      confidence: 'proven',
      remedies: ['raise-memory-limit'],
    },
  },
  healthy: { objects: [node('node-a'), app(1), pod('prod/app-1', { containers: [limited] })] },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        containers: [limited],
        statuses: [
          containerStatus({
            state: running(180),
            lastState: terminated(137, { reason: 'OOMKilled', endedAgo: 181, lasted: 20 }),
            restartCount: 3,
          }),
        ],
      }),
    ],
  },
  // SIGKILL by something else: 137 without OOMKilled. A liveness probe that kills leaves the same code.
  nearest: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        containers: [limited],
        statuses: [
          containerStatus({ state: running(120), lastState: terminated(137, { endedAgo: 121 }), restartCount: 1 }),
        ],
      }),
    ],
    expect: undefined,
  },
};
