/** How fast a platform may be written to: a rate and a burst, in the order in which one asks. */
export interface Pace {
  /** 0 when this key may go now, and then its turn is used up; else the milliseconds until its turn, which is kept for it. */
  wait(key: string): number;
  /** Nobody goes for so long: the platform said so. */
  hold(ms: number): void;
}

export interface PaceOptions {
  /** Milliseconds from one turn to the next. */
  everyMs: number;
  /** Turns that may be taken at once after a rest. */
  burst: number;
  /** Turns of the burst that there are at the beginning; all unless set. What an earlier process has used is not known. */
  saved?: number;
  clock: () => number;
}

/** A turn that nobody came for within so long is forgotten. */
const FORGET_MS = 60_000;

/** At the size of today's times, sums of fractions of a millisecond are off by about as much. */
const ROUNDING_MS = 0.01;

export function createPace({ everyMs, burst, saved = burst, clock }: PaceOptions): Pace {
  const turns = new Map<string, number>();
  /** When the next turn is due if no burst were allowed. */
  let next = clock() + everyMs * (burst - saved);
  let heldUntil = 0;

  function forget(now: number): void {
    for (const [key, at] of turns) if (at < now - FORGET_MS) turns.delete(key);
  }

  return {
    wait(key) {
      const now = clock();
      let at = turns.get(key);
      if (at === undefined) {
        next = Math.max(next, now) + everyMs;
        at = next - everyMs * burst;
        turns.set(key, at);
        if (turns.size > 1000) forget(now);
      }
      const waitMs = Math.max(at, heldUntil) - now;
      if (waitMs > ROUNDING_MS) return Math.ceil(waitMs);
      turns.delete(key);
      return 0;
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock() + ms);
    },
  };
}
