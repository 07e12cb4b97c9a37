import type { Moment, RangeSelector, Subquery, VectorSelector } from './ast.ts';
import type { Hints, Series } from './source.ts';
import type { At, Compiler, Element, Grid, Query, Window } from './values.ts';

/** The newest sample of each series that is no older than the lookback and was not followed by the end of its series. */
export async function selectInstant({ grid, query }: Compiler, selector: VectorSelector): Promise<At<Element[]>> {
  return selectSamples({ grid, query }, selector);
}

/** As selectInstant, with the time of each sample. */
export async function selectSamples(
  { grid, query }: Pick<Compiler, 'grid' | 'query'>,
  { matchers, moment }: VectorSelector,
): Promise<At<(Element & { time: number })[]>> {
  const look = lookOf(moment, query);
  const series = await load(query, matchers, spanOf({ grid, moment, look, range: query.lookback }));
  const readers = series.map((one) => ({ one, indexAt: cursor(one.times) }));
  return (time) => {
    const reference = look(time);
    const found: (Element & { time: number })[] = [];
    for (const { one, indexAt } of readers) {
      const index = indexAt(reference);
      const at = one.times[index];
      const value = one.values[index];
      if (at === undefined || value === undefined || at <= reference - query.lookback) continue;
      if (one.ends?.some((end) => end > at && end <= reference)) continue;
      found.push({ labels: one.labels, value, time: at });
    }
    return found;
  };
}

/** The samples of each series in the range before a time; the start of the range does not belong to it. */
export async function selectRange(
  { grid, query }: Compiler,
  { selector, range }: RangeSelector,
): Promise<At<Window[]>> {
  const look = lookOf(selector.moment, query);
  const { moment, matchers } = selector;
  const series = await load(query, matchers, spanOf({ grid, moment, look, range }));
  return windows(series, range, look);
}

/** The values of an expression at the multiples of the step in the range before a time. */
export async function selectSubquery(
  { grid, query }: Compiler,
  { range, step = query.defaultStep, moment }: Subquery,
  evaluate: (inner: Grid) => Promise<Series[]>,
): Promise<At<Window[]>> {
  const look = lookOf(moment, query);
  const start = (Math.floor((look(grid.start) - range) / step) + 1) * step;
  const series = await evaluate({ start, end: look(grid.end), step });
  return windows(series, range, look);
}

/** From an evaluation time to the time that is looked at. */
function lookOf({ at, offset }: Moment, query: Query): (time: number) => number {
  if (at === undefined) return (time) => time - offset;
  const fixed = (at === 'start' ? query.start : at === 'end' ? query.end : at) - offset;
  return () => fixed;
}

interface Looking {
  grid: Grid;
  moment: Moment;
  look: (time: number) => number;
  range: number;
}

/** The time in which samples are looked at, and the windows in it when they don't touch. */
function spanOf({ grid, moment, look, range }: Looking): Span {
  const span = { start: look(grid.start) - range, end: look(grid.end) };
  if (moment.at !== undefined || grid.step <= range) return span;
  return { ...span, windows: { first: look(grid.start), step: grid.step, range } };
}

interface Span extends Pick<Hints, 'windows'> {
  start: number;
  end: number;
}

async function load(query: Query, matchers: VectorSelector['matchers'], { windows, ...span }: Span): Promise<Series[]> {
  const loaded: Series[] = [];
  const hints = { earliest: query.earliest, ...(windows && { windows }) };
  for (const series of query.source.select(matchers, span, hints)) {
    query.budget.take(series.times.length);
    loaded.push({ ...series, labels: query.interner.intern(series.labels) });
    if (query.budget.due()) await query.budget.breathe();
  }
  return loaded;
}

function windows(series: Series[], range: number, look: (time: number) => number): At<Window[]> {
  const readers = series.map(({ labels, times, values }) => ({
    labels,
    times,
    values,
    fromAt: cursor(times),
    toAt: cursor(times),
  }));
  return (time) => {
    const end = look(time);
    const start = end - range;
    const found: Window[] = [];
    for (const { labels, times, values, fromAt, toAt } of readers) {
      const from = fromAt(start) + 1;
      const to = toAt(end) + 1;
      if (to > from) found.push({ labels, times, values, from, to, start, end });
    }
    return found;
  };
}

/** Finds the last index whose time is not after a time, -1 when there is none; quick when asked in ascending order. */
function cursor(times: Float64Array): (time: number) => number {
  let next = 0;
  return (time) => {
    while (next > 0 && Number(times[next - 1]) > time) next--;
    while (next < times.length && Number(times[next]) <= time) next++;
    return next - 1;
  };
}
