import type { Shape } from '../../../../servers/ack/kube/survey/survey.ts';
import type { Severity } from '../../../../src/health/types.ts';
import { containersWhere, notSystem, podSight } from '../pod-sight.ts';
import type { Signal } from '../signal.ts';

function podSecurity(code: string, severity: Severity, seenOf: (shape: Shape) => string): Signal {
  return {
    code,
    category: 'security',
    kinds: ['Pod'],
    graceMs: 0,
    worst: severity,
    look: (view) =>
      podSight(view, {
        among: notSystem,
        flawOf(shape) {
          const seen = seenOf(shape);
          return seen ? { seen, severity } : undefined;
        },
      }),
  };
}

/** API8: pods that reach past their own walls. The system's own, which must, are left out. */
export const hostAccess = podSecurity('API8', 'medium', (shape) =>
  [
    shape.containers.some(({ privileged }) => privileged) && 'privileged',
    shape.hostPid && 'hostPID',
    shape.hostIpc && 'hostIPC',
    shape.hostNetwork && 'hostNetwork',
    shape.hostPaths.length > 0 && 'hostPath',
  ]
    .filter((word) => word !== false)
    .join(', '),
);

/** API9: containers that are told to run as root; where the image decides, nothing is said. */
export const runsAsRoot = podSecurity('API9', 'low', (shape) => {
  const names = containersWhere(shape, ({ root }) => root === 'yes');
  return names && `runs as root: ${names}`;
});

/** API12. */
export const defaultAccount = podSecurity('API12', 'low', ({ serviceAccount, tokenMounted }) =>
  (serviceAccount === 'default' || serviceAccount === '') && tokenMounted ? 'token of the default account mounted' : '',
);
