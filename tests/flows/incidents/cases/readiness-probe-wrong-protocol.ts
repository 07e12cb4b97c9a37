import type { CauseCase } from '../case.ts';
import { fine, httpGet, probed, recovered, unhealthy, unready, web } from '../probing.ts';

const secure = { ports: [{ name: 'https', containerPort: 8443 }] };
const plain = probed({ readinessProbe: httpGet('https') }, secure);
const right = probed({ readinessProbe: httpGet('https', '/healthz', { scheme: 'HTTPS' }) }, secure);
const BAD = 'Readiness probe failed: HTTP probe failed with statuscode: 400';

export const readinessProbeWrongProtocolCase: CauseCase = {
  cause: 'ReadinessProbeWrongProtocol',
  // A Go server on TLS answers plain HTTP with 400.
  firing: { objects: [unready(plain), unhealthy(BAD)], expect: { object: web, remedies: ['fix-probe'] } },
  healthy: { objects: [fine(right)] },
  recovered: { objects: [recovered(right), unhealthy(BAD, { minutesAgo: 170 })] },
  nearest: {
    objects: [unready(right), unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503')],
    expect: { cause: 'ReadinessFailing', object: web },
  },
  more: {
    'is HTTP to a port that speaks something else': {
      objects: [
        unready(probed({ readinessProbe: httpGet(8080) })),
        unhealthy(
          'Readiness probe failed: Get "http://10.1.0.1:8080/healthz": net/http: HTTP/1.x transport connection broken: malformed HTTP response "-ERR wrong number of arguments"',
        ),
      ],
      expect: { cause: 'ReadinessProbeWrongProtocol', object: web, confidence: 'proven', remedies: ['fix-probe'] },
    },
    'is likely where the connection is closed again and again': {
      objects: [
        unready(probed({ readinessProbe: httpGet(8080) })),
        unhealthy('Readiness probe failed: Get "http://10.1.0.1:8080/healthz": EOF'),
      ],
      expect: { cause: 'ReadinessProbeWrongProtocol', object: web, confidence: 'likely' },
    },
  },
};
