import { FunctionError } from '../function.ts';
import { abbreviationOf, offsetOf, type Zone } from './zones.ts';

/** A moment to the nanosecond, seen from a zone: Go's time.Time. */
export interface Moment {
  /** Whole seconds since 1970, and nanoseconds since then. */
  seconds: number;
  nanos: number;
  zone: Zone;
}

/** What a clock and a calendar show. */
export interface Clock {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  yearDay: number;
  /** 0 for Sunday. */
  weekday: number;
  hour: number;
  minute: number;
  second: number;
  offset: number;
  abbreviation: string;
}

/** Beyond these seconds JavaScript has no calendar. */
const MOST_SECONDS = 8_640_000_000_000 - 86_400;
const DAY_MS = 86_400_000;

/** Go's zero time, 1 January of the year 1, in seconds. */
export const ZERO_SECONDS = -62_135_596_800;

/** A moment; nanoseconds may be any whole number. */
export function momentAt(seconds: number, nanos: number, zone: Zone): Moment {
  const whole = seconds + Math.floor(nanos / 1e9);
  if (!(Math.abs(whole) <= MOST_SECONDS)) throw new FunctionError('the time is beyond what calendars know');
  return { seconds: whole, nanos: nanos - Math.floor(nanos / 1e9) * 1e9, zone };
}

/** The clock and the calendar at a moment, where it is. */
export function clockOf({ seconds, zone }: Moment): Clock {
  const offset = offsetOf(zone, seconds);
  const date = new Date((seconds + offset) * 1000);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  return {
    year,
    month: month + 1,
    day,
    yearDay: Math.round((utcMs(year, month, day) - utcMs(year, 0, 1)) / DAY_MS) + 1,
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    offset,
    abbreviation: abbreviationOf(zone, seconds),
  };
}

/** Days of a month, 1 to 12. */
export function daysIn(year: number, month: number): number {
  return new Date(utcMs(year, month, 0)).getUTCDate();
}

/** Seconds since 1970 at the start of a day in UTC; month and day may be beyond their ends. */
export function secondsOfDay(year: number, month: number, day: number): number {
  return utcMs(year, month - 1, day) / 1000;
}

/** Date.UTC takes the years 0 to 99 for 1900 to 1999. */
function utcMs(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}
