import type { KubeObject } from './objects.ts';

/** Where an object is: its kind, its namespace and its name. */
export interface Place {
  plural: string;
  namespace: string | undefined;
  name: string;
}

/** The objects in memory, found by name, by uid and by owner. */
export interface Shelves {
  get(place: Place): KubeObject | undefined;
  list(plural: string, namespace?: string): readonly KubeObject[];
  put(plural: string, object: KubeObject): void;
  drop(plural: string, object: KubeObject): void;
  placeOf(uid: string): Place | undefined;
  /** Those that name this uid among their owners. */
  dependents(uid: string): Place[];
  /** Every namespaced object of a namespace, by kind. */
  contents(namespace: string): Place[];
}

interface Shelf {
  byNamespace: Map<string, Map<string, KubeObject>>;
  /** Sorted lists, by namespace and `*` for all; forgotten at each change. */
  sorted: Map<string, readonly KubeObject[]>;
}

export function createShelves(): Shelves {
  const shelves = new Map<string, Shelf>();
  const places = new Map<string, Place>();
  const owned = new Map<string, Map<string, Place>>();

  const shelf = (plural: string): Shelf => {
    const found = shelves.get(plural);
    if (found) return found;
    const made = { byNamespace: new Map(), sorted: new Map() };
    shelves.set(plural, made);
    return made;
  };
  const get = ({ plural, namespace, name }: Place) =>
    shelf(plural)
      .byNamespace.get(namespace ?? '')
      ?.get(name);

  const disown = (object: KubeObject) => {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const siblings = owned.get(uid);
      siblings?.delete(object.metadata.uid);
      if (siblings?.size === 0) owned.delete(uid);
    }
  };
  const put = (plural: string, object: KubeObject) => {
    const { namespace = '', name, uid, ownerReferences = [] } = object.metadata;
    const { byNamespace, sorted } = shelf(plural);
    const names = byNamespace.get(namespace) ?? new Map<string, KubeObject>();
    const before = names.get(name);
    if (before) disown(before);
    names.set(name, object);
    byNamespace.set(namespace, names);
    sorted.delete(namespace);
    sorted.delete('*');
    const place = placeIn(plural, object);
    places.set(uid, place);
    for (const owner of ownerReferences) {
      const siblings = owned.get(owner.uid) ?? new Map<string, Place>();
      siblings.set(uid, place);
      owned.set(owner.uid, siblings);
    }
  };
  const drop = (plural: string, object: KubeObject) => {
    const { namespace = '', name, uid } = object.metadata;
    const { byNamespace, sorted } = shelf(plural);
    const names = byNamespace.get(namespace);
    names?.delete(name);
    if (names?.size === 0) byNamespace.delete(namespace);
    sorted.delete(namespace);
    sorted.delete('*');
    places.delete(uid);
    disown(object);
  };
  const list = (plural: string, namespace?: string) => {
    const { byNamespace, sorted } = shelf(plural);
    const key = namespace ?? '*';
    const known = sorted.get(key);
    if (known) return known;
    const groups = namespace === undefined ? [...byNamespace.values()] : [byNamespace.get(namespace) ?? new Map()];
    const made = groups.flatMap((group) => [...group.values()]).sort(byName);
    sorted.set(key, made);
    return made;
  };
  const contents = (namespace: string) =>
    [...shelves].flatMap(([plural, { byNamespace }]) =>
      [...(byNamespace.get(namespace)?.keys() ?? [])].map((name) => ({ plural, namespace, name })),
    );
  return {
    get,
    list,
    put,
    drop,
    contents,
    placeOf: (uid) => places.get(uid),
    dependents: (uid) => [...(owned.get(uid)?.values() ?? [])],
  };
}

const placeIn = (plural: string, { metadata }: KubeObject): Place => ({
  plural,
  namespace: metadata.namespace,
  name: metadata.name,
});

/** By namespace and name, as etcd's keys are ordered. */
function byName(a: KubeObject, b: KubeObject): number {
  const left = keyOf(a);
  const right = keyOf(b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** `namespace/name`: the order of lists, and where a continued list goes on. */
export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
