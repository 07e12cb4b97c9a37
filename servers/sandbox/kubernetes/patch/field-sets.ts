import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../fields.ts';
import { isAtomicMap, isMergedSet, listMapKeys } from './lists.ts';

/**
 * A set of fields as `managedFields` writes it: `f:` a field, `k:` an item of a list by its keys, `v:` a value of a
 * set, `.` the thing itself. https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export interface FieldSet {
  [element: string]: FieldSet;
}

type Path = readonly string[];

/** What nobody owns: identity, and what the server gives. */
const UNOWNED = new Set(['apiVersion', 'kind']);
const UNOWNED_METADATA = new Set([
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/** All fields of an object. */
export function fieldsOf(object: Record<string, unknown>): FieldSet {
  const { metadata, ...rest } = object;
  const owned = Object.fromEntries(Object.entries(rest).filter(([field]) => !UNOWNED.has(field)));
  const about = Object.entries(isRecord(metadata) ? metadata : {}).filter(([field]) => !UNOWNED_METADATA.has(field));
  return setOf({ ...owned, ...(about.length > 0 && { metadata: Object.fromEntries(about) }) }, []);
}

function setOf(value: unknown, path: Path): FieldSet {
  return Object.fromEntries(
    childrenOf(value, path).map(([element, child, childPath]) => {
      const inner = setOf(child, childPath);
      return [element, element.startsWith('k:') ? { '.': {}, ...inner } : inner];
    }),
  );
}

type Child = [element: string, value: unknown, path: Path];

/** What a value is made of, by element; nothing for a leaf and for what is owned as a whole. */
export function childrenOf(value: unknown, path: Path): Child[] {
  if (isRecord(value) && !isAtomicMap(path)) {
    return Object.entries(value)
      .filter(([, child]) => child !== undefined && child !== null)
      .map(([field, child]) => [`f:${field}`, child, [...path, field]]);
  }
  if (!Array.isArray(value)) return [];
  if (isMergedSet(path)) return value.map((one) => [`v:${JSON.stringify(one)}`, one, path]);
  const keys = listMapKeys(path);
  if (!keys || !value.every(isRecord)) return [];
  return value.map((item) => [keyElement(item, keys), item, path]);
}

/** `k:{"containerPort":80,"protocol":"TCP"}` */
export function keyElement(item: Record<string, unknown>, keys: readonly string[]): string {
  const named = keys.map((key) => [key, item[key] ?? (key === 'protocol' ? 'TCP' : undefined)] as const);
  return `k:${JSON.stringify(Object.fromEntries(named))}`;
}

const isLeaf = (set: FieldSet): boolean => Object.keys(set).length === 0;

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const merged = { ...a };
  for (const [element, inner] of Object.entries(b)) merged[element] = union(merged[element] ?? {}, inner);
  return merged;
}

/** What is in `a` and not in `b`; a leaf of `b` takes only the same leaf. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const left: FieldSet = {};
  for (const [element, inner] of Object.entries(a)) {
    const other = b[element];
    if (other === undefined) left[element] = inner;
    else {
      const rest = difference(inner, other);
      if (!isLeaf(rest)) left[element] = rest;
    }
  }
  return left;
}

/** The paths of elements to each leaf. */
export function leaves(set: FieldSet, path: Path = []): Path[] {
  return Object.entries(set).flatMap(([element, inner]) =>
    isLeaf(inner) ? [[...path, element]] : leaves(inner, [...path, element]),
  );
}

/** Whether a path of elements is in a set, as a leaf or on the way to one. */
export function contains(set: FieldSet, path: Path): boolean {
  let here: FieldSet | undefined = set;
  for (const element of path) here = here?.[element];
  return here !== undefined;
}

/** A set of these paths. */
export function setFrom(paths: readonly Path[]): FieldSet {
  const root: FieldSet = {};
  for (const path of paths) {
    let here = root;
    for (const element of path) {
      here[element] ??= {};
      here = here[element];
    }
  }
  return root;
}

/** What lies at a path of elements; undefined when nothing does. */
export function valueAt(root: unknown, elements: Path): unknown {
  let here = root;
  let path: Path = [];
  for (const element of elements) {
    if (element === '.') return here;
    const child = childrenOf(here, path).find(([name]) => name === element);
    if (!child) return undefined;
    [, here, path] = child;
  }
  return here;
}

/** The leaves that are new or have another value than before. */
export function changedFields(before: Record<string, unknown>, after: Record<string, unknown>): FieldSet {
  const paths = leaves(fieldsOf(after)).filter((path) => {
    if (path.at(-1) === '.') return valueAt(before, path) === undefined;
    return !isDeepStrictEqual(valueAt(before, path), valueAt(after, path));
  });
  return setFrom(paths);
}

/** `.spec.template.spec.containers[name="app"].image` */
export const pathText = (path: Path): string =>
  path
    .filter((element) => element !== '.')
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('v:')) return `[=${rest}]`;
      const keys = Object.entries(JSON.parse(rest)).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      return `[${keys.join(',')}]`;
    })
    .join('');
