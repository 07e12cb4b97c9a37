import { FunctionError } from '../function.ts';
import { DAYS, layoutParts, MONTHS } from './layout.ts';
import { daysIn, type Moment, momentAt, secondsOfDay } from './moment.ts';
import { UTC, type Zone } from './zones.ts';

const MOST_QUOTED = 200;

/** What was read so far. */
interface Read {
  year: number;
  month?: number;
  day?: number;
  yearDay?: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  half?: 'AM' | 'PM';
  utc?: boolean;
  offset?: number;
  zoneName?: string;
}

/** What an element takes from the text: how much, and what it means; undefined where it does not fit. */
type Element = (text: string, read: Read, next: string | undefined) => { length: number; range?: string } | undefined;

/** A time read by a layout, in UTC where it names no zone. Throws in Go's words. https://pkg.go.dev/time#Parse */
export function parseMoment(layout: string, text: string): Moment {
  const read: Read = { year: 0, hour: 0, minute: 0, second: 0, nanos: 0 };
  let rest = text;
  const parts = layoutParts(layout);
  parts.forEach((part, place) => {
    if ('text' in part) {
      rest = skip(rest, part.text, (left) => mismatch({ layout, text, element: part.text, at: left }));
      return;
    }
    const next = parts[place + 1];
    const taken = elementOf(part.element)(rest, read, next && 'element' in next ? next.element : undefined);
    if (taken?.range) throw new FunctionError(`parsing time ${quote(text)}: ${taken.range} out of range`);
    if (!taken) throw mismatch({ layout, text, element: part.element, at: rest });
    rest = rest.slice(taken.length);
  });
  if (rest !== '') throw new FunctionError(`parsing time ${quote(text)}: extra text: ${quote(rest)}`);
  return assembled(read, (complaint) => new FunctionError(`parsing time ${quote(text)}: ${complaint}`));
}

interface Mismatch {
  layout: string;
  text: string;
  element: string;
  at: string;
}

function mismatch({ layout, text, element, at }: Mismatch): FunctionError {
  return new FunctionError(
    `parsing time ${quote(text)} as ${quote(layout)}: cannot parse ${quote(at)} as ${quote(element)}`,
  );
}

function quote(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text);
}

/** Passes what the layout has as it is; any run of spaces is as good as another. */
function skip(text: string, prefix: string, fail: (rest: string) => FunctionError): string {
  let rest = text;
  for (const piece of prefix.match(/ +|[^ ]/gu) ?? []) {
    const spaces = piece.startsWith(' ');
    if (spaces ? rest !== '' && !rest.startsWith(' ') : !rest.startsWith(piece)) throw fail(rest);
    rest = spaces ? rest.replace(/^ +/, '') : rest.slice(piece.length);
  }
  return rest;
}

const BY_ELEMENT: Readonly<Record<string, Element>> = {
  '2006': digits(/^\d{4}/, (read, value) => {
    read.year = value;
    return undefined;
  }),
  '06': digits(/^\d{2}/, (read, value) => {
    read.year = value >= 69 ? 1900 + value : 2000 + value;
    return undefined;
  }),
  January: name(MONTHS, (read, place) => {
    read.month = place + 1;
  }),
  Jan: name(shortened(MONTHS), (read, place) => {
    read.month = place + 1;
  }),
  '01': digits(/^\d{2}/, setMonth),
  '1': digits(/^\d{1,2}/, setMonth),
  Monday: name(DAYS, () => undefined),
  Mon: name(shortened(DAYS), () => undefined),
  '02': digits(/^\d{2}/, setDay),
  '2': digits(/^\d{1,2}/, setDay),
  _2: digits(/^ ?(\d{1,2})/, setDay),
  '002': digits(/^\d{3}/, setYearDay),
  __2: digits(/^ {0,2}(\d{1,3})/, setYearDay),
  '15': digits(/^\d{1,2}/, (read, value) => setHour(read, value, 23)),
  '03': digits(/^\d{2}/, (read, value) => setHour(read, value, 12)),
  '3': digits(/^\d{1,2}/, (read, value) => setHour(read, value, 12)),
  '04': digits(/^\d{2}/, setMinute),
  '4': digits(/^\d{1,2}/, setMinute),
  '05': seconds(/^\d{2}/),
  '5': seconds(/^\d{1,2}/),
  PM: half(/^(AM|PM)/),
  pm: half(/^(am|pm)/),
  MST: zone,
};

function elementOf(element: string): Element {
  return BY_ELEMENT[element] ?? (/^[.,]/.test(element) ? fraction(element) : offset(element));
}

function digits(form: RegExp, set: (read: Read, value: number) => string | undefined): Element {
  return (text, read) => {
    const found = form.exec(text);
    if (!found) return undefined;
    const range = set(read, Number(found[1] ?? found[0]));
    return { length: found[0].length, ...(range ? { range } : {}) };
  };
}

function setMonth(read: Read, value: number): string | undefined {
  read.month = value;
  return value < 1 || value > 12 ? 'month' : undefined;
}

function setDay(read: Read, value: number): undefined {
  read.day = value;
}

function setYearDay(read: Read, value: number): undefined {
  read.yearDay = value;
}

function setHour(read: Read, value: number, most: number): string | undefined {
  read.hour = value;
  return value > most ? 'hour' : undefined;
}

function setMinute(read: Read, value: number): string | undefined {
  read.minute = value;
  return value > 59 ? 'minute' : undefined;
}

