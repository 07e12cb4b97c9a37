import { createSum } from './numbers.ts';
import type { Window } from './values.ts';

const valueAt = ({ values }: Window, index: number): number => values[index] ?? Number.NaN;
const timeAt = ({ times }: Window, index: number): number => times[index] ?? Number.NaN;

type Kind = { counter: boolean; perSecond: boolean };

/**
 * The change over a range, extrapolated to its ends where the samples come close to them, and never below zero for a
 * counter. https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
export function extrapolated(window: Window, { counter, perSecond }: Kind): number | undefined {
  const { from, to, start, end } = window;
  const count = to - from;
  if (count < 2) return undefined;
  const first = valueAt(window, from);
  const change = valueAt(window, to - 1) - first + (counter ? lostToResets(window) : 0);
  const sampled = (timeAt(window, to - 1) - timeAt(window, from)) / 1000;
  const spacing = sampled / (count - 1);
  const reach = (gap: number) => (gap >= spacing * 1.1 ? spacing / 2 : gap);
  const toEnd = reach((end - timeAt(window, to - 1)) / 1000);
  let toStart = reach((timeAt(window, from) - start) / 1000);
  if (counter && change > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / change));
  const factor = (sampled + toStart + toEnd) / sampled;
  return (change * factor) / (perSecond ? (end - start) / 1000 : 1);
}

function lostToResets(window: Window): number {
  let lost = 0;
  for (let i = window.from + 1; i < window.to; i++) {
    const previous = valueAt(window, i - 1);
    if (valueAt(window, i) < previous) lost += previous;
  }
  return lost;
}

/** The change between the last two samples. */
export function instantChange(window: Window, { counter, perSecond }: Kind): number | undefined {
  const { from, to } = window;
  if (to - from < 2) return undefined;
  const last = valueAt(window, to - 1);
  const previous = valueAt(window, to - 2);
  const change = counter && last < previous ? last : last - previous;
  const seconds = (timeAt(window, to - 1) - timeAt(window, to - 2)) / 1000;
  return perSecond ? change / seconds : change;
}

/** The straight line through the samples: its slope a second, and its value at `origin`. Needs two samples. */
export function regression(window: Window, origin: number): { slope: number; intercept: number } | undefined {
  const { from, to } = window;
  if (to - from < 2) return undefined;
  const [x, y, xy, xx] = [createSum(), createSum(), createSum(), createSum()];
  const first = valueAt(window, from);
  let constant = true;
  for (let i = from; i < to; i++) {
    const time = (timeAt(window, i) - origin) / 1000;
    const value = valueAt(window, i);
    constant &&= value === first;
    x.add(time);
    y.add(value);
    xy.add(time * value);
    xx.add(time * time);
  }
  if (constant && Number.isFinite(first)) return { slope: 0, intercept: first };
  const count = to - from;
  const covariance = xy.total() - (x.total() * y.total()) / count;
  const slope = covariance / (xx.total() - (x.total() * x.total()) / count);
  return { slope, intercept: y.total() / count - (slope * x.total()) / count };
}
