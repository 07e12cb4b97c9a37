import type { CauseCase } from '../case.ts';
import { fine, httpGet, probed, recovered, unhealthy, unready, web } from '../probing.ts';

const wrong = probed({ readinessProbe: httpGet(8080, '/redy'), livenessProbe: httpGet(8080, '/healthz') });
const right = probed({ readinessProbe: httpGet(8080, '/ready') });
const NOT_FOUND = 'Readiness probe failed: HTTP probe failed with statuscode: 404';

export const readinessProbeWrongPathCase: CauseCase = {
  cause: 'ReadinessProbeWrongPath',
  firing: {
    objects: [unready(wrong), unhealthy(NOT_FOUND)],
    expect: { object: web, confidence: 'proven', remedies: ['fix-probe'] },
  },
  healthy: { objects: [fine(right)] },
  recovered: { objects: [recovered(right), unhealthy(NOT_FOUND, { minutesAgo: 170 })] },
  nearest: {
    objects: [unready(right), unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 500')],
    expect: { cause: 'ReadinessFailing', object: web },
  },
  more: {
    'is likely a path behind a login': {
      objects: [unready(right), unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 401')],
      expect: { cause: 'ReadinessProbeWrongPath', object: web, confidence: 'likely' },
    },
    'is a command that is not in the image': {
      objects: [
        unready(probed({ readinessProbe: { exec: { command: ['curl', 'localhost'] } } })),
        unhealthy(
          'Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "x": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
        ),
      ],
      expect: { cause: 'ReadinessProbeWrongPath', object: web },
    },
  },
};
