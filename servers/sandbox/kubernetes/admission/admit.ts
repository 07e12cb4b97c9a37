import { generated, plain } from '../births.ts';
import { fill, type Open, open } from '../defaults/fill.ts';
import { DEFAULTS } from '../defaults/kinds.ts';
import { qosClass } from '../defaults/pod-spec.ts';
import { forbidden, notFound } from '../errors.ts';
import { textAt } from '../fields.ts';
import type { KubeObject, Resource } from '../objects.ts';
import { storedResource } from '../resources.ts';
import type { Draft, ObjectStore } from '../store.ts';
import { checkShape } from '../validation/shapes.ts';
import { validate } from '../validation/validate.ts';
import { applyLimitRanges, checkLimitRanges } from './limit-range.ts';
import { checkPodSecurity } from './pod-security.ts';
import { applyPriority, applyServiceAccount } from './pods.ts';
import { checkQuotas } from './quota.ts';
import { allocateService } from './services.ts';

/** A new object as an API server would let it in: completed, validated, admitted. Throws the refusal. */
export function admitNew(store: ObjectStore, resource: Resource, draft: Draft): Draft {
  checkShape(resource, draft);
  const object = plain(draft);
  const { metadata } = object;
  if (!metadata.name && metadata.generateName) metadata.name = generated(metadata.generateName);
  if (resource.namespaced) checkNamespace(store, resource, metadata);
  DEFAULTS[resource.plural]?.(object, true);
  mutate(store, resource, object);
  const whole = asObject(object);
  validate(resource, whole);
  check(store, resource, whole);
  return object;
}

/** A changed object as an API server would let it in. Throws the refusal. */
export function admitChange(
  store: ObjectStore,
  resource: Resource,
  change: { next: KubeObject; before: KubeObject },
): KubeObject {
  const { before } = change;
  checkShape(resource, change.next);
  const next = plain(change.next);
  DEFAULTS[resource.plural]?.(next, false);
  if (resource.plural === 'services') allocateService(store, resource, next);
  validate(resource, next, before);
  if (resource.plural !== 'pods') checkQuotas(store, resource, next, before);
  return next;
}

/**
 * The same store, whose `create` admits first and whose `update` fills in defaults: what controllers work with. The
 * kubelet's many changes of pods are taken as they are.
 */
export function admittingStore(store: ObjectStore): ObjectStore {
  const create = (plural: string, draft: Draft) => {
    const resource = storedResource(store.resources(), plural);
    return store.create(plural, resource ? admitNew(store, resource, draft) : draft);
  };
  const update = (plural: string, next: KubeObject) => {
    const complete = plural === 'pods' ? undefined : DEFAULTS[plural];
    if (!complete) return store.update(plural, next);
    const copy = plain(next);
    complete(copy, false);
    return store.update(plural, copy);
  };
  return { ...store, create, update };
}

const asObject = (draft: Draft): KubeObject => ({
  ...draft,
  metadata: { uid: '', resourceVersion: '', creationTimestamp: '', ...draft.metadata, name: draft.metadata.name ?? '' },
});

function checkNamespace(store: ObjectStore, resource: Resource, metadata: Draft['metadata']): void {
  const { namespace = '', name = '' } = metadata;
  const home = store.get('namespaces', undefined, namespace);
  if (!home) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, namespace);
  if (!home.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw forbidden(resource, name, why, [cause]);
}

function mutate(store: ObjectStore, resource: Resource, object: Open): void {
  switch (resource.plural) {
    case 'pods':
      applyServiceAccount(store, resource, object);
      applyPriority(store, resource, object);
      applyLimitRanges(store, object, textAt(object, 'metadata', 'namespace') ?? '');
      fill(open(object, 'status'), { qosClass: qosClass(open(object, 'spec')) });
      break;
    case 'services':
      allocateService(store, resource, object);
      break;
    case 'persistentvolumeclaims': {
      const spec = open(object, 'spec');
      const main = store
        .list('storageclasses')
        .find(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
      if (spec.storageClassName === undefined && main) spec.storageClassName = main.metadata.name;
    }
  }
}

function check(store: ObjectStore, resource: Resource, object: KubeObject): void {
  if (resource.plural === 'pods') {
    checkLimitRanges(store, resource, object);
    checkPodSecurity(store, resource, object);
  }
  checkQuotas(store, resource, object);
}
