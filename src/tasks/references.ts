import type { Json, JsonObject } from '../tools/types.ts';

/** The value at a dotted path (`items.0.id`), or undefined where there is none. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let current: Json | undefined = value;
  for (const part of path.split('.')) {
    if (current === null || typeof current !== 'object') return undefined;
    current = Array.isArray(current) ? current[Number(part)] : Object.hasOwn(current, part) ? current[part] : undefined;
  }
  return current;
}

/** A reference that has nothing to refer to: the step cannot run. */
export class UnresolvedReference extends Error {
  readonly code = 'UNRESOLVED_REFERENCE';
}

/** Replaces `{ "$from": "STEP.PATH" }` by what that step gave, and `{ "$key": true }` by the idempotency key. */
export function resolveReferences(args: JsonObject, results: ReadonlyMap<string, JsonObject>, key: string): JsonObject {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, resolve(value, results, key)]));
}

function resolve(value: Json, results: ReadonlyMap<string, JsonObject>, key: string): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, results, key));
  if (value.$key === true) return key;
  if (typeof value.$from !== 'string') return resolveReferences(value, results, key);
  const [step = '', ...path] = value.$from.split('.');
  const found = path.length > 0 ? valueAt(results.get(step), path.join('.')) : results.get(step);
  if (found === undefined) throw new UnresolvedReference(`${value.$from} has no value: the step ${step} gave none`);
  return found;
}
