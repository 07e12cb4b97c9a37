import type { CauseCase } from '../case.ts';
import { containerStatus, deployment, pod, replicaSet, running } from '../objects.ts';
import { fine, httpGet, killing, probed, recovered, restarting, unhealthy, web } from '../probing.ts';

const wrong = probed({ livenessProbe: httpGet(8081) });
const right = probed({ livenessProbe: httpGet(8080) });
const REFUSED =
  'Liveness probe failed: Get "http://10.1.0.1:8081/healthz": dial tcp 10.1.0.1:8081: connect: connection refused';

export const livenessProbeWrongPortCase: CauseCase = {
  cause: 'LivenessProbeWrongPort',
  firing: {
    objects: [restarting(wrong), unhealthy(REFUSED), killing()],
    logs: { 'prod/web-1/app': '2026-11-25 11:57:01 INFO Server listening on port 8080\n' },
    expect: { object: web, confidence: 'proven', remedies: ['fix-probe'] },
  },
  healthy: { objects: [fine(right)] },
  recovered: {
    objects: [recovered(right), unhealthy(REFUSED, { minutesAgo: 182 }), killing('liveness', { minutesAgo: 181 })],
  },
  // It asks the right port; the program takes longer than it is given.
  nearest: {
    objects: [
      restarting(right),
      unhealthy(
        'Liveness probe failed: Get "http://10.1.0.1:8080/healthz": dial tcp 10.1.0.1:8080: connect: connection refused',
      ),
      killing(),
    ],
    expect: { cause: 'LivenessProbeTooAggressive', object: web },
  },
  more: {
    'is proven where the readiness probe of another port passes': {
      objects: [
        deployment('prod/web', {
          containers: [probed({ livenessProbe: httpGet(8081), readinessProbe: httpGet(8080) })],
        }),
        pod('prod/web-1', {
          containers: [probed({ livenessProbe: httpGet(8081), readinessProbe: httpGet(8080) })],
          statuses: [
            containerStatus({
              state: running(0.5),
              ready: true,
              restartCount: 9,
              lastState: {
                terminated: {
                  exitCode: 143,
                  reason: 'Error',
                  startedAt: '2026-11-25T11:58:30Z',
                  finishedAt: '2026-11-25T11:59:20Z',
                },
              },
            }),
          ],
        }),
        unhealthy(REFUSED),
      ],
      expect: { cause: 'LivenessProbeWrongPort', object: web, confidence: 'proven', remedies: ['fix-probe'] },
    },
    'is likely from the object alone, where no event is known': {
      objects: [restarting(wrong, { exitCode: 143 })],
      unknown: ['Event'],
      expect: { cause: 'LivenessProbeWrongPort', object: web, confidence: 'likely', remedies: ['fix-probe'] },
    },
    'is known by the change that brought it, in the words of older kubelets': {
      objects: [
        restarting(probed({ livenessProbe: httpGet(9090) }, { ports: [] })),
        replicaSet('prod/web-1111', {
          deployment: 'web',
          revision: 0,
          replicas: 0,
          template: { spec: { containers: [probed({ livenessProbe: httpGet(3000) }, { ports: [] })] } },
        }),
        unhealthy(
          'Liveness probe failed: Get http://10.1.0.1:9090/healthz: dial tcp 10.1.0.1:9090: connect: connection refused',
        ),
      ],
      expect: { cause: 'LivenessProbeWrongPort', object: web, remedies: ['fix-probe'], also: ['BadRollout'] },
    },
    'is the same of a startup probe': {
      objects: [
        restarting(probed({ startupProbe: httpGet(8081) })),
        unhealthy(
          'Startup probe failed: Get "http://10.1.0.1:8081/healthz": dial tcp 10.1.0.1:8081: connect: connection refused',
        ),
        killing('startup'),
      ],
      expect: { cause: 'LivenessProbeWrongPort', object: web },
    },
  },
};
