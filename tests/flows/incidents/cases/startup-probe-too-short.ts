import type { CauseCase } from '../case.ts';
import { fine, httpGet, killing, probed, recovered, restarting, unhealthy, web } from '../probing.ts';

const given = probed({ startupProbe: { ...httpGet(8080), failureThreshold: 3 }, livenessProbe: httpGet(8080) });
const REFUSED =
  'Startup probe failed: Get "http://10.1.0.1:8080/healthz": dial tcp 10.1.0.1:8080: connect: connection refused';

export const startupProbeTooShortCase: CauseCase = {
  cause: 'StartupProbeTooShort',
  firing: {
    objects: [restarting(given, { lasted: 0.6 }), unhealthy(REFUSED), killing('startup')],
    logs: { 'prod/web-1/app': 'loading model 12%\nloading model 40%\n' },
    expect: { object: web, confidence: 'likely', remedies: ['fix-probe'] },
  },
  healthy: { objects: [fine(given)] },
  recovered: {
    objects: [recovered(given), unhealthy(REFUSED, { minutesAgo: 182 }), killing('startup', { minutesAgo: 181 })],
  },
  // The program ends by itself, with a code of its own, before any probe has it killed.
  nearest: {
    objects: [restarting(given, { lasted: 0.2, exitCode: 3 }), unhealthy(REFUSED, { count: 1 })],
    expect: { cause: 'AppCrash', object: web },
  },
  more: {
    'is proven where the log shows the port come up before the kill': {
      objects: [restarting(given, { lasted: 0.6 }), unhealthy(REFUSED), killing('startup')],
      logs: { 'prod/web-1/app': 'Tomcat started on port(s): 8080 (http)\n' },
      expect: { cause: 'StartupProbeTooShort', object: web, confidence: 'proven' },
    },
  },
};
