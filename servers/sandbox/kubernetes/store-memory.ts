import { isDeepStrictEqual } from 'node:util';
import { born, plain, replaced } from './births.ts';
import { createDeletion } from './deletion.ts';
import { createEmitter } from './emitter.ts';
import { alreadyExists, noSuchPath, notFound } from './errors.ts';
import { createHistory } from './history.ts';
import type { KubeObject, Resource } from './objects.ts';
import { storedResource } from './resources.ts';
import { createShelves } from './shelves.ts';
import type { Change, ObjectStore } from './store.ts';

/** Where a store keeps what must outlive the process. It is told of each change; when it writes is its own affair. */
export interface ObjectArchive {
  /** All objects, and the last version given. Called once. */
  load(): { resourceVersion: number; objects: readonly { plural: string; object: KubeObject }[] };
  save(change: Change): void;
}

export interface StoreOptions {
  resources: readonly Resource[];
  /** Simulated time in epoch milliseconds. */
  now: () => number;
  /** Absent: in memory only. */
  persist?: ObjectArchive;
  /** How many changes are remembered at least for watches; default 10,000. */
  history?: number;
}

/** After a crash the last versions may not be on disk: a gap, so that none is given twice. */
const VERSION_GAP = 100_000;

/** An empty store, or the one that is in the archive. */
export function createObjectStore(options: StoreOptions): ObjectStore {
  const { resources, now, persist, history: capacity = 10_000 } = options;
  const shelves = createShelves();
  const loaded = persist?.load();
  for (const { plural, object } of loaded?.objects ?? []) shelves.put(plural, object);
  // A world that was reset starts later than the one before it, so that no old version looks like one of the future.
  let version = loaded?.resourceVersion
    ? loaded.resourceVersion + VERSION_GAP
    : Math.floor(now() / 1000) % 1_000_000_000;
  const history = createHistory(version, capacity);
  const emitter = createEmitter();

  const resourceOf = (plural: string): Resource => {
    const found = storedResource(resources, plural);
    if (!found) throw noSuchPath();
    return found;
  };
  const record = (change: Change): KubeObject => {
    version += 1;
    const object = { ...change.object, metadata: { ...change.object.metadata, resourceVersion: String(version) } };
    const recorded = { ...change, object };
    if (change.type === 'DELETED') shelves.drop(change.plural, object);
    else shelves.put(change.plural, object);
    history.add(recorded);
    persist?.save(recorded);
    emitter.emit(recorded);
    return object;
  };
  const deletion = createDeletion({ shelves, record, resourceOf, now });
  const existing = (plural: string, namespace: string | undefined, name: string): KubeObject => {
    const found = shelves.get({ plural, namespace, name });
    if (!found) throw notFound(resourceOf(plural), name);
    return found;
  };

  return {
    now,
    resourceVersion: () => String(version),
    resources: () => resources,
    get: (plural, namespace, name) => shelves.get({ plural, namespace, name }),
    list: (plural, namespace) => shelves.list(plural, namespace),
    subscribe: emitter.subscribe,
    since: (from) => history.since(Number(from)),
    create(plural, draft) {
      const resource = resourceOf(plural);
      const object = born(resource, draft, now());
      const { namespace, name } = object.metadata;
      if (resource.namespaced) existing('namespaces', undefined, namespace ?? '');
      if (shelves.get({ plural, namespace, name })) throw alreadyExists(resource, name);
      return record({ type: 'ADDED', plural, object });
    },
    update(plural, next) {
      const stored = existing(plural, next.metadata.namespace, next.metadata.name);
      const object = replaced(resourceOf(plural), stored, next);
      if (object === stored) return stored;
      const updated = record({ type: 'MODIFIED', plural, object, previous: stored });
      deletion.settle(plural, updated);
      return updated;
    },
    updateStatus(plural, namespace, name, status) {
      const stored = existing(plural, namespace, name);
      const next = plain(status);
      if (isDeepStrictEqual(stored.status, next)) return stored;
      return record({ type: 'MODIFIED', plural, object: { ...stored, status: next }, previous: stored });
    },
    remove: (plural, namespace, name, wishes = {}) => deletion.remove({ plural, namespace, name }, wishes),
  };
}
