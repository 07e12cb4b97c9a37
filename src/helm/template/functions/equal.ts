import type { TemplateValue } from '../../types.ts';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { dataKeys, timeOf } from '../values.ts';

const MOST_DEPTH = 1000;

/**
 * A text that is the same for two values exactly if Go's reflect.DeepEqual holds them equal: whole numbers and floats differ,
 * the order of keys does not matter. Undefined for what equals nothing, not even itself: NaN and functions.
 */
export function identityOf(value: TemplateValue, world: FunctionWorld): string | undefined {
  const parts: string[] = [];
  return collect(value, parts, { world, depth: 0 }) ? parts.join('') : undefined;
}

/** reflect.DeepEqual. */
export function deepEqual(a: TemplateValue, b: TemplateValue, world: FunctionWorld): boolean {
  const [one, other] = [a ?? null, b ?? null];
  if (typeof one !== 'object' || typeof other !== 'object') return one === other && typeof one !== 'function';
  const identity = identityOf(a, world);
  return identity !== undefined && identity === identityOf(b, world);
}

interface Place {
  world: FunctionWorld;
  depth: number;
}

function collect(value: TemplateValue, parts: string[], { world, depth }: Place): boolean {
  if (depth > MOST_DEPTH) throw new FunctionError('the value is nested too deeply to be compared');
  world.work(1);
  if (typeof value !== 'object' || value === null) return collectScalar(value, parts);
  const time = timeOf(value);
  if (time) return collectScalar(time.text, parts);
  const deeper = { world, depth: depth + 1 };
  if (Array.isArray(value)) {
    parts.push('[');
    for (const item of value) if (!collect(item, parts, deeper)) return false;
    parts.push(']');
    return true;
  }
  parts.push('{');
  for (const key of dataKeys(value)) {
    parts.push(JSON.stringify(key));
    if (!collect(value[key], parts, deeper)) return false;
  }
  parts.push('}');
  return true;
}

function collectScalar(value: TemplateValue, parts: string[]): boolean {
  if (typeof value === 'function' || Number.isNaN(value)) return false;
  if (value === null || value === undefined) parts.push('nil,');
  else if (typeof value === 'string') parts.push(JSON.stringify(value), ',');
  // -0 equals 0.
  else parts.push(typeof value === 'number' ? 'f' : typeof value === 'bigint' ? 'i' : 'b', String(value), ',');
  return true;
}
