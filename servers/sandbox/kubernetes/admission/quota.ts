import { forbidden } from '../errors.ts';
import { at, listAt, recordAt, recordsAt, textAt, textsAt } from '../fields.ts';
import type { KubeObject, Resource } from '../objects.ts';
import { parseQuantity, quantityText } from '../quantity.ts';
import type { ObjectStore } from '../store.ts';

type Amounts = Record<string, number>;

/**
 * Refuses what would lift the use of a namespace over one of its quotas, or does not say how much it uses of what one
 * limits. https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function checkQuotas(store: ObjectStore, resource: Resource, object: KubeObject, before?: KubeObject): void {
  const { namespace, name } = object.metadata;
  const used = usageOf(resource.plural, object);
  if (!namespace || Object.keys(used).length === 0) return;
  for (const quota of store.list('resourcequotas', namespace)) {
    if (!inScope(quota, resource.plural, object)) continue;
    const hard = textsAt(quota, 'spec', 'hard');
    const limited = Object.keys(hard).filter((key) => canonical(key) in used || needed(resource.plural, key));
    const silent = resource.plural === 'pods' && !before ? unspecified(object, limited) : '';
    if (silent) throw forbidden(resource, name, `failed quota: ${quota.metadata.name}: must specify ${silent}`);
    const earlier = before ? usageOf(resource.plural, before) : {};
    const requested = Object.fromEntries(
      limited.map((key) => [key, (used[canonical(key)] ?? 0) - (earlier[canonical(key)] ?? 0)]),
    );
    const current = namespaceUsage(store, namespace, quota, limited);
    const exceeded = limited.filter((key) => {
      const more = requested[key] ?? 0;
      return more > 0 && (current[key] ?? 0) + more > (parseQuantity(hard[key]) ?? 0) + 1e-9;
    });
    if (exceeded.length === 0) continue;
    const line = (amounts: Amounts) =>
      exceeded
        .sort()
        .map((key) => `${key}=${quantityText(key, amounts[key] ?? 0)}`)
        .join(',');
    const limits = exceeded.map((key) => `${key}=${hard[key]}`).join(',');
    throw forbidden(
      resource,
      name,
      `exceeded quota: ${quota.metadata.name}, requested: ${line(requested)}, used: ${line(current)}, limited: ${limits}`,
    );
  }
}

/** `cpu` is `requests.cpu`; `count/deployments.apps` is a count like the short ones. */
const canonical = (key: string): string =>
  ['cpu', 'memory', 'ephemeral-storage'].includes(key) ? `requests.${key}` : key;

const needed = (plural: string, key: string): boolean =>
  plural === 'pods' && /^(limits|requests)\.(cpu|memory)$/.test(canonical(key));

/** What one object uses of everything a quota can limit. */
function usageOf(plural: string, object: KubeObject): Amounts {
  if (plural === 'pods') return podUsage(object);
  const [group = ''] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
  const count = { [`count/${group ? `${plural}.${group}` : plural}`]: 1 };
  switch (plural) {
    case 'persistentvolumeclaims':
      return {
        ...count,
        persistentvolumeclaims: 1,
        'requests.storage': parseQuantity(at(object, 'spec', 'resources', 'requests', 'storage')) ?? 0,
      };
    case 'services': {
      const type = textAt(object, 'spec', 'type');
      const balanced = type === 'LoadBalancer' ? { 'services.loadbalancers': 1 } : {};
      const nodePorts =
        type === 'LoadBalancer' || type === 'NodePort'
          ? { 'services.nodeports': listAt(object, 'spec', 'ports').length }
          : {};
      return { ...count, services: 1, ...balanced, ...nodePorts };
    }
    case 'configmaps':
    case 'secrets':
    case 'replicationcontrollers':
    case 'resourcequotas':
      return { ...count, [plural]: 1 };
    default:
      return count;
  }
}

function podUsage(pod: KubeObject): Amounts {
  if (['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '')) return { 'count/pods': 1 };
  const usage: Amounts = { pods: 1, 'count/pods': 1 };
  for (const kind of ['requests', 'limits']) {
    for (const [name, value] of Object.entries(podAmounts(pod, kind))) usage[`${kind}.${name}`] = value;
  }
  return usage;
}

/** The containers together, or the largest init container where that is more. */
function podAmounts(pod: KubeObject, kind: string): Amounts {
  const sum: Amounts = {};
  const amounts = (container: unknown) =>
    Object.entries(recordAt(container, 'resources', kind)).map(
      ([name, value]) => [name, parseQuantity(value) ?? 0] as const,
    );
  for (const container of recordsAt(pod, 'spec', 'containers')) {
    for (const [name, value] of amounts(container)) sum[name] = (sum[name] ?? 0) + value;
  }
  for (const container of recordsAt(pod, 'spec', 'initContainers')) {
    for (const [name, value] of amounts(container)) sum[name] = Math.max(sum[name] ?? 0, value);
  }
  return sum;
}

/** `limits.cpu for: app,sidecar; limits.memory for: app`, for the amounts a pod must give but does not. */
function unspecified(pod: KubeObject, keys: readonly string[]): string {
  const containers = recordsAt(pod, 'spec', 'containers');
  const lines = keys
    .filter((key) => needed('pods', key))
    .flatMap((key) => {
      const [kind = '', name = ''] = canonical(key).split('.');
      const silent = containers.filter((container) => at(container, 'resources', kind, name) === undefined);
      return silent.length > 0 ? [`${key} for: ${silent.map((one) => textAt(one, 'name')).join(',')}`] : [];
    });
  return lines.sort().join('; ');
}

function namespaceUsage(store: ObjectStore, namespace: string, quota: KubeObject, keys: readonly string[]): Amounts {
  const sum: Amounts = {};
  for (const plural of new Set(keys.map((key) => pluralOf(key)))) {
    for (const object of store.list(plural, namespace)) {
      if (!inScope(quota, plural, object)) continue;
      const usage = usageOf(plural, object);
      for (const key of keys)
        sum[key] = (sum[key] ?? 0) + (pluralOf(key) === plural ? (usage[canonical(key)] ?? 0) : 0);
    }
  }
  return sum;
}

/** Whose objects a limit counts. */
function pluralOf(key: string): string {
  if (key.startsWith('count/')) return key.slice('count/'.length).split('.')[0] ?? '';
  if (key.startsWith('services')) return 'services';
  if (key === 'requests.storage') return 'persistentvolumeclaims';
  return /^(requests|limits)\.|^(cpu|memory|ephemeral-storage)$/.test(key) ? 'pods' : key;
}

/** https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes */
function inScope(quota: KubeObject, plural: string, object: KubeObject): boolean {
  const scopes = listAt(quota, 'spec', 'scopes');
  if (scopes.length === 0) return true;
  if (plural !== 'pods') return false;
  const bestEffort = textAt(object, 'status', 'qosClass') === 'BestEffort';
  const terminating = at(object, 'spec', 'activeDeadlineSeconds') !== undefined;
  const facts: Record<string, boolean> = {
    BestEffort: bestEffort,
    NotBestEffort: !bestEffort,
    Terminating: terminating,
    NotTerminating: !terminating,
  };
  return scopes.every((scope) => facts[String(scope)] ?? true);
}
