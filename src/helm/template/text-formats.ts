import type { Format } from './print.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** Text in Go's double quotes (strconv.Quote): what is not printable is escaped. */
export function quoteText(text: string): string {
  return `"${[...text].map((character) => escaped(character, '"', isPrintable)).join('')}"`;
}

/** As quoteText, in ASCII only (`%+q`). */
export function quoteTextPlain(text: string): string {
  return `"${[...text].map((character) => escaped(character, '"', isPrintableAscii)).join('')}"`;
}

/** One character in Go's single quotes (`%q` of a number). */
export function quotedRune(character: string): string {
  return `'${escaped(character, "'", isPrintable)}'`;
}

function escaped(character: string, quote: string, printable: (character: string) => boolean): string {
  if (character === quote) return `\\${quote}`;
  const known = ESCAPES[character];
  if (known) return known;
  if (printable(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);
}

function isPrintableAscii(character: string): boolean {
  return /^[ -~]$/.test(character);
}

/** At most as many characters as the precision says. */
export function truncated(text: string, format: Format): string {
  if (format.precision === undefined || text.length <= format.precision) return text;
  return [...text].slice(0, format.precision).join('');
}

/** Filled to the width, counted in characters: from the left, from the right with `-`. */
export function padded(text: string, format: Format): string {
  if (format.width === undefined) return text;
  const missing = format.width - [...text].length;
  if (missing <= 0) return text;
  if (format.minus) return text + ' '.repeat(missing);
  return (format.zero ? '0' : ' ').repeat(missing) + text;
}

/** The bytes of a text in hexadecimal: `% x` with spaces, `%#x` with 0x. */
export function hexText(text: string, verb: 'x' | 'X', format: Format): string {
  const bytes = new TextEncoder().encode(text).subarray(0, format.precision);
  const words = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const lead = format.sharp && words.length > 0 ? '0x' : '';
  const hex = lead + words.join(format.space ? ` ${lead}` : '');
  return verb === 'X' ? hex.toUpperCase() : hex;
}

/** A whole number in a base, with sign, prefix, precision and width as fmt puts them. */
export function wholeText(value: bigint, base: number, format: Format & { verb: string }): string {
  const sign = value < 0n ? '-' : format.plus ? '+' : format.space ? ' ' : '';
  const size = value < 0n ? -value : value;
  const zeroed = format.zero && !format.minus && format.precision === undefined && format.width !== undefined;
  const least = zeroed ? (format.width ?? 0) - sign.length : (format.precision ?? 0);
  if (format.precision === 0 && value === 0n) return padded('', { ...format, zero: false });
  const digits = size.toString(base).padStart(least, '0');
  const text = sign + prefix(digits, base, format) + digits;
  return padded(format.verb === 'X' ? text.toUpperCase() : text, { ...format, zero: false });
}

function prefix(digits: string, base: number, format: Format & { verb: string }): string {
  if (format.verb === 'O') return '0o';
  if (!format.sharp || format.verb === 'v') return '';
  if (base === 2) return '0b';
  if (base === 8) return digits.startsWith('0') ? '' : '0';
  return base === 16 ? '0x' : '';
}
