import type { CauseCase } from '../case.ts';
import { fine, httpGet, probed, recovered, unhealthy, unready, web } from '../probing.ts';

const app = probed({ readinessProbe: httpGet(8080, '/ready') });
const NOT_READY = 'Readiness probe failed: HTTP probe failed with statuscode: 503';

export const readinessFailingCase: CauseCase = {
  cause: 'ReadinessFailing',
  firing: { objects: [unready(app), unhealthy(NOT_READY)], expect: { object: web, confidence: 'proven' } },
  healthy: { objects: [fine(app)] },
  recovered: { objects: [recovered(app), unhealthy(NOT_READY, { minutesAgo: 120 })] },
  nearest: {
    objects: [unready(app), unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404')],
    expect: { cause: 'ReadinessProbeWrongPath', object: web },
  },
  more: {
    'is what a gRPC service says itself': {
      objects: [
        unready(probed({ readinessProbe: { grpc: { port: 8080 } } })),
        unhealthy('Readiness probe failed: service unhealthy (responded with "NOT_SERVING")'),
      ],
      expect: { cause: 'ReadinessFailing', object: web, confidence: 'proven' },
    },
    'is likely where no event is known': {
      objects: [unready(app)],
      unknown: ['Event'],
      expect: { cause: 'ReadinessFailing', object: web, confidence: 'likely' },
    },
    'is explained by the dependency that the log names': {
      objects: [unready(app), unhealthy(NOT_READY)],
      logs: {
        'prod/web-1/app': Array.from(
          { length: 4 },
          (_, at) => `2026-11-25T11:58:0${at}Z ERROR dial tcp 10.7.7.7:5432: connect: connection refused\n`,
        ).join(''),
      },
      expect: { cause: 'DependencyUnreachable', object: web },
    },
  },
};
