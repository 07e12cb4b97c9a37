import type { TemplateValue } from '../types.ts';
import { count, type Written } from './bounds.ts';
import { formatFloat } from './floats.ts';
import { FunctionError } from './function.ts';
import { jsonNumber } from './literals.ts';
import { dataKeys, isMap, type TemplateMap, timeOf } from './values.ts';
import { rfc3339 } from './yaml.ts';

export interface JsonStyle {
  /** `<`, `>` and `&` as \u003c and so on, as Go's encoding/json does unless it is told not to. */
  escapesHtml: boolean;
  /** Two spaces a level, each entry on its line. */
  indented: boolean;
}

/** A value as Go's encoding/json writes it, keys in order. Throws FunctionError for what JSON lacks. https://pkg.go.dev/encoding/json#Marshal */
export function writeJson(value: TemplateValue, style: JsonStyle): string {
  return write(value, { ...style, characters: 0 }, 0);
}

type Writing = JsonStyle & Written;

function write(value: TemplateValue, writing: Writing, depth: number): string {
  if (Array.isArray(value)) {
    return enclosed(
      ['[', ']'],
      Array.from(value, (item) => write(item, writing, depth + 1)),
      { writing, depth },
    );
  }
  if (isMap(value)) return writeMap(value, writing, depth);
  const text = scalar(value, writing);
  count(writing, text.length);
  return text;
}

function writeMap(value: TemplateMap, writing: Writing, depth: number): string {
  const colon = writing.indented ? ': ' : ':';
  const entries = dataKeys(value).map((key) => {
    const name = write(key, writing, depth + 1);
    return name + colon + write(value[key], writing, depth + 1);
  });
  return enclosed(['{', '}'], entries, { writing, depth });
}

function enclosed(
  [open, close]: [string, string],
  items: string[],
  { writing, depth }: { writing: Writing; depth: number },
): string {
  count(writing, 2);
  if (!writing.indented || items.length === 0) return open + items.join(',') + close;
  const pad = '  '.repeat(depth);
  return `${open}\n${items.map((item) => `${pad}  ${item}`).join(',\n')}\n${pad}${close}`;
}

function scalar(value: TemplateValue, { escapesHtml }: JsonStyle): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
      return quoted(value, escapesHtml);
    case 'number':
      if (!Number.isFinite(value)) throw new FunctionError(`json: unsupported value: ${formatFloat(value, 'g', -1)}`);
      return jsonNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default: {
      const time = timeOf(value);
      if (time) return quoted(rfc3339(time.text), escapesHtml);
      throw new FunctionError('json: unsupported type: func()');
    }
  }
}

function quoted(text: string, escapesHtml: boolean): string {
  const plain = JSON.stringify(text.toWellFormed()).replace(/[\u2028\u2029]/g, escapeUnit);
  return escapesHtml ? plain.replace(/[<>&]/g, escapeUnit) : plain;
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A JSON text as a value of templates; every number is a float. Throws FunctionError in Go's words, without the content. */
export function readJson(text: string): TemplateValue {
  try {
    return JSON.parse(text) as TemplateValue;
  } catch (error) {
    const at = /at position (\d+)/.exec(String(error))?.[1];
    const ends = at === undefined ? /end of/i.test(String(error)) : Number(at) >= text.trimEnd().length;
    const reason = ends ? 'unexpected end of JSON input' : 'invalid character';
    throw new FunctionError(reason, { cause: error });
  }
}
