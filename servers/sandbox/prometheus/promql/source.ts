import type { Matcher } from './ast.ts';
import type { Labels } from './labels.ts';

/** One series. Times are epoch milliseconds, ascending. */
export interface Series {
  labels: Labels;
  times: Float64Array;
  values: Float64Array;
  /** The times at which the series was found to be gone, ascending: Prometheus' staleness markers. */
  ends?: readonly number[];
}

/** Where samples come from. */
export interface MetricSource {
  /** The series that fulfil all matchers, one after the other, with their samples after `start` and up to `end`, epoch milliseconds. */
  select(matchers: readonly Matcher[], start: number, end: number): Iterable<Series>;
}
