import type { Curve } from '../../../src/health/types.ts';

/** Points of a range query, put on the moments that were asked for. */

/** Seconds since the epoch. */
export interface Grid {
  start: number;
  end: number;
  step: number;
}

type Points = readonly (readonly [number, number])[];

const momentsOf = ({ start, end, step }: Grid): number[] =>
  Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => (start + index * step) * 1000);

/** Every moment of the grid; null where there is no value. */
export function onGrid(points: Points, grid: Grid): Curve['points'] {
  const known = new Map(points);
  return momentsOf(grid).map((at) => {
    const value = known.get(at);
    return [at, value !== undefined && Number.isFinite(value) ? value : null];
  });
}

const QUANTILES = { p50: 0.5, p95: 0.95, max: 1 } as const;

/** At every moment of the grid the p50, p95 and max of the points since the moment before. */
export function spreadOf(points: Points, grid: Grid): Record<keyof typeof QUANTILES, Curve['points']> {
  const { start, step } = grid;
  const within = Map.groupBy(
    points.filter(([, value]) => Number.isFinite(value)),
    ([at]) => Math.ceil((at / 1000 - start) / step),
  );
  const steps = momentsOf(grid).map((at, index) => {
    const values = (within.get(index) ?? []).map(([, value]) => value).sort((a, b) => a - b);
    return { at, values };
  });
  const of = (share: number): Curve['points'] => steps.map(({ at, values }) => [at, quantile(values, share)]);
  return { p50: of(QUANTILES.p50), p95: of(QUANTILES.p95), max: of(QUANTILES.max) };
}

/** Between two values in proportion, as Prometheus does it. https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time */
function quantile(sorted: readonly number[], share: number): number | null {
  const rank = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (rank - Math.floor(rank));
}
