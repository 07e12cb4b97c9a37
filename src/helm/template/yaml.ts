import type { TemplateValue } from '../types.ts';
import { count, type Written } from './bounds.ts';
import { formatFloat } from './floats.ts';
import { FunctionError } from './function.ts';
import { dataKeys, isMap, type TemplateMap, timeOf } from './values.ts';
import { compareKeys } from './yaml-order.ts';
import { type ScalarPlace, writeText } from './yaml-scalars.ts';

/** yaml.v2 folds what is longer; yaml.v3 nothing. */
const WIDTH = 80;
/** A key longer than this stands behind a question mark. */
const MOST_KEY_BYTES = 128;

interface Style extends Written {
  width: number;
  /** How much deeper than their key the items of a list stand. */
  listIndent: number;
}

/** A value as Helm's `toYaml` writes it, without the last newline. https://pkg.go.dev/sigs.k8s.io/yaml#Marshal */
export function writeYaml(value: TemplateValue): string {
  return root(value, { width: WIDTH, listIndent: 0, characters: 0 });
}

/** A value as Helm's `toYamlPretty` writes it: items of lists stand deeper than their key. */
export function writeYamlPretty(value: TemplateValue): string {
  return root(value, { width: Number.POSITIVE_INFINITY, listIndent: 2, characters: 0 });
}

function root(value: TemplateValue, style: Style): string {
  if (Array.isArray(value) && value.length > 0) return list(value, 0, style);
  if (isMap(value) && dataKeys(value).length > 0) return map(value, 0, style);
  return counted(scalar(value, { column: 0, indent: 2, key: false, width: style.width }), style);
}

function counted(text: string, style: Style): string {
  count(style, text.length);
  return text;
}

/** Entries of a map at this depth; the first stands where the text is already. */
function map(value: TemplateMap, indent: number, style: Style): string {
  const lines = dataKeys(value)
    .sort(compareKeys)
    .map((key) => {
      style.characters += indent;
      if (isLong(key)) return longEntry(key, value[key], { indent, style });
      const name = writeText(key, { column: indent, indent: indent + 2, key: true, width: style.width });
      const head = counted(`${name}:`, style);
      return head + under(value[key], { indent, column: indent + head.length + 1, style });
    });
  return lines.join(`\n${' '.repeat(indent)}`);
}

function isLong(key: string): boolean {
  return (
    key.includes('\n') || (key.length > MOST_KEY_BYTES / 4 && new TextEncoder().encode(key).length > MOST_KEY_BYTES)
  );
}

interface Position {
  indent: number;
  style: Style;
}

function longEntry(key: string, value: TemplateValue, { indent, style }: Position): string {
  const place = { column: indent + 2, indent: indent + 2, key: false, width: style.width };
  const head = counted(`? ${writeText(key, place)}\n${' '.repeat(indent)}`, style);
  return `${head}: ${inside(value, { indent, style })}`;
}

/** What follows `key:`, on the same line or below. */
function under(value: TemplateValue, { indent, column, style }: Position & { column: number }): string {
  if (Array.isArray(value) && value.length > 0) {
    const deeper = indent + style.listIndent;
    return `\n${' '.repeat(deeper)}${list(value, deeper, style)}`;
  }
  if (isMap(value) && dataKeys(value).length > 0) {
    return `\n${' '.repeat(indent + 2)}${map(value, indent + 2, style)}`;
  }
  return counted(` ${scalar(value, { column, indent: indent + 2, key: false, width: style.width })}`, style);
}

function list(value: TemplateValue[], indent: number, style: Style): string {
  const items = Array.from(value, (item) => {
    // What stands before an item is written, too, and grows with the depth.
    style.characters += indent;
    return `- ${inside(item, { indent, style })}`;
  });
  return items.join(`\n${' '.repeat(indent)}`);
}

/** What follows `- `: it begins on the same line. */
function inside(value: TemplateValue, { indent, style }: Position): string {
  const deeper = indent + 2;
  if (Array.isArray(value) && value.length > 0) return list(value, deeper, style);
  if (isMap(value) && dataKeys(value).length > 0) return map(value, deeper, style);
  return counted(scalar(value, { column: deeper, indent: deeper, key: false, width: style.width }), style);
}

function scalar(value: TemplateValue, place: ScalarPlace): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
      return writeText(value.toWellFormed(), place);
    case 'number':
      return number(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'function':
      throw new FunctionError('json: unsupported type: func()');
    default: {
      const time = timeOf(value);
      if (time) return writeText(rfc3339(time.text), place);
      return Array.isArray(value) ? '[]' : '{}';
    }
  }
}

/** What fits into 64 bits is a whole number again, as it came out of JSON. */
function number(value: number): string {
  if (!Number.isFinite(value)) throw new FunctionError(`json: unsupported value: ${formatFloat(value, 'g', -1)}`);
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) return BigInt(value).toString();
  return formatFloat(value, 'g', -1);
}

/** Go's `2026-11-26 05:00:00 +0000 UTC` as JSON has it: `2026-11-26T05:00:00Z`. */
export function rfc3339(text: string): string {
  const found = /^(\S+) (\S+) ([+-]\d\d)(\d\d)/.exec(text);
  if (!found) return text;
  const [, date, clock, hours, minutes] = found;
  const offset = `${hours}:${minutes}`;
  return `${date}T${clock}${offset === '+00:00' ? 'Z' : offset}`;
}
