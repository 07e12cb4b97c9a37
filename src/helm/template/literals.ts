import { formatFloat } from './floats.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The text of a Go string literal with its double quotes or backquotes; undefined where it is none. */
export function unquote(literal: string): string | undefined {
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '');
  return unescapeText(literal.slice(1, -1), '"');
}

/** The code of a character constant such as 'x'; undefined where it is none. */
export function unquoteRune(literal: string): bigint | undefined {
  const byte = /^'\\(?:x([\da-fA-F]{2})|([0-3][0-7]{2}))'$/.exec(literal);
  if (byte) return BigInt(byte[1] ? `0x${byte[1]}` : `0o${byte[2]}`);
  const text = unescapeText(literal.slice(1, -1), "'");
  const characters = text === undefined ? [] : [...text];
  const code = characters.length === 1 ? characters[0]?.codePointAt(0) : undefined;
  return code === undefined ? undefined : BigInt(code);
}

function unescapeText(text: string, quote: string): string | undefined {
  if (!text.includes('\\')) return text.includes(quote) ? undefined : text;
  // Escaped bytes may be parts of one character, so the text is put together from bytes.
  const bytes: number[] = [];
  const escapes = /\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([abfnrtv\\'"]))|([^\\])/suy;
  let at = 0;
  while (at < text.length) {
    escapes.lastIndex = at;
    const found = escapes.exec(text);
    if (!found) return undefined;
    at = escapes.lastIndex;
    if (!putEscape(bytes, found, quote)) return undefined;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

function putEscape(bytes: number[], found: RegExpExecArray, quote: string): boolean {
  const [, hex, octal, short, long, simple, plain] = found;
  const byte = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : undefined;
  if (byte !== undefined) {
    bytes.push(byte);
    return byte < 256;
  }
  if (plain === quote) return false;
  if ((simple === '"' || simple === "'") && simple !== quote) return false;
  const code = Number.parseInt(short ?? long ?? '0', 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  const character = plain ?? (simple ? (SIMPLE[simple] ?? simple) : String.fromCodePoint(code));
  for (const piece of new TextEncoder().encode(character)) bytes.push(piece);
  return true;
}

const INT = /^([+-]?)(0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|0[0-7_]*|[1-9][\d_]*)$/;
const FLOAT = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([\da-fA-F_]*)\.?([\da-fA-F_]*)[pP]([+-]?\d+)$/;
const MOST = (1n << 63n) - 1n;

/** A number literal as Go reads it: int where it can be one, float64 with point or exponent; undefined where it is none. */
export function parseNumber(text: string): bigint | number | undefined {
  const plain = text.replaceAll('_', '');
  const whole = INT.exec(text);
  if (whole) {
    const digits = plain.replace(/^[+-]/, '');
    const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
    const signed = whole[1] === '-' ? -value : value;
    return signed > MOST || signed < -MOST - 1n ? undefined : signed;
  }
  const hex = HEX_FLOAT.exec(text);
  if (hex) return hexFloat(hex);
  if (!FLOAT.test(text) || !/[.eE]/.test(text)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function hexFloat([, sign, whole = '', fraction = '', exponent = '0']: RegExpExecArray): number | undefined {
  const digits = (whole + fraction).replaceAll('_', '');
  if (!digits) return undefined;
  const power = Number(exponent) - 4 * fraction.replaceAll('_', '').length;
  const value = Number(BigInt(`0x${digits}`)) * 2 ** power;
  return sign === '-' ? -value : value;
}

/** A whole number that JSON or YAML holds, without an exponent below 1e21, as Go's encoding/json writes it. */
export function jsonNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) return formatFloat(value, 'e', -1).replace(/e-0(\d)$/, 'e-$1');
  return formatFloat(value, 'f', -1);
}
