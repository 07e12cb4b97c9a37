import type { CauseCase } from '../case.ts';
import {
  ago,
  containerStatus,
  deployment,
  event,
  node,
  object,
  pod,
  type Raw,
  terminated,
  waiting,
} from '../objects.ts';

const taints = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: ago(30) }];
const cordoned = node('node-a', { unschedulable: true, taints });
const budget = (allowed: number, { healthy = 1, desired = 1 } = {}): Raw =>
  object('policy/v1', 'PodDisruptionBudget', 'prod/web', {
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    status: { disruptionsAllowed: allowed, currentHealthy: healthy, desiredHealthy: desired, expectedPods: 1 },
  });
const web = [deployment('prod/web'), pod('prod/web-1')];
const refused = (minutesAgo: number) =>
  event(
    'Node /node-a',
    'FailedDraining',
    "Cannot evict pod as it would violate the pod's disruption budget: prod/web",
    {
      minutesAgo,
      component: 'node-drainer',
      involvedObject: { kind: 'Pod', namespace: 'prod', name: 'web-1' },
    },
  );
const wrong = { kind: 'PodDisruptionBudget', namespace: 'prod', name: 'web' };

export const pdbBlocksDrainCase: CauseCase = {
  cause: 'PDBBlocksDrain',
  firing: {
    objects: [cordoned, node('node-b'), ...web, budget(0), refused(2)],
    expect: { object: wrong, confidence: 'proven' },
  },
  // It allows none, and nobody drains anything.
  healthy: { objects: [node('node-a'), node('node-b'), ...web, budget(0)] },
  recovered: {
    objects: [node('node-a'), node('node-b'), ...web, budget(0), refused(300)],
  },
  // Cordoned, with more on it than what a budget holds: nobody is draining it.
  nearest: {
    objects: [cordoned, node('node-b'), ...web, deployment('prod/cart'), pod('prod/cart-1'), budget(0)],
    expect: undefined,
  },
  more: {
    'is likely where only what it holds is left on a cordoned node': {
      objects: [cordoned, node('node-b'), ...web, budget(0)],
      expect: { cause: 'PDBBlocksDrain', object: wrong, confidence: 'likely' },
    },
    'is proven by an alert that names it': {
      objects: [node('node-a'), ...web, budget(0)],
      alerts: [
        { labels: { alertname: 'KubePdbBlocksDrain', namespace: 'prod', poddisruptionbudget: 'web' }, annotations: {} },
      ],
      expect: { cause: 'PDBBlocksDrain', object: wrong, confidence: 'proven' },
    },
    'is explained by what keeps its pods unhealthy': {
      objects: [
        cordoned,
        node('node-b'),
        deployment('prod/web', { ready: 0 }),
        pod('prod/web-1', {
          statuses: [
            containerStatus({
              state: waiting('CrashLoopBackOff', 'back-off'),
              lastState: terminated(137, { reason: 'OOMKilled' }),
              restartCount: 6,
            }),
          ],
        }),
        budget(0, { healthy: 0 }),
        refused(2),
      ],
      expect: { cause: 'OOMKilled', object: { kind: 'Deployment', namespace: 'prod', name: 'web' } },
    },
    'says nothing where a disruption is allowed': {
      objects: [cordoned, node('node-b'), ...web, budget(1)],
      expect: undefined,
    },
  },
};
