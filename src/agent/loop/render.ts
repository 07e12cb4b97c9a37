import type { Json, JsonObject } from '../../tools/types.ts';

/** A tool's answer in lines: `key: value`, lists with their length, long texts as they are. It can be cut, searched and paged by line. */
export function linesOf(data: JsonObject): string {
  return Object.entries(data)
    .flatMap(([key, value]) => entry(key, value, ''))
    .join('\n');
}

/** Objects up to this length stand in one line of a list. */
const SHORT = 240;

function entry(key: string, value: Json, indent: string): string[] {
  if (typeof value === 'string') return texts(`${indent}${key}:`, value, indent);
  if (typeof value !== 'object' || value === null) return [`${indent}${key}: ${String(value)}`];
  if (Array.isArray(value)) return list(key, value, indent);
  const inner = Object.entries(value);
  if (inner.length === 0) return [`${indent}${key}: {}`];
  return [`${indent}${key}:`, ...inner.flatMap(([name, one]) => entry(name, one, `${indent}  `))];
}

function texts(head: string, value: string, indent: string): string[] {
  if (!value.includes('\n')) return [`${head} ${value}`];
  const lines = value.replace(/\n$/, '').split('\n');
  return [`${head} ${lines.length} lines`, ...lines.map((line) => `${indent}  ${line}`)];
}

function list(key: string, values: Json[], indent: string): string[] {
  const head = `${indent}${key} (${values.length}):`;
  const isPlain = values.every((value) => typeof value !== 'object' || value === null);
  const together = isPlain ? values.map(String).join(', ') : '';
  if (isPlain && together.length <= SHORT && !together.includes('\n')) return [`${head} ${together}`.trimEnd()];
  return [head, ...values.flatMap((value) => item(value, `${indent}  `))];
}

function item(value: Json, indent: string): string[] {
  if (typeof value === 'string') return texts(`${indent}-`, value, indent);
  const short = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || short.length <= SHORT) return [`${indent}- ${short}`];
  const lines = Array.isArray(value)
    ? value.flatMap((one) => item(one, `${indent}  `))
    : Object.entries(value).flatMap(([name, one]) => entry(name, one, `${indent}  `));
  const [first = '', ...rest] = lines;
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** A text within so many characters: its head and its tail, whole lines where they are short enough. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - 80;
  const head = wholeLines(text.slice(0, Math.floor(room * 0.6)), 'end');
  const tail = wholeLines(text.slice(text.length - Math.floor(room * 0.4)), 'start');
  const between = text.slice(head.length, text.length - tail.length);
  const lines = between.split('\n').length;
  return `${head}\n… ${between.length} characters in ${lines} lines left out …\n${tail}`;
}

/** Without the line that was cut in two, unless that takes most of it away. */
function wholeLines(part: string, cut: 'start' | 'end'): string {
  const at = cut === 'end' ? part.lastIndexOf('\n') : part.indexOf('\n');
  if (at < 0) return part;
  const kept = cut === 'end' ? part.slice(0, at) : part.slice(at + 1);
  return kept.length > part.length / 2 ? kept : part;
}
