import type { Json, JsonObject } from '../tools/types.ts';

/** A map of JSON, and no list. */
export const isMap = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Own values only: a key such as `constructor` is data like any other. */
export const at = (map: JsonObject, key: string): Json | undefined => (Object.hasOwn(map, key) ? map[key] : undefined);

/** What stands at a dotted path; undefined where a part of it is missing or no map. */
export function atPath(map: JsonObject, path: string): Json | undefined {
  let found: Json | undefined = map;
  for (const part of path.split('.')) {
    if (!isMap(found)) return undefined;
    found = at(found, part);
  }
  return found;
}

/** A deep copy of its own, which drops the one key that is none in JavaScript. */
export function copied<Of extends Json>(value: Of): Of {
  return plain(value) as Of;
}

/** JSON of what YAML or JSON was read as. Not finite numbers, which JSON lacks, become strings. */
export function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map || value instanceof Set) return plain(Object.fromEntries(value.entries()));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, each]) => key !== '__proto__' && each !== undefined)
        .map(([key, each]) => [key, plain(each)]),
    );
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
