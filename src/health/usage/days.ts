/** Days of UTC, as dates: what a feed counts in. */

export const DAY_MS = 24 * 3_600_000;

export const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The first millisecond of a date. */
export const startOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);

export const daysBefore = (date: string, count: number): string => dateOf(startOf(date) - count * DAY_MS);
