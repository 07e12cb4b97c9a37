import { Cron } from 'croner';
import { localTime } from '../approvals/local-time.ts';
import type { ChannelValues } from './settings.ts';

/** When a digest is due, as clocks in its zone show it, also across the change to summer time and back. */

type Digest = NonNullable<ChannelValues['digest']>;

/** A digest that comes later than this says so. */
const LATE_MS = 30 * 60_000;
const MINUTE_MS = 60_000;

/** The next time after `after`, on a day that is later than `lastDate` where one is given. */
export function nextDigest(digest: Digest, { after, lastDate, timeZone }: NextOptions): number | undefined {
  const zone = digest.timeZone ?? timeZone;
  const cron = cronOf(digest, zone);
  for (let next = cron.nextRun(new Date(after)); next; next = cron.nextRun(next)) {
    const times = [leaptOver(cron, { next, digest, zone }), next.getTime()];
    const at = times.find(
      (time) => time !== undefined && time > after && (!lastDate || localTime(time, zone).date > lastDate),
    );
    if (at !== undefined) return at;
  }
  return undefined;
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

/** Of the digests that were due from `dueAt` to `now`, the last: what was missed before is told by it. */
export function lastDue(
  digest: Digest,
  { dueAt, now, timeZone }: { dueAt: number; now: number; timeZone: string },
): number {
  // A moment later, since `now` itself may be the time.
  const zone = digest.timeZone ?? timeZone;
  const last =
    cronOf(digest, zone)
      .previousRuns(1, new Date(now + 1000))[0]
      ?.getTime() ?? dueAt;
  return last > dueAt && last <= now ? last : dueAt;
}

/** Where the leap to summer time takes the time from the end of a day, croner leaves that day out: its last minute is taken. */
function leaptOver(
  cron: Cron,
  { next, digest, zone }: { next: Date; digest: Digest; zone: string },
): number | undefined {
  const own = localTime(next.getTime(), zone);
  const lastMinute = next.getTime() - (own.minute + 1) * MINUTE_MS;
  const { date, minute } = localTime(lastMinute, zone);
  if (date === own.date || minute >= minuteOf(digest) || !isWanted(digest, date)) return undefined;
  const before = cron.previousRuns(1, next)[0];
  return before && localTime(before.getTime(), zone).date >= date ? undefined : lastMinute;
}

function minuteOf({ at }: Digest): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return hours * 60 + minutes;
}

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

function isWanted({ days }: Digest, date: string): boolean {
  const day = WEEK[new Date(`${date}T00:00:00Z`).getUTCDay()];
  return !days || (day !== undefined && days.includes(day));
}

export function isLate(dueAt: number, now: number): boolean {
  return now - dueAt >= LATE_MS;
}

/** https://github.com/Hexagon/croner: a time that a day does not have moves to the next one it has. */
function cronOf({ at, days }: Digest, timezone: string): Cron {
  const [hour, minute] = at.split(':').map(Number);
  return new Cron(`${minute} ${hour} * * ${days?.join(',') ?? '*'}`, { timezone });
}
