import { type EngineOptions, queryInstant, queryRange } from '../../../../servers/sandbox/prometheus/promql/engine.ts';
import { type Labels, matchAll, showLabels } from '../../../../servers/sandbox/prometheus/promql/labels.ts';
import { formatValue } from '../../../../servers/sandbox/prometheus/promql/literals.ts';
import { parseSelector } from '../../../../servers/sandbox/prometheus/promql/parse.ts';
import type { MetricSource, Series } from '../../../../servers/sandbox/prometheus/promql/source.ts';

/**
 * Series in the notation of Prometheus' unit tests: `0+10x3` is 0 10 20 30, `_` a missed scrape, `stale` the end of the
 * series. One value a minute from time 0. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 */
export function load(notation: Record<string, string>): MetricSource {
  const all = Object.entries(notation).map(([selector, values]) => oneSeries(labelsOf(selector), values));
  return {
    select: (matchers, { start, end }) => {
      const fits = matchAll(matchers);
      return all.filter(({ labels }) => fits(labels)).map((series) => cut(series, start, end));
    },
  };
}

function labelsOf(selector: string): Labels {
  return Object.fromEntries(parseSelector(selector).map(({ name, value }) => [name, value]));
}

function oneSeries(labels: Labels, notation: string): Series {
  const times: number[] = [];
  const values: number[] = [];
  const ends: number[] = [];
  for (const [minute, item] of notation.split(/\s+/).flatMap(expand).entries()) {
    if (item === 'stale') ends.push(minute * 60_000);
    if (item === 'stale' || item === '_') continue;
    times.push(minute * 60_000);
    values.push(item === 'Inf' ? Number.POSITIVE_INFINITY : Number(item));
  }
  return { labels, times: Float64Array.from(times), values: Float64Array.from(values), ends };
}

function expand(item: string): string[] {
  const [, start, step, times] = /^(-?[\d.]+)([+-][\d.]+)x(\d+)$/.exec(item) ?? [];
  if (times === undefined) return [item];
  return Array.from({ length: Number(times) + 1 }, (_, n) => String(Number(start) + n * Number(step)));
}

function cut(series: Series, start: number, end: number): Series {
  const kept = [...series.times.keys()].filter(
    (i) => Number(series.times[i]) > start && Number(series.times[i]) <= end,
  );
  const pick = (from: Float64Array) => Float64Array.from(kept, (i) => Number(from[i]));
  return { ...series, times: pick(series.times), values: pick(series.values) };
}

const rounded = (value: number): string => formatValue(Number(value.toPrecision(10)));

/** What a query comes to at a minute: one line a sample, `labels value`. */
export async function at(source: MetricSource, query: string, minute: number): Promise<string[]> {
  const result = await queryInstant({ source }, query, minute * 60_000);
  if (result.type === 'scalar') return [rounded(result.value)];
  if (result.type === 'string') return [result.value];
  if (result.type === 'vector')
    return result.elements.map(({ labels, value }) => `${showLabels(labels)} ${rounded(value)}`);
  return result.series.map(({ labels, values }) => `${showLabels(labels)} ${[...values].map(rounded).join(' ')}`);
}

/** The values of a query from one minute to another, a line a series. */
export async function over(options: EngineOptions, query: string, [from, to, step]: [number, number, number]) {
  const grid = { start: from * 60_000, end: to * 60_000, step: step * 60_000 };
  const result = await queryRange(options, query, grid);
  if (result.type !== 'matrix') throw new Error(`a range query came to a ${result.type}`);
  return result.series.map(({ labels, times, values }) => ({
    labels: showLabels(labels),
    points: Array.from(times, (time, i) => `${time / 60_000}:${rounded(values[i] ?? Number.NaN)}`),
  }));
}
