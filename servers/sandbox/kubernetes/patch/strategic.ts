import { isDeepStrictEqual } from 'node:util';
import { badRequest } from '../errors.ts';
import { isRecord } from '../fields.ts';
import { isMergedSet, mergeKey } from './lists.ts';

type Fields = Record<string, unknown>;
type Path = readonly string[];

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE = '$deleteFromPrimitiveList/';

/**
 * A strategic merge patch: as a merge patch, but lists whose items have a key are merged item by item, and directives
 * say the rest. https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicPatch(target: unknown, patch: Fields, path: Path = []): Fields {
  const { [DIRECTIVE]: directive, ...fields } = patch;
  if (directive === 'delete') return {};
  if (directive === 'replace') return fields;
  if (directive !== undefined && directive !== 'merge') {
    throw badRequest(`unknown patch type found: ${directive}`);
  }
  const merged = retained(isRecord(target) ? target : {}, fields);
  for (const [field, value] of Object.entries(fields)) {
    if (field === RETAIN || field.startsWith(ORDER)) continue;
    if (field.startsWith(DELETE)) removeValues(merged, field.slice(DELETE.length), value);
    else if (value === null) delete merged[field];
    else merged[field] = patched(merged[field], value, [...path, field]);
  }
  for (const [field, order] of Object.entries(fields)) {
    if (field.startsWith(ORDER)) reorder(merged, { field: field.slice(ORDER.length), order, before: target, path });
  }
  return merged;
}

function patched(target: unknown, value: unknown, path: Path): unknown {
  if (isRecord(value)) return strategicPatch(target, value, path);
  if (!Array.isArray(value)) return value;
  const key = mergeKey(path);
  if (key !== undefined) return mergeItems(Array.isArray(target) ? target : [], value, { key, path });
  if (isMergedSet(path) && Array.isArray(target)) return [...target, ...value.filter((one) => !target.includes(one))];
  return value;
}

/** `$retainKeys` names all fields that stay. */
function retained(target: Fields, patch: Fields): Fields {
  const keys = patch[RETAIN];
  if (!Array.isArray(keys)) return { ...target };
  return Object.fromEntries(Object.entries(target).filter(([field]) => keys.includes(field)));
}

function removeValues(target: Fields, field: string, values: unknown): void {
  const list = target[field];
  if (Array.isArray(list) && Array.isArray(values)) target[field] = list.filter((one) => !values.includes(one));
}

function mergeItems(target: unknown[], patch: unknown[], { key, path }: { key: string; path: Path }): unknown[] {
  const items = patch.filter(isRecord);
  const plain = items.filter((item) => item[DIRECTIVE] !== 'replace' || key in item);
  if (plain.length < items.length) return plain.map(({ [DIRECTIVE]: _, ...item }) => item);
  let merged = [...target];
  for (const item of items) {
    if (item[key] === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const at = merged.findIndex((one) => isRecord(one) && isDeepStrictEqual(one[key], item[key]));
    if (item[DIRECTIVE] === 'delete') merged = merged.filter((_, index) => index !== at);
    else if (at === -1) merged.push(strategicPatch({}, item, path));
    else merged[at] = strategicPatch(merged[at], item, path);
  }
  return merged;
}

interface Ordering {
  field: string;
  order: unknown;
  before: unknown;
  path: Path;
}

/** Puts the items that `$setElementOrder` names in its order; those only the server has stay after the one they followed. */
function reorder(merged: Fields, { field, order, before, path }: Ordering): void {
  const list = merged[field];
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const key = mergeKey([...path, field]);
  const identity = (item: unknown): unknown => (key !== undefined && isRecord(item) ? item[key] : item);
  const wanted = order.map(identity);
  const rank = (item: unknown) => wanted.findIndex((one) => isDeepStrictEqual(one, identity(item)));
  const placed = list.filter((item) => rank(item) !== -1).sort((a, b) => rank(a) - rank(b));
  const earlier = isRecord(before) && Array.isArray(before[field]) ? before[field].map(identity) : [];
  for (const item of list.filter((one) => rank(one) === -1)) {
    const position = earlier.findIndex((one) => isDeepStrictEqual(one, identity(item)));
    const previous = position > 0 ? earlier[position - 1] : undefined;
    const at = placed.findIndex((one) => isDeepStrictEqual(identity(one), previous));
    placed.splice(position === -1 ? placed.length : at + 1, 0, item);
  }
  merged[field] = placed;
}
