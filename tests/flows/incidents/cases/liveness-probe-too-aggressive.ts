import type { CauseCase } from '../case.ts';
import { containerStatus, deployment, pod, running, terminated } from '../objects.ts';
import { fine, httpGet, killing, probed, recovered, restarting, unhealthy, web } from '../probing.ts';

const both = { livenessProbe: httpGet(8080), readinessProbe: { ...httpGet(8080), timeoutSeconds: 10 } };
const TIMEOUT =
  'Liveness probe failed: Get "http://10.1.0.1:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';

export const livenessProbeTooAggressiveCase: CauseCase = {
  cause: 'LivenessProbeTooAggressive',
  firing: {
    objects: [
      deployment('prod/web', { containers: [probed(both)] }),
      pod('prod/web-1', {
        containers: [probed(both)],
        statuses: [
          containerStatus({
            state: running(3),
            lastState: terminated(137, { endedAgo: 3, lasted: 12 }),
            restartCount: 8,
          }),
        ],
      }),
      unhealthy(TIMEOUT),
      killing(),
    ],
    expect: { object: web, confidence: 'proven', remedies: ['fix-probe'] },
  },
  healthy: { objects: [fine(probed(both))] },
  recovered: {
    objects: [
      recovered(probed(both)),
      unhealthy(TIMEOUT, { minutesAgo: 182 }),
      killing('liveness', { minutesAgo: 181 }),
    ],
  },
  // A hiccup every now and then restarts nothing.
  nearest: { objects: [fine(probed(both)), unhealthy(TIMEOUT, { count: 3, since: 50 })], expect: undefined },
  more: {
    'kills within seconds': {
      objects: [
        restarting(
          probed({
            livenessProbe: { httpGet: { port: 8080, path: '/healthz' }, periodSeconds: 1, failureThreshold: 1 },
          }),
          { lasted: 0.1 },
        ),
        unhealthy(
          'Liveness probe failed: Get "http://10.1.0.1:8080/healthz": dial tcp 10.1.0.1:8080: connect: connection refused',
        ),
        killing(),
      ],
      expect: { cause: 'LivenessProbeTooAggressive', object: web, confidence: 'proven' },
    },
    'does not wait for a slow start that no startup probe covers': {
      objects: [
        restarting(probed({ livenessProbe: { httpGet: { port: 8080, path: '/healthz' }, initialDelaySeconds: 5 } }), {
          lasted: 0.7,
        }),
        unhealthy(
          'Liveness probe failed: Get "http://10.1.0.1:8080/healthz": dial tcp 10.1.0.1:8080: connect: connection refused',
        ),
        killing(),
      ],
      expect: { cause: 'LivenessProbeTooAggressive', object: web, remedies: ['fix-probe'] },
    },
    'is a command that takes too long': {
      objects: [
        restarting(probed({ livenessProbe: { exec: { command: ['check'] } } }), { lasted: 20 }),
        unhealthy('Liveness probe failed: command "check" timed out'),
        killing(),
      ],
      expect: { cause: 'LivenessProbeTooAggressive', object: web },
    },
  },
};
