import type { CauseCase } from '../case.ts';
import { fine, httpGet, probed, recovered, unhealthy, unready, web } from '../probing.ts';

const wrong = probed({ readinessProbe: httpGet(8081) });
const right = probed({ readinessProbe: httpGet(8080) });
const REFUSED =
  'Readiness probe failed: Get "http://10.1.0.1:8081/healthz": dial tcp 10.1.0.1:8081: connect: connection refused';

export const readinessProbeWrongPortCase: CauseCase = {
  cause: 'ReadinessProbeWrongPort',
  firing: {
    objects: [unready(wrong), unhealthy(REFUSED)],
    expect: { object: web, confidence: 'proven', remedies: ['fix-probe'] },
  },
  healthy: { objects: [fine(right)] },
  recovered: { objects: [recovered(right), unhealthy(REFUSED, { minutesAgo: 170 })] },
  // The right port, and nothing on it yet: the program's own trouble.
  nearest: {
    objects: [
      unready(right),
      unhealthy(
        'Readiness probe failed: Get "http://10.1.0.1:8080/healthz": dial tcp 10.1.0.1:8080: connect: connection refused',
      ),
    ],
    expect: { cause: 'ReadinessFailing', object: web },
  },
  more: {
    'is a port name that the container does not have': {
      objects: [
        unready(probed({ readinessProbe: httpGet('metrics') })),
        unhealthy('Readiness probe errored: strconv.Atoi: parsing "metrics": invalid syntax'),
      ],
      expect: { cause: 'ReadinessProbeWrongPort', object: web, confidence: 'proven', remedies: ['fix-probe'] },
    },
    'is known from the log where the container declares no ports': {
      objects: [
        unready(probed({ readinessProbe: { tcpSocket: { port: 8000 } } }, { ports: [] })),
        unhealthy('Readiness probe failed: dial tcp 10.1.0.1:8000: connect: connection refused'),
      ],
      logs: { 'prod/web-1/app': 'INFO:     Uvicorn running on http://0.0.0.0:5000 (Press CTRL+C to quit)\n' },
      expect: { cause: 'ReadinessProbeWrongPort', object: web, confidence: 'proven', remedies: ['fix-probe'] },
    },
    'is likely from the object alone': {
      objects: [unready(wrong)],
      unknown: ['Event'],
      expect: { cause: 'ReadinessProbeWrongPort', object: web, confidence: 'likely' },
    },
    'is no fault of a container that has just begun': {
      objects: [unready(wrong, 0.3), unhealthy(REFUSED, { count: 1, since: 0.2, minutesAgo: 0.1 })],
      expect: undefined,
    },
  },
};
