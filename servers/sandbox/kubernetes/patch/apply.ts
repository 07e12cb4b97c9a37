import { isDeepStrictEqual } from 'node:util';
import { ApiError, type Cause } from '../errors.ts';
import { isRecord } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import {
  childrenOf,
  contains,
  difference,
  type FieldSet,
  fieldsOf,
  keyElement,
  leaves,
  pathText,
  setFrom,
  valueAt,
} from './field-sets.ts';
import { isAtomicMap, isMergedSet, listMapKeys } from './lists.ts';
import { type Entry, entriesOf, entryOf, isSame, present, type Writer, withEntries } from './managers.ts';

type Fields = Record<string, unknown>;
type Path = readonly string[];

/**
 * Server-side apply: the object with what is configured, without what the writer applied before and no longer
 * configures. Throws Conflict for fields that others own with another value, unless forced.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function apply(
  live: KubeObject,
  config: Fields,
  wish: { writer: Writer; force: boolean; now: number },
): KubeObject {
  const { writer, force, now } = wish;
  const applied = fieldsOf(config);
  const entries = ownersOf(live, now);
  const mine = entries.find((entry) => isSame(entry, writer));
  const others = entries.filter((entry) => entry !== mine);
  const conflicts = others.flatMap((entry) => conflictsWith(entry, { live, config, applied }));
  if (conflicts.length > 0 && !force) throw applyConflict(conflicts);
  const taken = setFrom(conflicts.map(({ path }) => path));
  const kept = others.map((entry) => ({ ...entry, fieldsV1: difference(entry.fieldsV1, taken) }));
  const merged = pruned(mergedWith(live, config, []), abandoned(mine, applied, kept));
  const next = {
    ...live,
    ...merged,
    metadata: { ...live.metadata, ...(isRecord(merged.metadata) && merged.metadata) },
  };
  const unchanged = mine && isDeepStrictEqual(mine.fieldsV1, applied);
  const entry = unchanged ? { ...mine, apiVersion: writer.apiVersion } : entryOf(writer, applied, now);
  return withEntries(next, [...present(kept, next), entry]);
}

/** What nobody owns was there before: it counts as somebody's. https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
function ownersOf(live: KubeObject, now: number): Entry[] {
  const entries = entriesOf(live);
  if (entries.length > 0) return entries;
  const apiVersion = typeof live.apiVersion === 'string' ? live.apiVersion : '';
  return [
    entryOf(
      { manager: 'before-first-apply', operation: 'Update', subresource: undefined, apiVersion },
      fieldsOf(live),
      now,
    ),
  ];
}

interface ApplyConflict {
  entry: Entry;
  path: Path;
}

function conflictsWith(
  entry: Entry,
  { live, config, applied }: { live: KubeObject; config: Fields; applied: FieldSet },
): ApplyConflict[] {
  return leaves(entry.fieldsV1)
    .filter((path) => path.at(-1) !== '.' && contains(applied, path))
    .filter((path) => differs(valueAt(live, path), valueAt(config, path), path))
    .map((path) => ({ entry, path }));
}

/** Whether a value is set anew: maps and lists that are merged are compared by what is in them, not as a whole. */
function differs(live: unknown, wanted: unknown, elements: Path): boolean {
  const path = namesIn(elements);
  if (isRecord(live) && isRecord(wanted) && !isAtomicMap(path)) return false;
  if (Array.isArray(live) && Array.isArray(wanted) && (listMapKeys(path) || isMergedSet(path))) return false;
  return !isDeepStrictEqual(live, wanted);
}

/** The field names of a path of elements. */
const namesIn = (elements: Path): Path =>
  elements.filter((element) => element.startsWith('f:')).map((element) => element.slice(2));

