import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '../../../../src/tools/types.ts';

export interface WatchChange {
  type: 'suspect' | 'recovered' | 'gone' | 'warning' | 'node';
  object: JsonObject;
}

const mostKept = 5_000;
const mostAtOnce = 300;
/** Changes that come together are told together. */
const gatherMs = 100;

/** The latest changes, numbered; a cursor names a place in them and the life of this server that it belongs to. */
export function createJournal() {
  const life = randomBytes(6).toString('hex');
  const kept: WatchChange[] = [];
  /** How many were dropped from the front. */
  let dropped = 0;
  let waiters = new Set<() => void>();

  const wake = () => {
    const told = waiters;
    waiters = new Set();
    for (const resolve of told) resolve();
  };
  const numberOf = (cursor: string | undefined) => {
    const [of, number] = (cursor ?? '').split('.');
    return of === life ? Number(number) : Number.NaN;
  };
  const last = () => dropped + kept.length;

  return {
    wake,
    add(change: WatchChange) {
      kept.push(change);
      if (kept.length > mostKept) dropped += kept.splice(0, mostKept / 10).length;
      wake();
    },
    cursor: () => `${life}.${last()}`,
    /** False for a cursor of another life, or of changes that were dropped since. */
    knows(cursor: string | undefined): cursor is string {
      const number = numberOf(cursor);
      return number >= dropped && number <= last();
    },
    hasAfter: (cursor: string) => numberOf(cursor) < last(),
    after(cursor: string) {
      const from = Math.max(numberOf(cursor), dropped);
      const changes = kept.slice(from - dropped, from - dropped + mostAtOnce);
      return { cursor: `${life}.${from + changes.length}`, changes };
    },
    /** Waits until something happens, for at most `ms`. */
    async next(ms: number, signal: AbortSignal): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.add(resolve);
      const ended = new AbortController();
      await Promise.race([
        promise.then(() => wait(Math.min(gatherMs, Math.max(0, ms)), undefined, { signal: ended.signal })),
        wait(Math.max(0, ms), undefined, { signal: AbortSignal.any([signal, ended.signal]) }),
      ]).catch(() => undefined);
      ended.abort();
      waiters.delete(resolve);
    },
  };
}
