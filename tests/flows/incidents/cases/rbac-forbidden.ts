import type { CauseCase } from '../case.ts';
import { containerStatus, deployment, node, pod, running, terminated, waiting } from '../objects.ts';

const line =
  'pods is forbidden: User "system:serviceaccount:prod:operator" cannot list resource "pods" in API group "" in the namespace "prod"';
const podSpec = { serviceAccountName: 'operator' };
const status = containerStatus({
  state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=operator-1_prod'),
  lastState: terminated(1),
  restartCount: 6,
});
const failing = [
  node('node-a'),
  deployment('prod/operator', { ready: 0, podSpec }),
  pod('prod/operator-1', { statuses: [status], spec: podSpec }),
];
const fine = [node('node-a'), deployment('prod/operator', { podSpec }), pod('prod/operator-1', { spec: podSpec })];
const wrong = { kind: 'Deployment', namespace: 'prod', name: 'operator' };

export const rbacForbiddenCase: CauseCase = {
  cause: 'RBACForbidden',
  firing: {
    objects: failing,
    logs: { 'prod/operator-1/app': `starting\nFATAL: ${line}\n` },
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: fine, logs: { 'prod/operator-1/app': 'watching pods\n' } },
  // The right was granted, and it has said nothing of the kind for an hour.
  recovered: {
    objects: [
      node('node-a'),
      deployment('prod/operator', { podSpec }),
      pod('prod/operator-1', {
        spec: podSpec,
        statuses: [
          containerStatus({ state: running(60), lastState: terminated(1, { endedAgo: 61 }), restartCount: 2 }),
        ],
      }),
    ],
    logs: { 'prod/operator-1/app': `${`2026-11-25T10:59:00Z E ${line}\n`.repeat(5)}2026-11-25T11:59:00Z I synced\n` },
  },
  nearest: {
    objects: failing,
    logs: { 'prod/operator-1/app': "starting\nFATAL: open '/data/state': permission denied\n" },
    expect: { cause: 'PermissionDenied', object: wrong },
  },
  more: {
    'is likely of a program that goes on and says it again and again': {
      objects: fine,
      logs: { 'prod/operator-1/app': `2026-11-25T11:58:00Z E ${line}\n`.repeat(6) },
      expect: { cause: 'RBACForbidden', object: wrong, confidence: 'likely' },
    },
  },
};
