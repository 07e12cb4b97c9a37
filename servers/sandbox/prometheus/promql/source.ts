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

/** What a source may leave out or may count on. Epoch milliseconds. */
export interface Hints {
  /** Nothing before this is looked at in the whole query. */
  earliest: number;
  /** Only the samples in the `range` before `first`, `first + step`, … are looked at. */
  windows?: { first: number; step: number; range: number };
}

/** Where samples come from. */
export interface MetricSource {
  /** The series that fulfil all matchers, one after the other, with their samples after `start` and up to `end`, epoch milliseconds. */
  select(matchers: readonly Matcher[], span: { start: number; end: number }, hints: Hints): Iterable<Series>;
}
