import { createSum, quantile, variance } from './numbers.ts';
import { extrapolated, instantChange, regression } from './rates.ts';
import type { Window } from './values.ts';

/** A function of the samples of one series; undefined = no result. `time` is the evaluation time, `scalar` the other argument. */
type RangeFunction = (window: Window, scalar: number, time: number) => number | undefined;

const samples = ({ values, from, to }: Window): Float64Array => values.subarray(from, to);
const last = ({ values, to }: Window): number | undefined => values[to - 1];

function sum(values: Float64Array): number {
  const total = createSum();
  for (const value of values) total.add(value);
  return total.total();
}

function extreme(values: Float64Array, better: (a: number, b: number) => boolean): number {
  return values.reduce((best, value) => (better(value, best) || Number.isNaN(best) ? value : best), Number.NaN);
}

/** How many samples differ from the one before in the given way. */
function countSteps(values: Float64Array, counts: (value: number, previous: number) => boolean): number {
  let count = 0;
  for (let i = 1; i < values.length; i++) {
    if (counts(values[i] ?? Number.NaN, values[i - 1] ?? Number.NaN)) count++;
  }
  return count;
}

const differs = (a: number, b: number): boolean => a !== b && !(Number.isNaN(a) && Number.isNaN(b));

/** The functions of range vectors, but for `absent_over_time`. https://prometheus.io/docs/prometheus/latest/querying/functions/ */
export const rangeFunctions: Record<string, RangeFunction> = {
  rate: (window) => extrapolated(window, { counter: true, perSecond: true }),
  increase: (window) => extrapolated(window, { counter: true, perSecond: false }),
  delta: (window) => extrapolated(window, { counter: false, perSecond: false }),
  irate: (window) => instantChange(window, { counter: true, perSecond: true }),
  idelta: (window) => instantChange(window, { counter: false, perSecond: false }),
  deriv: (window) => regression(window, window.times[window.from] ?? 0)?.slope,
  predict_linear: (window, seconds, time) => {
    const line = regression(window, time);
    return line && line.slope * seconds + line.intercept;
  },
  changes: (window) => countSteps(samples(window), differs),
  resets: (window) => countSteps(samples(window), (value, previous) => value < previous),
  avg_over_time: (window) => sum(samples(window)) / (window.to - window.from),
  sum_over_time: (window) => sum(samples(window)),
  count_over_time: (window) => window.to - window.from,
  min_over_time: (window) => extreme(samples(window), (a, b) => a < b),
  max_over_time: (window) => extreme(samples(window), (a, b) => a > b),
  stddev_over_time: (window) => Math.sqrt(variance(samples(window))),
  stdvar_over_time: (window) => variance(samples(window)),
  last_over_time: last,
  present_over_time: () => 1,
  quantile_over_time: (window, q) => quantile(q, samples(window)),
};
