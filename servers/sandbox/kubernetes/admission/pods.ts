import { each, fill, type Open, open } from '../defaults/fill.ts';
import { forbidden } from '../errors.ts';
import { listAt, numberAt, textAt } from '../fields.ts';
import type { Resource } from '../objects.ts';
import type { ObjectStore } from '../store.ts';

/** Gives a pod the priority of its class, or of the default one. https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/ */
export function applyPriority(store: ObjectStore, resource: Resource, pod: Open): void {
  const spec = open(pod, 'spec');
  const name = textAt(spec, 'priorityClassName');
  const found = name
    ? store.get('priorityclasses', undefined, name)
    : store.list('priorityclasses').find((one) => one.globalDefault === true);
  if (name && !found) {
    throw forbidden(resource, textAt(pod, 'metadata', 'name') ?? '', `no PriorityClass with name ${name} was found`);
  }
  fill(spec, {
    priority: numberAt(found, 'value') ?? 0,
    preemptionPolicy: textAt(found, 'preemptionPolicy') ?? 'PreemptLowerPriority',
    ...(found && { priorityClassName: found.metadata.name }),
  });
}

/**
 * Lets a pod run as a service account that exists, with its pull secrets. The account `default` counts as there: a
 * controller makes it a moment after its namespace.
 */
export function applyServiceAccount(store: ObjectStore, resource: Resource, pod: Open): void {
  const spec = open(pod, 'spec');
  const namespace = textAt(pod, 'metadata', 'namespace') ?? '';
  const name = textAt(spec, 'serviceAccountName') ?? 'default';
  const account = store.get('serviceaccounts', namespace, name);
  if (!account && name !== 'default') {
    const why = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
    throw forbidden(resource, textAt(pod, 'metadata', 'name') ?? '', why);
  }
  const secrets = listAt(account, 'imagePullSecrets');
  if (each(spec, 'imagePullSecrets').length === 0 && secrets.length > 0)
    spec.imagePullSecrets = structuredClone(secrets);
}
