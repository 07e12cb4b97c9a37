import type { CauseCase } from '../case.ts';
import { fine, httpGet, killing, probed, recovered, restarting, unhealthy, web } from '../probing.ts';

const asksHttps = probed({ livenessProbe: httpGet(8080, '/healthz', { scheme: 'HTTPS' }) });
const right = probed({ livenessProbe: httpGet(8080) });
const MESSAGE =
  'Liveness probe failed: Get "https://10.1.0.1:8080/healthz": http: server gave HTTP response to HTTPS client';

export const livenessProbeWrongProtocolCase: CauseCase = {
  cause: 'LivenessProbeWrongProtocol',
  firing: {
    objects: [restarting(asksHttps), unhealthy(MESSAGE), killing()],
    expect: { object: web, confidence: 'proven', remedies: ['fix-probe'] },
  },
  healthy: { objects: [fine(right)] },
  recovered: { objects: [recovered(right), unhealthy(MESSAGE, { minutesAgo: 182 })] },
  nearest: {
    objects: [restarting(right), unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 404'), killing()],
    expect: { cause: 'LivenessProbeWrongPath', object: web },
  },
  more: {
    'is HTTP to a port that speaks TLS': {
      objects: [
        restarting(right),
        unhealthy(
          'Liveness probe failed: Get "http://10.1.0.1:8080/healthz": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
        ),
      ],
      expect: { cause: 'LivenessProbeWrongProtocol', object: web, confidence: 'proven', remedies: ['fix-probe'] },
    },
    'is gRPC to a program without the health service': {
      objects: [
        restarting(probed({ livenessProbe: { grpc: { port: 8080 } } })),
        unhealthy(
          'Liveness probe failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
        ),
      ],
      expect: { cause: 'LivenessProbeWrongProtocol', object: web, confidence: 'proven' },
    },
  },
};
