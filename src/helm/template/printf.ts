import type { TemplateValue } from '../types.ts';
import { bounded } from './bounds.ts';
import { type Format, formatValue } from './print.ts';
import { typeOf } from './values.ts';

/** Widths and precisions beyond this are refused by Go, too. */
const MOST_WIDTH = 1_000_000;

const PLAIN: Format = { plus: false, minus: false, sharp: false, space: false, zero: false };

/** A value as Go's `%v` prints it: `map[a:1 b:[x y]]`, `1e+06`, `<nil>`. */
export function printValue(value: TemplateValue): string {
  return formatValue(value, 'v', PLAIN);
}

/** Go's fmt.Sprint: a space between two that are both no text. */
export function sprint(args: readonly TemplateValue[]): string {
  let text = '';
  args.forEach((arg, i) => {
    if (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string') text += ' ';
    text = bounded(text + printValue(arg));
  });
  return text;
}

/** Go's fmt.Sprintln: a space between all, a newline at the end. */
export function sprintln(args: readonly TemplateValue[]): string {
  return `${bounded(args.map(printValue).join(' '))}\n`;
}

interface Cursor {
  format: string;
  at: number;
  args: readonly TemplateValue[];
  next: number;
  reordered: boolean;
  goodIndex: boolean;
}

/** Go's fmt.Sprintf, with its words for what does not fit: `%!d(string=hi)`. https://pkg.go.dev/fmt */
export function sprintf(format: string, args: readonly TemplateValue[]): string {
  const cursor: Cursor = { format, at: 0, args, next: 0, reordered: false, goodIndex: true };
  let text = '';
  while (cursor.at < format.length) {
    const percent = format.indexOf('%', cursor.at);
    if (percent < 0) {
      text += format.slice(cursor.at);
      break;
    }
    text += format.slice(cursor.at, percent);
    cursor.at = percent + 1;
    text = bounded(text + directive(cursor));
  }
  return cursor.reordered || cursor.next >= args.length ? text : bounded(text + extra(args.slice(cursor.next)));
}

function extra(args: readonly TemplateValue[]): string {
  const words = args.map((arg) =>
    arg === null || arg === undefined ? '<nil>' : `${typeOf(arg)}=${formatValue(arg, 'v', PLAIN)}`,
  );
  return `%!(EXTRA ${words.join(', ')})`;
}

function directive(cursor: Cursor): string {
  const format = flags(cursor);
  cursor.goodIndex = true;
  const before = readIndex(cursor);
  const trouble = readWidth(cursor, format, before) + readPrecision(cursor, format);
  if (!cursor.format.startsWith('%', cursor.at)) readIndex(cursor);
  const code = cursor.format.codePointAt(cursor.at);
  if (code === undefined) return `${trouble}%!(NOVERB)`;
  const verb = String.fromCodePoint(code);
  cursor.at += verb.length;
  if (verb === '%') return `${trouble}%`;
  if (!cursor.goodIndex) return `${trouble}%!${verb}(BADINDEX)`;
  if (cursor.next >= cursor.args.length) return `${trouble}%!${verb}(MISSING)`;
  const arg = cursor.args[cursor.next++];
  return trouble + formatValue(arg, verb, format);
}

function flags(cursor: Cursor): Format {
  const format: Format = { ...PLAIN };
  for (; ; cursor.at++) {
    switch (cursor.format[cursor.at]) {
      case '#':
        format.sharp = true;
        break;
      case '0':
        format.zero = true;
        break;
      case '+':
        format.plus = true;
        break;
      case '-':
        format.minus = true;
        break;
      case ' ':
        format.space = true;
        break;
      default:
        return format;
    }
  }
}

/** `[2]`: which argument is next. Says whether there was one. */
function readIndex(cursor: Cursor): boolean {
  if (cursor.format[cursor.at] !== '[') return false;
  cursor.reordered = true;
  const found = /^\[(\d{1,7})\]/.exec(cursor.format.slice(cursor.at, cursor.at + 10));
  const index = Number(found?.[1] ?? 0);
  if (found && index >= 1 && index <= cursor.args.length) {
    cursor.next = index - 1;
    cursor.at += found[0].length;
    return true;
  }
  cursor.goodIndex = false;
  const end = cursor.format.indexOf(']', cursor.at);
  cursor.at = end < 0 ? cursor.at + 1 : end + 1;
  return end >= 0;
}

function readWidth(cursor: Cursor, format: Format, afterIndex: boolean): string {
  if (cursor.format[cursor.at] === '*') {
    cursor.at++;
    const width = wholeArgument(cursor);
    if (width === undefined) return '%!(BADWIDTH)';
    if (width < 0) format.minus = true;
    format.width = Math.abs(width);
    return '';
  }
  const width = readNumber(cursor);
  if (width === undefined) return '';
  format.width = width;
  if (afterIndex) cursor.goodIndex = false;
  return '';
}

function readPrecision(cursor: Cursor, format: Format): string {
  if (cursor.format[cursor.at] !== '.') return '';
  cursor.at++;
  const afterIndex = readIndex(cursor);
  if (cursor.format[cursor.at] === '*') {
    cursor.at++;
    const precision = wholeArgument(cursor);
    if (precision === undefined) return '%!(BADPREC)';
    if (precision >= 0) format.precision = precision;
    return precision < 0 ? '%!(BADPREC)' : '';
  }
  const precision = readNumber(cursor);
  if (afterIndex && precision !== undefined) cursor.goodIndex = false;
  format.precision = precision ?? 0;
  return '';
}

function readNumber(cursor: Cursor): number | undefined {
  const start = cursor.at;
  while (isDigit(cursor.format[cursor.at])) cursor.at++;
  if (cursor.at === start) return undefined;
  const number = Number(cursor.format.slice(start, cursor.at));
  return number > MOST_WIDTH ? undefined : number;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function wholeArgument(cursor: Cursor): number | undefined {
  if (cursor.next >= cursor.args.length) return undefined;
  const arg = cursor.args[cursor.next++];
  if (typeof arg !== 'bigint' || arg > MOST_WIDTH || arg < -MOST_WIDTH) return undefined;
  return Number(arg);
}