function name(names: string[], set: (read: Read, place: number) => void): Element {
  return (text, read) => {
    const place = names.findIndex((known) => text.slice(0, known.length).toLowerCase() === known.toLowerCase());
    if (place < 0) return undefined;
    set(read, place);
    return { length: names[place]?.length ?? 0 };
  };
}

function shortened(names: string[]): string[] {
  return names.map((known) => known.slice(0, 3));
}

/** Seconds may have a fraction that the layout does not name. */
function seconds(form: RegExp): Element {
  return (text, read, next) => {
    const found = form.exec(text)?.[0];
    if (found === undefined) return undefined;
    read.second = Number(found);
    if (read.second > 59) return { length: found.length, range: 'second' };
    const more = /^[.,]\d+/.exec(text.slice(found.length))?.[0];
    if (more === undefined || (next !== undefined && /^[.,]/.test(next))) return { length: found.length };
    read.nanos = nanosOf(more);
    return { length: found.length + more.length };
  };
}

function half(form: RegExp): Element {
  return (text, read) => {
    const found = form.exec(text)?.[0];
    if (found === undefined) return undefined;
    read.half = found.toUpperCase() === 'PM' ? 'PM' : 'AM';
    return { length: 2 };
  };
}

/** `.000` takes exactly its digits, `.999` as many as there are. */
function fraction(element: string): Element {
  return (text, read) => {
    if (element.endsWith('9')) {
      const found = /^[.,]\d+/.exec(text)?.[0] ?? '';
      if (found) read.nanos = nanosOf(found);
      return { length: found.length };
    }
    const found = text.slice(0, element.length);
    if (/^[.,]-\d+$/.test(found)) return { length: found.length, range: 'fractional second' };
    if (found.length < element.length || !/^[.,]\d+$/.test(found)) return undefined;
    read.nanos = nanosOf(found);
    return { length: found.length };
  };
}

function nanosOf(fractionText: string): number {
  return Number(fractionText.slice(1, 10).padEnd(9, '0'));
}

function offset(element: string): Element {
  const colon = element.includes(':') ? ':' : '';
  const length = element.replaceAll(':', '').length;
  const form = new RegExp(
    `^([-+])(\\d\\d)${length > 3 ? `${colon}(\\d\\d)` : '()'}${length > 5 ? `${colon}(\\d\\d)` : '()'}`,
  );
  return (text, read) => {
    if (element.startsWith('Z') && text.startsWith('Z')) {
      read.utc = true;
      return { length: 1 };
    }
    const [all, sign, hours = '', minutes = '', rest = ''] = form.exec(text) ?? [];
    if (all === undefined) return undefined;
    const parts = [Number(hours), Number(minutes), Number(rest)] as const;
    const range = parts[0] > 24 ? 'hour' : parts[1] > 60 ? 'minute' : parts[2] > 60 ? 'second' : undefined;
    read.offset = (sign === '-' ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return { length: all.length, ...(range ? { range: `time zone offset ${range}` } : {}) };
  };
}

/** What looks like the name of a zone; none but UTC is known. */
function zone(text: string, read: Read): ReturnType<Element> {
  if (text.startsWith('UTC')) {
    read.utc = true;
    return { length: 3 };
  }
  const found =
    /^(?:ChST|MeST)/.exec(text)?.[0] ??
    /^GMT(?:[-+](?:0*(?:1?\d|2[0-3]))(?!\d))?/.exec(text)?.[0] ??
    /^[-+]0*(?:1?\d|2[0-3])(?!\d)/.exec(text)?.[0] ??
    /^(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z])/.exec(text)?.[0];
  if (found === undefined || text.length < 3) return undefined;
  read.zoneName = found;
  return { length: found.length };
}

function assembled(read: Read, fail: (complaint: string) => FunctionError): Moment {
  const { year } = read;
  const { month, day } = dateOf(read, fail);
  if (day < 1 || day > daysIn(year, month)) throw fail('day out of range');
  const seconds_ = secondsOfDay(year, month, day) + hourOf(read) * 3600 + read.minute * 60 + read.second;
  if (read.utc) return momentAt(seconds_, read.nanos, UTC);
  const place = zoneOf(read);
  // A name says nothing of the offset but GMT's; the clock shows what was read.
  const east = read.offset ?? 0;
  return momentAt(seconds_ - east, read.nanos, place);
}

function hourOf({ hour, half: part }: Read): number {
  if (part === 'PM' && hour < 12) return hour + 12;
  return part === 'AM' && hour === 12 ? 0 : hour;
}

function zoneOf({ offset: east, zoneName = '' }: Read): Zone {
  if (east !== undefined)
    return east === 0 && (zoneName === '' || zoneName === 'UTC') ? UTC : { name: zoneName, offset: east };
  if (zoneName === '') return UTC;
  const hours = /^GMT([-+]\d+)$/.exec(zoneName)?.[1];
  return { name: zoneName, offset: hours === undefined ? 0 : Number(hours) * 3600 };
}

function dateOf(
  { year, month, day, yearDay }: Read,
  fail: (complaint: string) => FunctionError,
): { month: number; day: number } {
  if (yearDay === undefined) return { month: month ?? 1, day: day ?? 1 };
  const date = new Date(secondsOfDay(year, 1, yearDay) * 1000);
  if (yearDay < 1 || date.getUTCFullYear() !== year) throw fail('day-of-year out of range');
  const found = { month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  if (month !== undefined && month !== found.month) throw fail('day-of-year does not match month');
  if (day !== undefined && day !== found.day) throw fail('day-of-year does not match day');
  return found;
}
