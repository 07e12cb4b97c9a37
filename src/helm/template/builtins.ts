import type { TemplateValue } from '../types.ts';
import { ArgumentError, FunctionError } from './function.ts';
import { sprint, sprintf, sprintln } from './printf.ts';
import type { EngineFunction } from './state.ts';
import { isPrintable } from './text-formats.ts';
import { compareText, dataKeys, isMap, isTrue, kindOf, ownValue, typeOf } from './values.ts';

/** The functions that Go's templates have by themselves; `and` and `or` are the engine's. https://pkg.go.dev/text/template#hdr-Functions */
export const builtins: Readonly<Record<string, EngineFunction>> = {
  // Known by name so that a template may use them.
  and: () => undefined,
  or: () => undefined,
  not: counted('not', 1, ([value]) => !isTrue(value)),
  eq: atLeast('eq', 1, eq),
  ne: counted('ne', 2, (args) => !eq(args)),
  lt: counted('lt', 2, ([a, b]) => less(a, b)),
  le: counted('le', 2, ([a, b]) => less(a, b) || eq([a, b])),
  gt: counted('gt', 2, ([a, b]) => !less(a, b) && !eq([a, b])),
  ge: counted('ge', 2, ([a, b]) => !less(a, b)),
  index: atLeast('index', 1, ([item, ...keys]) => keys.reduce(index, first(item, 'index'))),
  slice: atLeast('slice', 1, ([item, ...places]) => slice(first(item, 'slice'), places)),
  len: counted('len', 1, ([value]) => length(value)),
  call: atLeast('call', 1, ([callee, ...args]) => {
    if (callee === undefined || callee === null) throw new FunctionError('call of nil');
    if (typeof callee !== 'function') throw new FunctionError(`non-function of type ${typeOf(callee)}`);
    return callee(...args);
  }),
  print: writing((args) => sprint(args)),
  println: writing((args) => sprintln(args)),
  printf: writing((args) => {
    if (args.length === 0) throw new ArgumentError('wrong number of args for printf: want at least 1 got 0');
    const [format, ...values] = args;
    if (typeof format !== 'string') throw new ArgumentError(wrongType(format, 'string'));
    return sprintf(format, values);
  }),
  html: (args) => plainText(args).replace(/[\0"'&<>]/g, (character) => HTML[character] ?? ''),
  js: (args) => [...plainText(args)].map(escapeScript).join(''),
  urlquery: (args) =>
    encodeURIComponent(plainText(args).toWellFormed())
      .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
};

function counted(name: string, count: number, answer: (args: TemplateValue[]) => TemplateValue): EngineFunction {
  return (args) => {
    if (args.length !== count) {
      throw new ArgumentError(`wrong number of args for ${name}: want ${count} got ${args.length}`);
    }
    return answer(args);
  };
}

function atLeast(name: string, count: number, answer: (args: TemplateValue[]) => TemplateValue): EngineFunction {
  return (args) => {
    if (args.length < count) {
      throw new ArgumentError(`wrong number of args for ${name}: want at least ${count} got ${args.length}`);
    }
    return answer(args);
  };
}

/** What is written counts as work, so that many long texts come to an end. */
function writing(answer: (args: TemplateValue[]) => string): EngineFunction {
  return (args, { run }) => {
    const text = answer(args);
    run.world.work(text.length / CHARACTERS_PER_STEP);
    return text;
  };
}

const CHARACTERS_PER_STEP = 100;

/** Go's words for a value of another type than a function takes. */
export function wrongType(value: TemplateValue, wanted: string): string {
  if (value === undefined) return `invalid value; expected ${wanted}`;
  return `wrong type for value; expected ${wanted}; got ${value === null ? 'interface {}' : typeOf(value)}`;
}

const INCOMPATIBLE = 'incompatible types for comparison';

function isBasic(value: TemplateValue): boolean {
  return ['bool', 'string', 'int64', 'float64'].includes(kindOf(value));
}

function eq([one, ...others]: TemplateValue[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  return others.some((other) => equals(one, other));
}

function equals(one: TemplateValue, other: TemplateValue): boolean {
  if (isMissing(one) || isMissing(other)) return isMissing(one) && isMissing(other);
  if (isBasic(one) && isBasic(other) && kindOf(one) === kindOf(other)) return one === other;
  if (isBasic(one) || isBasic(other)) throw new FunctionError(INCOMPATIBLE);
  // Go prints the values here; they may be secrets.
  throw new FunctionError(`non-comparable types ${typeOf(one)}, ${typeOf(other)}`);
}

function isMissing(value: TemplateValue): value is null | undefined {
  return value === null || value === undefined;
}

function less(one: TemplateValue, other: TemplateValue): boolean {
  if (!isBasic(one) || !isBasic(other)) throw new FunctionError('invalid type for comparison');
  if (typeof one === 'string' && typeof other === 'string') return compareText(one, other) < 0;
  if (typeof one === 'bigint' && typeof other === 'bigint') return one < other;
  if (typeof one === 'number' && typeof other === 'number') return one < other;
  throw new FunctionError(kindOf(one) === kindOf(other) ? 'invalid type for comparison' : INCOMPATIBLE);
}

function first(item: TemplateValue, name: string): TemplateValue {
  if (isMissing(item)) throw new FunctionError(`${name} of untyped nil`);
  return item;
}

function index(item: TemplateValue, key: TemplateValue): TemplateValue {
  if (isMissing(item)) throw new FunctionError('index of nil pointer');
  if (typeof item === 'string') return BigInt(bytesOf(item)[place(key, bytesOf(item).length)] ?? 0);
  if (Array.isArray(item)) return item[place(key, item.length)] ?? null;
  if (!isMap(item)) throw new FunctionError(`can't index item of type ${typeOf(item)}`);
  if (isMissing(key)) throw new FunctionError('value is nil; should be of type string');
  if (typeof key !== 'string') throw new FunctionError(`value has type ${typeOf(key)}; should be string`);
  const own = ownValue(item, key);
  return typeof own === 'function' ? null : (own ?? null);
}

function place(key: TemplateValue, length: number): number {
  if (isMissing(key)) throw new FunctionError('cannot index slice/array with nil');
  if (typeof key !== 'bigint') throw new FunctionError(`cannot index slice/array with type ${typeOf(key)}`);
  if (key < 0n || key >= BigInt(length)) throw new FunctionError(`index out of range: ${key}`);
  return Number(key);
}

function slice(item: TemplateValue, places: TemplateValue[]): TemplateValue {
  if (places.length > 3) throw new FunctionError(`too many slice indexes: ${places.length}`);
  if (typeof item === 'string') {
    if (places.length === 3) throw new FunctionError('cannot 3-index slice a string');
    const bytes = bytesOf(item);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(...bounds(places, bytes.length)));
  }
  if (!Array.isArray(item)) throw new FunctionError(`can't slice item of type ${typeOf(item)}`);
  return item.slice(...bounds(places, item.length));
}

function bounds(places: TemplateValue[], length: number): [number, number] {
  // A place may be the end itself.
  const [from = 0, to = length, most = length] = places.map((key) => place(key, length + 1));
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`);
  if (to > most) throw new FunctionError(`invalid slice index: ${to} > ${most}`);
  return [from, to];
}

function length(value: TemplateValue): bigint {
  if (isMissing(value)) throw new FunctionError('len of nil pointer');
  if (typeof value === 'string') return BigInt(bytesOf(value).length);
  if (Array.isArray(value)) return BigInt(value.length);
  if (isMap(value)) return BigInt(dataKeys(value).length);
  throw new FunctionError(`len of type ${typeOf(value)}`);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function plainText(args: TemplateValue[]): string {
  return sprint(args.map((arg) => (isMissing(arg) ? '<no value>' : arg)));
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeScript(character: string): string {
  if (character === '\\' || character === "'" || character === '"') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  const special = code < 0x20 || '<>&='.includes(character) || (code >= 0x80 && !isPrintable(character));
  return special ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : character;
}
