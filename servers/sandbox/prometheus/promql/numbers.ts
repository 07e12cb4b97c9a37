/** A running sum that keeps what rounding loses (Kahan and Neumaier), as Prometheus sums. */
export function createSum() {
  let sum = 0;
  let lost = 0;
  return {
    add: (value: number): void => {
      const next = sum + value;
      if (!Number.isFinite(next)) lost = 0;
      else lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    },
    total: (): number => sum + lost,
  };
}

/** The variance of a population; NaN when it is empty. */
export function variance(values: Iterable<number>): number {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    count++;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return squares / count;
}

/** The quantile of values in any order, interpolated as Prometheus does; NaN counts as smallest. */
export function quantile(q: number, values: Iterable<number>): number {
  const sorted = [...values].sort(nanFirst);
  if (sorted.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const rank = q * (sorted.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (sorted[lower] ?? Number.NaN) * (1 - weight) + (sorted[upper] ?? Number.NaN) * weight;
}

function nanFirst(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  return Number.isNaN(b) ? 1 : a - b;
}

/** Go's `math.Pow`, which differs from JavaScript's for 1 and -1. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  return base ** exponent;
}
