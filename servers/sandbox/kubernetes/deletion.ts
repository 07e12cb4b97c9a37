import { timestamp, uidMismatch } from './births.ts';
import { conflict, notFound } from './errors.ts';
import { numberAt, recordAt, textAt } from './fields.ts';
import { namespaceConditions } from './namespaces.ts';
import type { KubeObject, OwnerReference, Resource } from './objects.ts';
import type { Place, Shelves } from './shelves.ts';
import type { Change, RemoveOptions } from './store.ts';

interface Parts {
  shelves: Shelves;
  record(change: Change): KubeObject;
  resourceOf(plural: string): Resource;
  now(): number;
}

const FOREGROUND = 'foregroundDeletion';

/** How objects go: marked, held by finalizers, collected with their owner, emptied with their namespace. */
export function createDeletion({ shelves, record, resourceOf, now }: Parts) {
  const emptying = new Set<string>();
  const modify = (plural: string, previous: KubeObject, change: { metadata?: object; status?: object }): KubeObject => {
    const metadata = { ...previous.metadata, ...change.metadata };
    const object = { ...previous, metadata, ...(change.status && { status: change.status }) };
    return record({ type: 'MODIFIED', plural, object, previous });
  };
  const marks = (stored: KubeObject, grace: number, finalizers: string[]) => {
    const { generation } = stored.metadata;
    return {
      deletionTimestamp: timestamp(now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
      ...(generation !== undefined && { generation: generation + 1 }),
      ...(finalizers.length > 0 && { finalizers }),
    };
  };

  function remove(place: Place, wishes: RemoveOptions): KubeObject | undefined {
    const stored = shelves.get(place);
    if (!stored) throw notFound(resourceOf(place.plural), place.name);
    checkPreconditions(resourceOf(place.plural), stored, wishes);
    if (wishes.propagation === 'orphan') for (const one of shelves.dependents(stored.metadata.uid)) disown(one, stored);
    if (place.plural === 'namespaces') return removeNamespace(stored);
    const grace = place.plural === 'pods' ? podGrace(stored, wishes) : 0;
    const finalizers = [...(stored.metadata.finalizers ?? []), ...heldInForeground(stored, wishes)];
    if (grace === 0 && finalizers.length === 0) gone(place.plural, stored);
    else mark(place, grace, finalizers);
    if (wishes.propagation === 'foreground') {
      for (const one of shelves.dependents(stored.metadata.uid)) again(one, { propagation: 'foreground' });
    }
    return shelves.get(place);
  }
  const again = (place: Place, wishes: RemoveOptions) => void (shelves.get(place) && remove(place, wishes));

  /** Written down once; only a shorter grace period or another finalizer changes it. */
  function mark(place: Place, grace: number, finalizers: string[]): void {
    const stored = shelves.get(place);
    if (!stored) return;
    const { deletionTimestamp, deletionGracePeriodSeconds: before = 0 } = stored.metadata;
    const same = finalizers.length === (stored.metadata.finalizers?.length ?? 0);
    if (deletionTimestamp && grace >= before && same) return;
    modify(place.plural, stored, { metadata: marks(stored, grace, finalizers) });
  }

  const blockers = (uid: string): Place[] =>
    shelves
      .dependents(uid)
      .filter((place) => ownersOf(shelves.get(place)).some((one) => one.uid === uid && one.blockOwnerDeletion));
  const heldInForeground = ({ metadata }: KubeObject, { propagation }: RemoveOptions): string[] => {
    const held = propagation === 'foreground' && blockers(metadata.uid).length > 0;
    return held && !metadata.finalizers?.includes(FOREGROUND) ? [FOREGROUND] : [];
  };

  function gone(plural: string, object: KubeObject): void {
    record({ type: 'DELETED', plural, object, previous: object });
    for (const place of shelves.dependents(object.metadata.uid)) collect(place);
    for (const { uid } of ownersOf(object)) release(uid);
    const { namespace } = object.metadata;
    if (namespace) emptyNamespace(namespace);
  }

  /** A dependent goes with the last of its owners. */
  function collect(place: Place): void {
    const object = shelves.get(place);
    const left = ownersOf(object).filter(({ uid }) => shelves.placeOf(uid));
    if (object && left.length > 0) modify(place.plural, object, { metadata: { ownerReferences: left } });
    else again(place, {});
  }
  function disown(place: Place, owner: KubeObject): void {
    const object = shelves.get(place);
    const ownerReferences = ownersOf(object).filter(({ uid }) => uid !== owner.metadata.uid);
    if (object) modify(place.plural, object, { metadata: { ownerReferences } });
  }
  /** An owner that waited for its dependents goes after the last of them. */
  function release(uid: string): void {
    const place = shelves.placeOf(uid);
    const owner = place && shelves.get(place);
    if (!owner?.metadata.finalizers?.includes(FOREGROUND) || blockers(uid).length > 0) return;
    const finalizers = owner.metadata.finalizers.filter((name) => name !== FOREGROUND);
    settle(place?.plural ?? '', modify(place?.plural ?? '', owner, { metadata: { finalizers } }));
  }

  /** Lets an object go that is marked and no longer held: called after each change that may have freed it. */
  function settle(plural: string, object: KubeObject): void {
    const { name, deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
    if (!deletionTimestamp) return;
    if (plural === 'namespaces') emptyNamespace(name);
    else if (deletionGracePeriodSeconds === 0 && finalizers.length === 0) gone(plural, object);
  }

  function removeNamespace(stored: KubeObject): KubeObject | undefined {
    const place = { plural: 'namespaces', namespace: undefined, name: stored.metadata.name };
    if (!stored.metadata.deletionTimestamp) {
      const { deletionGracePeriodSeconds: _, ...metadata } = marks(stored, 0, []);
      modify('namespaces', stored, { metadata, status: { ...recordAt(stored, 'status'), phase: 'Terminating' } });
    }
    emptyNamespace(place.name);
    return shelves.get(place);
  }
  /** Removes what is in a namespace that is on its way out, and then the namespace itself. */
  function emptyNamespace(name: string): void {
    const place = { plural: 'namespaces', namespace: undefined, name };
    if (emptying.has(name) || !shelves.get(place)?.metadata.deletionTimestamp) return;
    emptying.add(name);
    for (const one of shelves.contents(name)) again(one, {});
    emptying.delete(name);
    const home = shelves.get(place);
    if (!home) return;
    const left = shelves.contents(name).flatMap((one) => shelves.get(one) ?? []);
    if (left.length === 0 && !home.metadata.finalizers?.length) {
      gone('namespaces', home);
      return;
    }
    const conditions = namespaceConditions(home, left, now());
    if (conditions) modify('namespaces', home, { status: { ...recordAt(home, 'status'), conditions } });
  }

  return { remove, settle };
}

const ownersOf = (object: KubeObject | undefined): OwnerReference[] => object?.metadata.ownerReferences ?? [];

function checkPreconditions(resource: Resource, stored: KubeObject, { preconditions = {} }: RemoveOptions): void {
  const { uid, resourceVersion } = preconditions;
  const { name } = stored.metadata;
  if (uid && uid !== stored.metadata.uid) throw conflict(resource, name, uidMismatch(uid, stored.metadata.uid));
  if (resourceVersion && resourceVersion !== stored.metadata.resourceVersion) {
    const versions = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${stored.metadata.resourceVersion}`;
    throw conflict(resource, name, `Precondition failed: ${versions}`);
  }
}

/** A pod that runs nowhere, or has ended, goes at once. */
function podGrace(pod: KubeObject, { gracePeriodSeconds }: RemoveOptions): number {
  const phase = textAt(pod, 'status', 'phase');
  if (!textAt(pod, 'spec', 'nodeName') || phase === 'Succeeded' || phase === 'Failed') return 0;
  const planned = pod.metadata.deletionTimestamp ? pod.metadata.deletionGracePeriodSeconds : undefined;
  return gracePeriodSeconds ?? planned ?? numberAt(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30;
}
