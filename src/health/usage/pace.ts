/** Whether a Prometheus has become slow, by our own queries: how long the slowest hundredth takes, against how long it took before. */
export interface Pace {
  /** Notes how long a query took, in milliseconds. */
  note(took: number): void;
  isSlow(): boolean;
  /** p99 of this run; undefined before there is enough to tell. */
  p99(): number | undefined;
}

/** A fifth slower than before is where one stops. */
const SLOWER = 1.2;
/** Queries that a p99 needs, and how many of the newest count. */
const ENOUGH = 20;
const RECENT = 100;
/** Quicker than this is never slow. */
const QUICK_MS = 250;

/** `before`: p99 of earlier runs. Without any, the run's own first queries are what the rest is held against. */
export function createPace(before: readonly number[]): Pace {
  const took: number[] = [];
  const p99 = (values: readonly number[]): number => {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(0.99 * sorted.length))] ?? 0;
  };
  const usual = (): number => {
    if (before.length === 0) return p99(took.slice(0, ENOUGH));
    const sorted = [...before].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return {
    note(milliseconds) {
      took.push(milliseconds);
    },
    isSlow() {
      if (took.length < ENOUGH) return false;
      return p99(took.slice(-RECENT)) > Math.max(QUICK_MS, SLOWER * usual());
    },
    p99: () => (took.length < ENOUGH ? undefined : p99(took)),
  };
}
