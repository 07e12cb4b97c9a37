import { Cron } from 'croner';
import { localTime } from '../approvals/local-time.ts';
import type { ChannelValues } from './settings.ts';

/** When a digest is due, as clocks in its zone show it, also across the change to summer time and back. */

type Digest = NonNullable<ChannelValues['digest']>;

/** A digest that could not be posted for longer than this is left out. */
const LATEST_MS = 6 * 3600_000;

/** The next time after `after`, on a day that is later than `lastDate` where one is given. */
export function nextDigest(digest: Digest, { after, lastDate, timeZone }: NextOptions): number | undefined {
  const zone = digest.timeZone ?? timeZone;
  const [hour, minute] = digest.at.split(':').map(Number);
  // https://github.com/Hexagon/croner: a time that a day does not have moves to the next one it has.
  const cron = new Cron(`${minute} ${hour} * * ${digest.days?.join(',') ?? '*'}`, { timezone: zone });
  let next = cron.nextRun(new Date(after));
  while (next && lastDate !== undefined && localTime(next.getTime(), zone).date <= lastDate) next = cron.nextRun(next);
  return next?.getTime();
}

export interface NextOptions {
  after: number;
  lastDate?: string | undefined;
  timeZone: string;
}

/** The day in the digest's zone, `2026-11-25`: there is one digest for each. */
export function digestDate(digest: Digest, at: number, timeZone: string): string {
  return localTime(at, digest.timeZone ?? timeZone).date;
}

/** Whether it is too late for a digest that was due then. */
export function isMissed(dueAt: number, now: number): boolean {
  return now - dueAt >= LATEST_MS;
}
