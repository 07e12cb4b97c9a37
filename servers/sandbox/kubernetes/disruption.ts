import { isDeepStrictEqual } from 'node:util';
import { matches } from './controllers/selectors.ts';
import { ApiError } from './errors.ts';
import { at, numberAt, recordAt, recordsAt, textAt } from './fields.ts';
import type { KubeObject } from './objects.ts';
import type { ObjectStore } from './store.ts';
import { selectorOf } from './validation/selector.ts';

/** Pods that have ended, or serve nobody yet, are not protected. */
function isExempt(pod: KubeObject): boolean {
  const phase = textAt(pod, 'status', 'phase');
  return (
    pod.metadata.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending'
  );
}

function budgetFor(store: ObjectStore, pod: KubeObject): KubeObject | undefined {
  const budgets = store
    .list('poddisruptionbudgets', pod.metadata.namespace)
    .filter((budget) => matches(selectorOf(at(budget, 'spec', 'selector')), pod.metadata.labels));
  if (budgets.length > 1) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new ApiError({ code: 500, reason: 'InternalError', message });
  }
  return budgets[0];
}

/** Takes one of the disruptions that a pod's budget allows, if it has one; refuses with `ApiError` 429. A dry run takes none. */
export function disrupt(store: ObjectStore, pod: KubeObject, dry: boolean): void {
  const budget = budgetFor(store, pod);
  if (!budget || isExempt(pod)) return;
  const { name, namespace } = budget.metadata;
  const allowed = numberAt(budget, 'status', 'disruptionsAllowed') ?? 0;
  const unready = !recordsAt(pod, 'status', 'conditions').some((one) => one.type === 'Ready' && one.status === 'True');
  const [healthy, desired] = [
    numberAt(budget, 'status', 'currentHealthy') ?? 0,
    numberAt(budget, 'status', 'desiredHealthy') ?? 0,
  ];
  // An unready pod of an application that is well, or under AlwaysAllow, is no loss.
  if (
    unready &&
    (textAt(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow' || (healthy >= desired && desired > 0))
  )
    return;
  if (allowed < 1) throw refused(name, healthy, desired);
  if (dry) return;
  const status = { ...recordAt(budget, 'status'), disruptionsAllowed: allowed - 1 };
  if (!isDeepStrictEqual(status, budget.status)) store.updateStatus('poddisruptionbudgets', namespace, name, status);
}

const refused = (name: string, healthy: number, desired: number): ApiError =>
  new ApiError({
    code: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${name} needs ${desired} healthy pods and has ${healthy} currently`,
        },
      ],
    },
  });
