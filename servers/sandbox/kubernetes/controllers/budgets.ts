import { type Context, isActive, isFinished, isReady, keyOf, splitKey, withCondition } from './context.ts';
import type { Controller } from './engine.ts';
import type { Condition, ResourceQuota } from './kinds.ts';
import { amount, amountText, podAmounts, share } from './quantities.ts';
import { matches } from './selectors.ts';

/** Counts how many pods of each disruption budget may go. */
export function disruptionBudgets(context: Context): Controller {
  return {
    name: 'pdb',
    concerns: ({ plural, object }) => {
      if (plural === 'poddisruptionbudgets') return [keyOf(object)];
      return plural === 'pods' ? context.read.list('poddisruptionbudgets', object.metadata.namespace).map(keyOf) : [];
    },
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const budget = context.read.get('poddisruptionbudgets', namespace, name);
      if (!budget) return undefined;
      const pods = context.read
        .list('pods', namespace)
        .filter((pod) => isActive(pod) && matches(budget.spec.selector, pod.metadata.labels));
      const healthy = pods.filter(isReady).length;
      const { minAvailable, maxUnavailable } = budget.spec;
      const desired =
        minAvailable !== undefined
          ? share(minAvailable, pods.length, 'up')
          : pods.length - share(maxUnavailable ?? 1, pods.length, 'up');
      const allowed = Math.max(0, healthy - Math.max(0, desired));
      const condition: Condition = {
        type: 'DisruptionAllowed',
        status: allowed > 0 ? 'True' : 'False',
        reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        observedGeneration: budget.metadata.generation ?? 1,
      };
      context.store.updateStatus('poddisruptionbudgets', namespace, name, {
        observedGeneration: budget.metadata.generation ?? 1,
        currentHealthy: healthy,
        desiredHealthy: Math.max(0, desired),
        disruptionsAllowed: allowed,
        expectedPods: pods.length,
        conditions: withCondition(budget.status?.conditions as Condition[] | undefined, condition, context.stamp()),
      });
      return undefined;
    },
  };
}

const COUNTED: Record<string, 'pods' | 'services' | 'configmaps' | 'secrets' | 'persistentvolumeclaims'> = {
  pods: 'pods',
  services: 'services',
  configmaps: 'configmaps',
  secrets: 'secrets',
  persistentvolumeclaims: 'persistentvolumeclaims',
};

/** Adds up what a namespace uses of its quotas. */
export function quotas(context: Context): Controller {
  return {
    name: 'quota',
    concerns: ({ plural, object, type }) => {
      if (plural === 'resourcequotas') return [keyOf(object)];
      const counts = Object.hasOwn(COUNTED, plural) && (type !== 'MODIFIED' || plural === 'pods');
      return counts && object.metadata.namespace
        ? context.read.list('resourcequotas', object.metadata.namespace).map(keyOf)
        : [];
    },
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const quota = context.read.get('resourcequotas', namespace, name);
      if (!quota) return undefined;
      const hard = quota.spec.hard ?? {};
      context.store.updateStatus('resourcequotas', namespace, name, { hard, used: usedOf(context, quota) });
      return undefined;
    },
  };
}

function usedOf(context: Context, { metadata: { namespace = '' }, spec }: ResourceQuota): Record<string, string> {
  const pods = context.read.list('pods', namespace).filter((pod) => !isFinished(pod));
  const asked = (of: 'requests' | 'limits', name: string) =>
    pods.reduce((sum, pod) => sum + (podAmounts(pod.spec, of)[name] ?? 0), 0);
  const entry = (name: string): number => {
    const counted = COUNTED[name.replace(/^count\//, '')];
    if (name === 'pods') return pods.length;
    if (counted) return context.read.list(counted, namespace).length;
    if (name === 'requests.storage') {
      return context.read
        .list('persistentvolumeclaims', namespace)
        .reduce((sum, claim) => sum + amount(claim.spec.resources?.requests?.storage), 0);
    }
    const [of, resource] =
      name.includes('.') && /^(requests|limits)\./.test(name) ? name.split(/\.(.*)/) : ['requests', name];
    return asked(of === 'limits' ? 'limits' : 'requests', resource ?? name);
  };
  return Object.fromEntries(Object.keys(spec.hard ?? {}).map((name) => [name, amountText(name, entry(name))]));
}
