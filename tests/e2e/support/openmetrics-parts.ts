import type { Made } from './openmetrics.ts';

/** Short ways to say what a series does; times are minutes before the end. */

type Labels = Record<string, string>;
interface When {
  /** Default 2. */
  hours?: number;
  /** Default 1. */
  every?: number;
}

export const DAY = 24;
/** Long enough for what looks back a week. */
export const LONG = { hours: 8 * DAY, every: 2 };

/** A gauge: a constant, or a function of the minutes before the end. */
export function gauge(
  name: string,
  labels: Labels,
  value: number | ((before: number) => number),
  when: When = {},
): Made {
  const { hours = 2, every = 1 } = when;
  return { name, labels, hours, every, at: typeof value === 'number' ? () => value : value };
}

/** A counter with a steady rate a second, or with what it has counted by then. */
export function counter(
  name: string,
  labels: Labels,
  rate: number | ((before: number) => number),
  when: When = {},
): Made {
  const { hours = 2, every = 1 } = when;
  const counted = typeof rate === 'number' ? (before: number) => rate * (hours * 60 - before) * 60 : rate;
  return { name, labels, hours, every, at: (before) => 1_000_000 + counted(before) };
}

/** Buckets of which each counts so many observations a second; the last bound is +Inf. */
export function histogram(name: string, labels: Labels, rates: Record<string, number>): Made[] {
  return Object.entries(rates).map(([le, rate]) => counter(`${name}_bucket`, { ...labels, le }, rate));
}

/** One series a value, of which one is 1. */
export function oneHot(name: string, labels: Labels, [label, values, is]: [string, readonly string[], string]): Made[] {
  return values.map((value) => gauge(name, { ...labels, [label]: value }, value === is ? 1 : 0));
}
