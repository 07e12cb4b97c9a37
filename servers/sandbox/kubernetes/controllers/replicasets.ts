import {
  availableAt,
  type Context,
  isActive,
  isReady,
  keyOf,
  messageOf,
  ownedOf,
  ownKeys,
  soonest,
  splitKey,
  withCondition,
} from './context.ts';
import type { Controller } from './engine.ts';
import type { Condition, Pod, ReplicaSet } from './kinds.ts';
import { createPod, deletePod } from './pods.ts';

const COMPONENT = 'replicaset-controller';
/** A refused creation is tried again after this long, then after twice as long; a change of what may refuse tries at once. */
const RETRY_MS = 20_000;
const LONGEST_RETRY_MS = 960_000;
const REFUSERS = ['resourcequotas', 'limitranges', 'serviceaccounts', 'namespaces'];
/** kube-controller-manager's burst per sync. */
const BURST = 500;

/** Keeps as many pods of each ReplicaSet as it wants. */
export function replicaSets(context: Context): Controller {
  const { store, read } = context;
  /** Until when a set that was refused a pod does not ask again. */
  const refused = new Map<string, { until: number; wait: number }>();
  return {
    name: 'replicaset',
    concerns: (change) => {
      if (REFUSERS.includes(change.plural)) {
        const { namespace, name } = change.object.metadata;
        const keys = read.list('replicasets', namespace ?? name).map(keyOf);
        for (const key of keys) refused.delete(key);
        return keys;
      }
      return ownKeys(change, 'replicasets', 'ReplicaSet');
    },
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const set = read.get('replicasets', namespace, name);
      if (!set || set.metadata.deletionTimestamp) return undefined;
      const { until = 0, wait = RETRY_MS } = refused.get(key) ?? {};
      const waits = until > context.now() && refusalOf(set) !== undefined;
      const failure = waits ? refusalOf(set) : adjust(context, set);
      if (failure === undefined) refused.delete(key);
      else if (!waits) refused.set(key, { until: context.now() + wait, wait: Math.min(LONGEST_RETRY_MS, wait * 2) });
      const pods = ownedOf(read.list('pods', namespace), set).filter(isActive);
      const moments = pods.map((pod) => availableAt(pod, set.spec.minReadySeconds));
      store.updateStatus('replicasets', namespace, name, statusOf(context, set, { pods, moments, failure }));
      return soonest(context.now(), [...moments, refused.get(key)?.until]);
    },
  };
}

const refusalOf = (set: ReplicaSet): string | undefined =>
  set.status?.conditions?.find(({ type }) => type === 'ReplicaFailure')?.message;

/** Creates or deletes the difference; returns why the API server refused, if it did. */
function adjust(context: Context, set: ReplicaSet): string | undefined {
  const pods = ownedOf(context.read.list('pods', set.metadata.namespace), set).filter(isActive);
  const missing = (set.spec.replicas ?? 1) - pods.length;
  for (const pod of surplus(pods, -missing)) deletePod(context, set, pod, COMPONENT);
  for (let count = 0; count < Math.min(missing, BURST); count++) {
    try {
      const pod = createPod(context, set, set.spec.template);
      context.record(set, {
        reason: 'SuccessfulCreate',
        message: `Created pod: ${pod.metadata.name}`,
        component: COMPONENT,
      });
    } catch (error) {
      const message = `Error creating: ${messageOf(error)}`;
      context.record(set, { type: 'Warning', reason: 'FailedCreate', message, component: COMPONENT });
      return messageOf(error);
    }
  }
  return undefined;
}

/** Those to delete first: unassigned, not ready, restarted, young. */
function surplus(pods: readonly Pod[], count: number): Pod[] {
  if (count <= 0) return [];
  const rank = (pod: Pod): number[] => [
    pod.spec.nodeName ? 1 : 0,
    isReady(pod) ? 1 : 0,
    -(pod.status?.containerStatuses?.[0]?.restartCount ?? 0),
    -Date.parse(pod.metadata.creationTimestamp),
  ];
  const order = (a: Pod, b: Pod): number => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
  };
  return [...pods].sort(order).slice(0, count);
}

interface Seen {
  pods: Pod[];
  moments: (number | undefined)[];
  failure: string | undefined;
}

function statusOf(context: Context, set: ReplicaSet, { pods, moments, failure }: Seen): Record<string, unknown> {
  const now = context.now();
  const available = moments.filter((moment) => moment !== undefined && moment <= now).length;
  const ready = pods.filter(isReady).length;
  const conditions = conditionsOf(context, set, failure);
  return {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length > 0 && { conditions }),
  };
}

function conditionsOf(context: Context, set: ReplicaSet, failure: string | undefined): Condition[] {
  const others = (set.status?.conditions ?? []).filter(({ type }) => type !== 'ReplicaFailure');
  if (!failure) return others;
  const condition: Condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: failure };
  return withCondition(set.status?.conditions, condition, context.stamp());
}
