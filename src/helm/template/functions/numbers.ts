import type { TemplateValue } from '../../types.ts';

/** Numbers as sprig makes them of anything, by spf13/cast: what is no number is 0. https://pkg.go.dev/github.com/spf13/cast */

const LEAST = -(1n << 63n);
const MOST = (1n << 63n) - 1n;

/** A whole number within 64 bits, as Go's arithmetic overflows. */
export function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** An int64 of a value: floats are cut off, text is read as Go writes whole numbers, `0x1f` and `017` included. */
export function wholeOf(value: TemplateValue): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return cutOff(value);
    case 'boolean':
      return value ? 1n : 0n;
    case 'string':
      return parseWhole(value.replace(/\.0+$/, '')) ?? 0n;
    default:
      return 0n;
  }
}

/** A float64 of a value. */
export function floatOf(value: TemplateValue): number {
  switch (typeof value) {
    case 'number':
      return value;
    case 'bigint':
    case 'boolean':
      return Number(value);
    case 'string':
      return parseFloating(value);
    default:
      return 0;
  }
}

/** What does not fit becomes the least number there is, as on the processors Helm mostly runs on. */
function cutOff(value: number): bigint {
  const whole = Math.trunc(value);
  if (!Number.isFinite(whole)) return LEAST;
  const exact = BigInt(whole);
  return exact < LEAST || exact > MOST ? LEAST : exact;
}

const LITERALS: readonly (readonly [RegExp, string])[] = [
  [/^0x((?:_?[0-9a-f])+)$/i, '0x'],
  [/^0b((?:_?[01])+)$/i, '0b'],
  [/^0o((?:_?[0-7])+)$/i, '0o'],
  [/^0((?:_?[0-7])+)$/, '0o'],
  [/^(0|[1-9](?:_?[0-9])*)$/, ''],
];

/** No number within 64 bits is written longer, but for zeros in front. */
const MOST_DIGITS = 200;

/** strconv.ParseInt with base 0; undefined where it fails. */
function parseWhole(text: string): bigint | undefined {
  if (text.length > MOST_DIGITS) return undefined;
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  for (const [form, prefix] of LITERALS) {
    const digits = form.exec(rest)?.[1];
    if (digits !== undefined) return withinRange(sign, BigInt(prefix + digits.replaceAll('_', '')));
  }
  return undefined;
}

function withinRange(sign: string, size: bigint): bigint | undefined {
  const value = sign === '-' ? -size : size;
  return value < LEAST || value > MOST ? undefined : value;
}

/** strconv.ParseInt with a base and no prefixes; undefined where it fails. */
export function parseBase(text: string, base: 8 | 10): bigint | undefined {
  if (text.length > MOST_DIGITS) return undefined;
  const [, sign = '', digits = ''] = (base === 8 ? /^([-+]?)([0-7]+)$/ : /^([-+]?)([0-9]+)$/).exec(text) ?? [];
  if (digits === '') return undefined;
  return withinRange(sign, BigInt(base === 8 ? `0o${digits}` : digits));
}

/** strconv.Atoi without its error: 0 for what is no number, the nearest there is for what is too large. */
export function atoi(text: string): bigint {
  if (!/^[-+]?[0-9]+$/.test(text)) return 0n;
  const least = text.startsWith('-');
  if (text.length > MOST_DIGITS) return least ? LEAST : MOST;
  const value = BigInt(text.replace('+', ''));
  if (value > MOST) return MOST;
  return value < LEAST ? LEAST : value;
}

function parseFloating(text: string): number {
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : 0;
  }
  if (/^[-+]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? Number.NaN : 0;
}
