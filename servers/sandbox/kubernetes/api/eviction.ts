import { isDeepStrictEqual } from 'node:util';
import { matches } from '../controllers/selectors.ts';
import { ApiError, badRequest } from '../errors.ts';
import { at, isRecord, numberAt, recordAt, recordsAt, textAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import type { ObjectStore } from '../store.ts';
import { selectorOf } from '../validation/selector.ts';
import { isDryRun, recordBody } from './body.ts';
import { stored } from './read.ts';
import { removal } from './remove.ts';
import { type Call, json, type Reply } from './reply.ts';

/** Answers POST of a pod's `eviction`: a deletion that keeps to disruption budgets. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export function evict(call: Call): Reply {
  const body = recordBody(call);
  const name = textAt(body, 'metadata', 'name');
  if (name && name !== call.target.name) throw badRequest('name in URL does not match name in Eviction object');
  const pod = stored(call);
  const { store } = call.cluster;
  const options = isRecord(body.deleteOptions) ? body.deleteOptions : {};
  const dry = isDryRun(call) || (Array.isArray(options.dryRun) && options.dryRun.includes('All'));
  const budget = budgetFor(store, pod);
  if (budget && !isExempt(pod)) disrupt(store, { budget, pod, dry });
  const grace = numberAt(options, 'gracePeriodSeconds');
  const uid = textAt(options, 'preconditions', 'uid');
  const wishes = removal({
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(uid && { preconditions: { uid } }),
  });
  if (!dry) store.remove('pods', pod.metadata.namespace, pod.metadata.name, wishes);
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}

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

/** Takes one of the disruptions a budget allows, or refuses with 429. */
function disrupt(
  store: ObjectStore,
  { budget, pod, dry }: { budget: KubeObject; pod: KubeObject; dry: boolean },
): void {
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
