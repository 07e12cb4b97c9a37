import type { TemplateValue } from '../types.ts';

/** A map of values: data as own properties; functions among them are methods and no data. */
export type TemplateMap = { [key: string]: TemplateValue };

/** A moment in a zone (an IANA name or an offset), as Go's time.Time prints it. */
export interface GoTime {
  epochMs: number;
  zone: string;
  text: string;
}

const times = new WeakMap<object, GoTime>();

/** A map whose keys are data and nothing else, `__proto__` included. */
export function newMap(): TemplateMap {
  return Object.create(null) as TemplateMap;
}

/** A time as a value of templates; its methods are called like `.Format "2006"`. It is no map: no keys, never empty. */
export function timeValue(
  time: GoTime,
  methods: Readonly<Record<string, (...args: TemplateValue[]) => TemplateValue>>,
): TemplateValue {
  const value = Object.freeze(Object.assign(newMap(), methods));
  times.set(value, time);
  return value;
}

/** What a value that timeValue made stands for, or undefined. */
export function timeOf(value: TemplateValue): GoTime | undefined {
  return typeof value === 'object' && value !== null ? times.get(value) : undefined;
}

export function isList(value: TemplateValue): value is TemplateValue[] {
  return Array.isArray(value);
}

/** A map with string keys: no list, no time. */
export function isMap(value: TemplateValue): value is TemplateMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !times.has(value);
}

/** An own property of a map; undefined where there is none, never anything of a prototype. */
export function ownValue(map: TemplateMap, key: string): TemplateValue {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The keys of a map's data in Go's order (by bytes of UTF-8), without its methods. */
export function dataKeys(map: TemplateMap): string[] {
  return Object.keys(map)
    .filter((key) => typeof map[key] !== 'function')
    .sort(compareText);
}

/** Orders text as Go does: by bytes of UTF-8. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return unitOrder(x) - unitOrder(y);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for characters beyond all single units. */
function unitOrder(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** Whether `if` takes it: not false, 0, nil, or empty text, list or map. A time and a function are always true. */
export function isTrue(value: TemplateValue): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'object') return typeof value === 'number' && Number.isNaN(value) ? true : Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  return times.has(value) || Object.keys(value).some((key) => typeof value[key] !== 'function');
}

/** Go's kind. Every whole number is an int64: `bigint` does not tell int from int64. */
export type Kind = 'invalid' | 'bool' | 'int64' | 'float64' | 'string' | 'slice' | 'map' | 'struct' | 'func';

/** Go's reflect kind of a value; `invalid` for nil. */
export function kindOf(value: TemplateValue): Kind {
  if (value === null || value === undefined) return 'invalid';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int64';
    case 'number':
      return 'float64';
    case 'function':
      return 'func';
    default:
      if (Array.isArray(value)) return 'slice';
      return times.has(value) ? 'struct' : 'map';
  }
}

/** Go's type as `%T` prints it: `map[string]interface {}`, `<nil>`. */
export function typeOf(value: TemplateValue): string {
  const kind = kindOf(value);
  switch (kind) {
    case 'invalid':
      return '<nil>';
    case 'slice':
      return '[]interface {}';
    case 'map':
      return 'map[string]interface {}';
    case 'struct':
      return 'time.Time';
    case 'func':
      return 'func()';
    default:
      return kind;
  }
}