function applyConflict(conflicts: readonly ApplyConflict[]): ApiError {
  const causes: Cause[] = conflicts.map(({ entry, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(entry)}`,
    field: pathText(path),
  }));
  return new ApiError({ code: 409, reason: 'Conflict', message: conflictText(conflicts), details: { causes } });
}

function conflictText(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first) {
    return `Apply failed with 1 conflict: conflict with ${managerText(first.entry)}: ${pathText(first.path)}`;
  }
  const managers = [...new Set(conflicts.map(({ entry }) => managerText(entry)))].sort();
  const lines = managers.flatMap((manager) => [
    `conflicts with ${manager}:`,
    ...conflicts.filter(({ entry }) => managerText(entry) === manager).map(({ path }) => `- ${pathText(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** As structured-merge-diff's conflicts are printed by the API server. */
function managerText({ manager, subresource, operation, apiVersion, time }: Entry): string {
  const name = `"${manager}"${subresource ? ` with subresource "${subresource}"` : ''}`;
  if (operation === 'Apply') return name;
  return `${name} using ${apiVersion}${time ? ` at ${time}` : ''}`;
}

/** What the writer owned alone and does not configure any more. */
function abandoned(mine: Entry | undefined, applied: FieldSet, others: readonly Entry[]): Path[] {
  if (!mine) return [];
  return leaves(difference(mine.fieldsV1, applied)).filter((path) => {
    if (isKeyField(path)) return false;
    const owned = path.at(-1) === '.' ? path.slice(0, -1) : path;
    return !others.some(({ fieldsV1 }) => contains(fieldsV1, owned)) && !contains(applied, owned);
  });
}

/** The fields that tell an item apart go with the item, never without it. */
function isKeyField(path: Path): boolean {
  const [item = '', field = ''] = path.slice(-2);
  return item.startsWith('k:') && field.startsWith('f:') && field.slice(2) in JSON.parse(item.slice(2));
}

/** Configured values over live ones: maps field by field, lists with keys item by item, sets by union. */
function mergedWith(live: unknown, config: Fields, path: Path): Fields {
  const merged: Fields = isRecord(live) ? { ...live } : {};
  for (const [field, value] of Object.entries(config)) {
    if (value !== null && value !== undefined) merged[field] = mergedValue(merged[field], value, [...path, field]);
  }
  return merged;
}

function mergedValue(live: unknown, value: unknown, path: Path): unknown {
  if (isRecord(value)) return isAtomicMap(path) ? value : mergedWith(live, value, path);
  if (!Array.isArray(value) || !Array.isArray(live)) return value;
  if (isMergedSet(path)) return [...live, ...value.filter((one) => !live.includes(one))];
  const keys = listMapKeys(path);
  if (!keys || !value.every(isRecord)) return value;
  const items = [...live];
  for (const item of value) {
    const at = items.findIndex((one) => isRecord(one) && keyElement(one, keys) === keyElement(item, keys));
    if (at === -1) items.push(item);
    else items[at] = mergedWith(items[at], item, path);
  }
  return items;
}

function pruned(object: Fields, paths: readonly Path[]): Fields {
  return paths.reduce<Fields>((left, path) => {
    const next = without(left, path.at(-1) === '.' ? path.slice(0, -1) : path, []);
    return isRecord(next) ? next : {};
  }, object);
}

/** A value without what lies at a path of elements; undefined when nothing is left of it. */
function without(value: unknown, [element, ...rest]: Path, path: Path): unknown {
  const child = childrenOf(value, path).find(([name]) => name === element);
  if (!child) return value;
  const [, inner, innerPath] = child;
  const next = rest.length === 0 ? undefined : without(inner, rest, innerPath);
  if (Array.isArray(value)) return value.flatMap((one) => (one !== inner ? [one] : next === undefined ? [] : [next]));
  if (!isRecord(value)) return value;
  const { [(element ?? '').slice(2)]: _, ...others } = value;
  const left = next === undefined ? others : { ...others, [(element ?? '').slice(2)]: next };
  return Object.keys(left).length > 0 ? left : undefined;
}
