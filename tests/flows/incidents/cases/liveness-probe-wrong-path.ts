import type { CauseCase } from '../case.ts';
import { containerStatus, deployment, pod, running } from '../objects.ts';
import { fine, httpGet, killing, probed, recovered, restarting, unhealthy, web } from '../probing.ts';

const wrong = probed({ livenessProbe: httpGet(8080, '/helthz') });
const right = probed({ livenessProbe: httpGet(8080) });
const NOT_FOUND = 'Liveness probe failed: HTTP probe failed with statuscode: 404';

export const livenessProbeWrongPathCase: CauseCase = {
  cause: 'LivenessProbeWrongPath',
  firing: {
    objects: [restarting(wrong), unhealthy(NOT_FOUND), killing()],
    expect: { object: web, confidence: 'proven' },
  },
  healthy: { objects: [fine(right)] },
  recovered: { objects: [recovered(right), unhealthy(NOT_FOUND, { minutesAgo: 182 })] },
  nearest: {
    objects: [
      restarting(right),
      unhealthy(
        'Liveness probe failed: Get "http://10.1.0.1:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ),
      killing(),
    ],
    expect: { cause: 'LivenessProbeTooAggressive', object: web },
  },
  more: {
    'is seen before the first kill, and takes the path of the readiness probe that passes': {
      objects: [
        deployment('prod/web', {
          containers: [probed({ livenessProbe: httpGet(8080, '/helthz'), readinessProbe: httpGet(8080, '/ready') })],
        }),
        pod('prod/web-1', {
          containers: [probed({ livenessProbe: httpGet(8080, '/helthz'), readinessProbe: httpGet(8080, '/ready') })],
          statuses: [containerStatus({ state: running(0.4) })],
        }),
        unhealthy(NOT_FOUND, { count: 3, since: 1, minutesAgo: 0.1 }),
      ],
      expect: { cause: 'LivenessProbeWrongPath', object: web, remedies: ['fix-probe'] },
    },
    'the kubelet has long stopped to tell, and runs still end as it ends them': {
      objects: [restarting(wrong, { lasted: 0.6 }), unhealthy(NOT_FOUND, { minutesAgo: 25 })],
      expect: { cause: 'LivenessProbeWrongPath', object: web, confidence: 'proven' },
    },
    'refuses first while the program starts': {
      objects: [
        restarting(wrong),
        unhealthy(NOT_FOUND),
        unhealthy(
          'Liveness probe failed: Get "http://10.1.0.1:8080/helthz": dial tcp 10.1.0.1:8080: connect: connection refused',
          { count: 2 },
        ),
      ],
      expect: { cause: 'LivenessProbeWrongPath', object: web },
    },
  },
};
