import type { TemplateValue } from '../types.ts';
import { count, type Written } from './bounds.ts';
import { formatFloat } from './floats.ts';
import { FunctionError } from './function.ts';
import { hexText, padded, quotedRune, quoteText, quoteTextPlain, truncated, wholeText } from './text-formats.ts';
import { dataKeys, isMap, kindOf, ownValue, type TemplateMap, timeOf, typeOf } from './values.ts';

/** The flags between `%` and the verb. */
export interface Format {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width?: number;
  precision?: number;
}

const MOST_DEPTH = 1000;

/** One value under one verb, as Go's fmt prints it: `%!d(string=hi)` where the verb does not fit. */
export function formatValue(value: TemplateValue, verb: string, format: Format): string {
  if (value === null || value === undefined) {
    if (verb === 'v' || verb === 'T') return padded('<nil>', format);
    return `%!${verb}(<nil>)`;
  }
  if (verb === 'T') return padded(typeOf(value), format);
  return new Printer(verb, format).print(value, 0);
}

/** Holds how much was written already, so that a value within itself ends. */
class Printer {
  readonly #verb: string;
  readonly #format: Format;
  readonly #written: Written = { characters: 0 };

  constructor(verb: string, format: Format) {
    this.#verb = verb;
    this.#format = format;
  }

  print(value: TemplateValue, depth: number): string {
    if (depth > MOST_DEPTH) throw new FunctionError('the value is nested too deeply to be printed');
    if (Array.isArray(value)) return this.#list(value, depth);
    if (isMap(value)) return this.#map(value, depth);
    return this.#count(printScalar(value, this.#verb, this.#format));
  }

  #count(text: string): string {
    count(this.#written, text.length);
    return text;
  }

  #item(value: TemplateValue, depth: number): string {
    if (value !== null && value !== undefined) return this.print(value, depth + 1);
    return this.#count(this.#goSyntax() ? 'interface {}(nil)' : '<nil>');
  }

  #list(list: TemplateValue[], depth: number): string {
    this.#count('');
    const items: string[] = [];
    for (const item of list) items.push(this.#item(item, depth));
    return this.#goSyntax() ? `[]interface {}{${items.join(', ')}}` : `[${items.join(' ')}]`;
  }

  #map(map: TemplateMap, depth: number): string {
    this.#count('');
    const own = ownValue(map, 'String');
    if (typeof own === 'function') return this.print(own(), depth + 1);
    const entries: string[] = [];
    for (const key of dataKeys(map)) {
      entries.push(`${this.#count(printScalar(key, this.#verb, this.#format))}:${this.#item(map[key], depth)}`);
    }
    return this.#goSyntax() ? `map[string]interface {}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
  }

  #goSyntax(): boolean {
    return this.#verb === 'v' && this.#format.sharp;
  }
}

function printScalar(value: TemplateValue, verb: string, format: Format): string {
  switch (typeof value) {
    case 'string':
      return printText(value, verb, format);
    case 'boolean':
      return verb === 't' || verb === 'v' ? padded(String(value), format) : badVerb(value, verb, format);
    case 'bigint':
      return printWhole(value, verb, format);
    case 'number':
      return printFloat(value, verb, format);
    default: {
      const time = timeOf(value);
      return time ? printText(time.text, verb, format) : padded(kindOf(value), format);
    }
  }
}

function badVerb(value: TemplateValue, verb: string, format: Format): string {
  return `%!${verb}(${typeOf(value)}=${printScalar(value, 'v', format)})`;
}

function printText(value: string, verb: string, format: Format): string {
  switch (verb) {
    case 'v':
      return format.sharp ? padded(quoteText(value), format) : padded(truncated(value, format), format);
    case 's':
      return padded(truncated(value, format), format);
    case 'q':
      return padded(quoted(truncated(value, format), format), format);
    case 'x':
    case 'X':
      return padded(hexText(value, verb, format), format);
    default:
      return badVerb(value, verb, format);
  }
}

function quoted(text: string, format: Format): string {
  // `#` asks for a raw string, which holds no backquote and no control character but the tab.
  if (format.sharp && !/[`\p{Cc}\ufeff]/u.test(text.replaceAll('\t', ''))) return `\`${text}\``;
  return format.plus ? quoteTextPlain(text) : quoteText(text);
}

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function printWhole(value: bigint, verb: string, format: Format): string {
  if (Object.hasOwn(BASES, verb)) return wholeText(value, BASES[verb] ?? 10, { ...format, verb });
  switch (verb) {
    case 'c':
      return padded(rune(value), format);
    case 'q':
      return padded(quotedRune(rune(value)), format);
    case 'U':
      return padded(
        `U+${(value < 0n ? value + (1n << 64n) : value).toString(16).toUpperCase().padStart(4, '0')}`,
        format,
      );
    default:
      return badVerb(value, verb, format);
  }
}

function rune(value: bigint): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return valid ? String.fromCodePoint(Number(value)) : '\ufffd';
}

function printFloat(value: number, verb: string, format: Format): string {
  switch (verb) {
    case 'v':
      return floatText(value, 'g', format, format.precision ?? -1);
    case 'g':
      return floatText(value, 'g', format, format.precision ?? -1);
    case 'G':
      return floatText(value, 'g', format, format.precision ?? -1).replace('e', 'E');
    case 'e':
      return floatText(value, 'e', format, format.precision ?? 6);
    case 'E':
      return floatText(value, 'e', format, format.precision ?? 6).replace('e', 'E');
    case 'f':
    case 'F':
      return floatText(value, 'f', format, format.precision ?? 6);
    case 'x':
      return floatText(value, 'x', format, -1);
    case 'X':
      return floatText(value, 'x', format, -1).toUpperCase();
    default:
      return badVerb(value, verb, format);
  }
}

function floatText(value: number, letter: 'e' | 'f' | 'g' | 'x', format: Format, precision: number): string {
  const plain = formatFloat(value, letter, precision);
  const signed = /^[-+]/.test(plain) || Number.isNaN(value);
  const sign = signed ? '' : format.plus ? '+' : format.space ? ' ' : '';
  const text = Number.isNaN(value) && format.plus ? `+${plain}` : sign + plain;
  if (!Number.isFinite(value)) return padded(text, { ...format, zero: false });
  const width = format.width ?? 0;
  if (!format.zero || format.minus || width <= text.length) return padded(text, { ...format, zero: false });
  const lead = /^[-+ ]/.exec(text)?.[0] ?? '';
  return lead + text.slice(lead.length).padStart(width - lead.length, '0');
}
