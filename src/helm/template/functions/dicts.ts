import type { TemplateValue } from '../../types.ts';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { dataKeys, isList, isMap, newMap, ownValue, type TemplateMap, typeOf } from '../values.ts';
import { merged } from './merge.ts';
import { put } from './put.ts';
import { any, type Definition, dict, takes, takesAlso, text } from './signature.ts';
import { textOfValue } from './texts.ts';

const MOST_DEPTH = 1000;

/** Functions of dictionaries; `set`, `unset` and the merges change the one they are given. https://masterminds.github.io/sprig/dicts.html */
export const dicts: Readonly<Record<string, Definition>> = {
  dict: takesAlso([[], any], (_, values) => paired(values)),
  get: takes([dict, text], ([map, key]) => (hasKey(map, key) ? ownValue(map, key) : '')),
  set: takes([dict, text, any], ([map, key, value]) => put(map, key, value)),
  unset: takes([dict, text], ([map, key]) => {
    delete map[key];
    return map;
  }),
  hasKey: takes([dict, text], ([map, key]) => hasKey(map, key)),
  pluck: takesAlso([[text], dict], ([key], maps) =>
    maps.filter((map) => hasKey(map, key)).map((map) => ownValue(map, key)),
  ),
  // Go's order of keys is by chance; sorted, a rendering is the same each time.
  keys: takesAlso([[], dict], (_, maps) => maps.flatMap(dataKeys)),
  values: takes([dict], ([map]) => dataKeys(map).map((key) => map[key])),
  pick: takesAlso([[dict], text], ([map], keys) =>
    chosen(
      map,
      keys.filter((key) => hasKey(map, key)),
    ),
  ),
  omit: takesAlso([[dict], text], ([map], keys) => {
    const omitted = new Set(keys);
    return chosen(
      map,
      dataKeys(map).filter((key) => !omitted.has(key)),
    );
  }),
  merge: takesAlso([[dict], dict], ([map], sources, world) => merged(map, sources, { overwrite: false, world })),
  mustMerge: takesAlso([[dict], dict], ([map], sources, world) => merged(map, sources, { overwrite: false, world })),
  mergeOverwrite: takesAlso([[dict], dict], ([map], sources, world) =>
    merged(map, sources, { overwrite: true, world }),
  ),
  mustMergeOverwrite: takesAlso([[dict], dict], ([map], sources, world) =>
    merged(map, sources, { overwrite: true, world }),
  ),
  deepCopy: takes([any], ([value], world) => copied(value, { world, depth: 0 })),
  mustDeepCopy: takes([any], ([value], world) => copied(value, { world, depth: 0 })),
  dig: takesAlso([[], any], (_, values) => dug(values)),
};

function hasKey(map: TemplateMap, key: string): boolean {
  return Object.hasOwn(map, key) && typeof map[key] !== 'function';
}

/** A key without a value has the empty text. */
function paired(values: TemplateValue[]): TemplateMap {
  const map = newMap();
  for (let at = 0; at < values.length; at += 2) {
    put(map, textOfValue(values[at]), at + 1 < values.length ? values[at + 1] : '');
  }
  return map;
}

function chosen(map: TemplateMap, keys: string[]): TemplateMap {
  const picked = newMap();
  for (const key of keys) put(picked, key, ownValue(map, key));
  return picked;
}

interface Place {
  world: FunctionWorld;
  depth: number;
}

function copied(value: TemplateValue, { world, depth }: Place): TemplateValue {
  if (depth > MOST_DEPTH) throw new FunctionError('deepCopy error: the value is nested too deeply');
  world.work(1);
  const deeper = { world, depth: depth + 1 };
  if (isList(value)) return value.map((item) => copied(item, deeper));
  if (!isMap(value)) return value;
  const copy = newMap();
  for (const key of Object.keys(value)) put(copy, key, copied(value[key], deeper));
  return copy;
}

/** `dig "a" "b" "default" $map`: what stands under the keys, or the default. */
function dug(values: TemplateValue[]): TemplateValue {
  if (values.length < 3) throw new FunctionError('dig needs at least three arguments');
  let step = values.at(-1);
  for (const key of values.slice(0, -2)) {
    if (typeof key !== 'string') throw conversion(key, 'string');
    if (!isMap(step)) throw conversion(step, 'map[string]interface {}');
    if (!hasKey(step, key)) return values.at(-2);
    step = ownValue(step, key);
  }
  return step;
}

function conversion(value: TemplateValue, wanted: string): FunctionError {
  const is = value === null || value === undefined ? 'nil' : typeOf(value);
  return new FunctionError(`interface conversion: interface {} is ${is}, not ${wanted}`);
}
