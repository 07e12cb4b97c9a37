import { parse, TomlDate } from 'smol-toml';
import type { TemplateValue } from '../types.ts';
import { count, type Written } from './bounds.ts';
import { formatFloat } from './floats.ts';
import { FunctionError } from './function.ts';
import { dataKeys, isMap, newMap, type TemplateMap, timeOf } from './values.ts';
import { rfc3339 } from './yaml.ts';

/** A map as BurntSushi/toml writes it: values first, then tables, each in order of its keys. https://pkg.go.dev/github.com/BurntSushi/toml#Encoder */
export function writeToml(value: TemplateValue): string {
  if (!isMap(value)) throw new FunctionError('toml: top-level values must be Go maps or structs');
  const lines: string[] = [];
  table(value, [], { lines, characters: 0 });
  return lines.map((line) => `${line}\n`).join('');
}

interface Writing extends Written {
  lines: string[];
}

function add(writing: Writing, line: string): void {
  count(writing, line.length);
  writing.lines.push(line);
}

function isTables(value: TemplateValue): value is TemplateMap[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMap);
}

function table(value: TemplateMap, path: string[], writing: Writing): void {
  const keys = dataKeys(value).filter((key) => value[key] !== null && value[key] !== undefined);
  const isTable = (key: string) => isMap(value[key]) || isTables(value[key]);
  for (const key of keys.filter((name) => !isTable(name))) {
    add(writing, `${'  '.repeat(path.length)}${keyText(key)} = ${element(value[key], writing)}`);
  }
  for (const key of keys.filter(isTable)) {
    const inner = value[key];
    const name = [...path, key];
    for (const each of isTables(inner) ? inner : isMap(inner) ? [inner] : []) {
      heading(name, isTables(inner) ? ['[[', ']]'] : ['[', ']'], writing);
      table(each, name, writing);
    }
  }
}

/** A line is left free before each table of the top and each item of a list of tables. */
function heading(path: string[], [open, close]: [string, string], writing: Writing): void {
  if ((path.length === 1 || open === '[[') && writing.lines.length > 0) add(writing, '');
  add(writing, `${'  '.repeat(path.length - 1)}${open}${path.map(keyText).join('.')}${close}`);
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : quoted(key);
}

function element(value: TemplateValue, writing: Writing): string {
  if (Array.isArray(value)) return `[${value.map((item) => element(item, writing)).join(', ')}]`;
  if (isMap(value)) {
    const entries = dataKeys(value).filter((key) => value[key] !== null && value[key] !== undefined);
    return `{${entries.map((key) => `${keyText(key)} = ${element(value[key], writing)}`).join(', ')}}`;
  }
  const text = scalar(value);
  count(writing, text.length);
  return text;
}

function scalar(value: TemplateValue): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return float(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default: {
      const time = timeOf(value);
      if (time) return rfc3339(time.text);
      throw new FunctionError('toml: cannot encode nil or func() in a list');
    }
  }
}

function float(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? '+inf' : '-inf';
  const text = formatFloat(value, 'g', -1);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what TOML escapes
  const escaped = text.replace(/[\u0000-\u001f\u007f"\\]/g, (character) => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** A TOML text as a value; whole numbers stay whole. Throws FunctionError. */
export function readToml(text: string): TemplateValue {
  try {
    return plain(parse(text, { integersAsBigInt: true }));
  } catch (error) {
    const line = typeof error === 'object' && error !== null && 'line' in error ? ` line ${String(error.line)}` : '';
    throw new FunctionError(`toml:${line} cannot be read`, { cause: error });
  }
}

function plain(value: unknown): TemplateValue {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof TomlDate) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    const map = newMap();
    for (const [key, inner] of Object.entries(value)) map[key] = plain(inner);
    return map;
  }
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    default:
      return null;
  }
}
