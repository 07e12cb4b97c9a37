import type { TemplateValue } from '../../types.ts';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { isList, isTrue, kindOf } from '../values.ts';
import { deepEqual, identityOf } from './equal.ts';
import { nilPointer } from './errors.ts';
import { wholeOf } from './numbers.ts';
import { any, count, type Definition, takes, takesAlso } from './signature.ts';

/** Functions of lists; every one makes a new list. https://masterminds.github.io/sprig/lists.html */
const listed: Readonly<Record<string, Definition>> = {
  append: takes([any, any], ([list, value]) => [...items(list, 'Cannot push on type'), value]),
  push: takes([any, any], ([list, value]) => [...items(list, 'Cannot push on type'), value]),
  prepend: takes([any, any], ([list, value]) => [value, ...items(list, 'Cannot prepend on type')]),
  first: takes([any], ([list]) => items(list, 'Cannot find first on type')[0]),
  last: takes([any], ([list]) => items(list, 'Cannot find last on type').at(-1)),
  rest: takes([any], ([list]) => items(list, 'Cannot find rest on type').slice(1)),
  initial: takes([any], ([list]) => items(list, 'Cannot find initial on type').slice(0, -1)),
  reverse: takes([any], ([list]) => items(list, 'Cannot find reverse on type').toReversed()),
  compact: takes([any], ([list]) => items(list, 'Cannot compact on type').filter((item) => !isEmpty(item))),
  uniq: takes([any], ([list], world) => unique(items(list, 'Cannot find uniq on type'), world)),
  without: takesAlso([[any], any], ([list], omitted, world) =>
    without(items(list, 'Cannot find without on type'), omitted, world),
  ),
  has: takes([any, any], ([needle, list], world) => has(needle, list, world)),
  slice: takesAlso([[any], any], ([list], bounds) => sliced(list, bounds)),
  chunk: takes([count, any], ([size, list]) => chunks(size, items(list, 'Cannot chunk type'))),
};

export const lists: Readonly<Record<string, Definition>> = {
  ...listed,
  // The variants answer errors where the others panic: to a template that is the same.
  ...Object.fromEntries(
    Object.entries(listed).map(([name, made]) => [`must${name[0]?.toUpperCase()}${name.slice(1)}`, made]),
  ),
  list: takesAlso([[], any], (_, values) => [...values]),
  tuple: takesAlso([[], any], (_, values) => [...values]),
  concat: takesAlso([[], any], (_, values, world) => concatenated(values, world)),
};

/** Whether sprig holds a value for not set: `if` would not take it. */
export function isEmpty(value: TemplateValue): boolean {
  return !isTrue(value);
}

function items(list: TemplateValue, complaint: string): TemplateValue[] {
  if (isList(list)) return list;
  if (list === null || list === undefined) throw nilPointer();
  throw new FunctionError(`${complaint} ${kindOf(list)}`);
}

function concatenated(values: TemplateValue[], world: FunctionWorld): TemplateValue[] {
  let size = 0;
  for (const list of values) {
    if (list === null || list === undefined) throw nilPointer();
    if (!isList(list)) throw new FunctionError(`Cannot concat type ${kindOf(list)} as list`);
    size += list.length;
  }
  world.grow(size);
  return values.flatMap((list) => (isList(list) ? list : []));
}

function unique(list: TemplateValue[], world: FunctionWorld): TemplateValue[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const identity = identityOf(item, world);
    if (identity === undefined) return true;
    const known = seen.has(identity);
    seen.add(identity);
    return !known;
  });
}

function without(list: TemplateValue[], omitted: TemplateValue[], world: FunctionWorld): TemplateValue[] {
  const omit = new Set(omitted.map((item) => identityOf(item, world)));
  omit.delete(undefined);
  return list.filter((item) => !omit.has(identityOf(item, world)));
}

function has(needle: TemplateValue, list: TemplateValue, world: FunctionWorld): boolean {
  if (list === null || list === undefined) return false;
  return items(list, 'Cannot find has on type').some((item) => deepEqual(needle, item, world));
}

function sliced(value: TemplateValue, [from, to]: TemplateValue[]): TemplateValue {
  const list = items(value, 'list should be type of slice or array but');
  if (list.length === 0) return null;
  const start = from === undefined ? 0 : Number(wholeOf(from));
  const end = to === undefined ? list.length : Number(wholeOf(to));
  if (start < 0 || end < start || end > list.length) {
    throw new FunctionError('reflect.Value.Slice: slice index out of bounds');
  }
  return list.slice(start, end);
}

function chunks(size: number, list: TemplateValue[]): TemplateValue[] {
  const number = Math.floor((list.length - 1) / size) + 1;
  if (number === 0) return [];
  if (size <= 0) throw new FunctionError('runtime error: makeslice: len out of range');
  return Array.from({ length: number }, (_, place) => list.slice(place * size, (place + 1) * size));
}
