import type { PaceOptions } from '../../src/chat/pace.ts';

/** Turns for what may as well not happen: taken or not, never waited for. */
export interface Allowance {
  take(): boolean;
}

/** Allows `saved` at once, one more every `everyMs` after, and after a rest as many as `burst` at once. */
export function createAllowance({ everyMs, burst, saved = burst, clock }: PaceOptions): Allowance {
  let left = saved;
  let since = clock();
  return {
    take() {
      const gained = Math.floor((clock() - since) / everyMs);
      if (gained > 0) {
        left = Math.min(burst, left + gained);
        since += gained * everyMs;
      }
      if (left === 0) return false;
      left -= 1;
      return true;
    },
  };
}
