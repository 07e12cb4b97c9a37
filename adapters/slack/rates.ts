/** Turns for what may as well not happen: taken or not, never waited for. */
export interface Allowance {
  take(): boolean;
}

/** Allows `burst` at once and one more every `everyMs` after. */
export function createAllowance(everyMs: number, burst: number, clock: () => number): Allowance {
  let left = burst;
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
