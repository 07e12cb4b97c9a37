import type { Collection } from '../../storage/store.ts';
import { dateOf, daysBefore } from './days.ts';
import type { FeedRecord } from './records.ts';

/** A day that this process works on. Every note is a compare-and-set, so that who was too slow writes nothing more. */
export interface FeedWork {
  date: string;
  isIn(namespace: string): boolean;
  /** The namespace's day is stored. False: another process has taken over. */
  note(namespace: string): Promise<boolean>;
  /** The day is left: done, or to be gone on with after `restUntil`. `p99`: of the query times, milliseconds. */
  release(end: { outcome: 'done' | 'empty' | 'left'; restUntil: number; p99?: number | undefined }): Promise<void>;
}

const LEASE_MS = 30 * 60_000;
const BACKFILL_DAYS = 14;
/** A day that is over is asked for once its last samples are surely in. */
const SETTLE_MS = 15 * 60_000;
const TIMES_KEPT = 7;
const DAYS_KEPT = 60;

/** The newest day that is over and not in; none that is older than what can be caught up with. */
export function dueDate({ done, historyEnds = '' }: FeedRecord, now: number): string | undefined {
  const today = dateOf(now - SETTLE_MS);
  const dates = Array.from({ length: BACKFILL_DAYS }, (_, n) => daysBefore(today, n + 1));
  return dates.find((date) => date > historyEnds && !done.includes(date));
}

/** When the next day will be over and settled, epoch milliseconds. */
export function nextDayAt(now: number): number {
  const today = dateOf(now - SETTLE_MS);
  return Date.parse(`${daysBefore(today, -1)}T00:00:00Z`) + SETTLE_MS;
}

export async function readFeed(feeds: Collection<FeedRecord>, clusterId: string): Promise<FeedRecord> {
  const empty = { id: clusterId, rev: 0, done: [], leaseUntil: 0, restUntil: 0, times: [] };
  return (await feeds.get(clusterId)) ?? empty;
}

/** Takes the day; undefined where another process has it, or was first. */
export async function takeDay(
  feeds: Collection<FeedRecord>,
  { record, date, clock }: { record: FeedRecord; date: string; clock: () => number },
): Promise<FeedWork | undefined> {
  if (record.leaseUntil > clock()) return undefined;
  let held = record;

  async function save(changes: Partial<FeedRecord>): Promise<boolean> {
    const next = { ...held, ...changes, rev: held.rev + 1 };
    const written = held.rev === 0 ? await feeds.insert(next) : await feeds.replace(next);
    if (written) held = next;
    return written;
  }

  const namespaces = record.current?.date === date ? record.current.namespaces : [];
  const isOurs = await save({ current: { date, namespaces }, leaseUntil: clock() + LEASE_MS });
  if (!isOurs) return undefined;

  return {
    date,
    isIn: (namespace) => held.current?.namespaces.includes(namespace) ?? false,
    note: (namespace) =>
      save({
        current: { date, namespaces: [...(held.current?.namespaces ?? []), namespace] },
        leaseUntil: clock() + LEASE_MS,
      }),
    async release({ outcome, restUntil, p99 }) {
      const { current, ...rest } = held;
      const isLast = outcome === 'empty' && rest.done.some((later) => later > date);
      const done = [...rest.done, date].sort().reverse().slice(0, DAYS_KEPT);
      held = outcome === 'left' ? held : { ...rest, done };
      await save({
        leaseUntil: 0,
        restUntil,
        ...(isLast && { historyEnds: date }),
        ...(p99 !== undefined && { times: [p99, ...rest.times].slice(0, TIMES_KEPT) }),
      });
    },
  };
}
