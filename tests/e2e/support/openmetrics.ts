import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { matchAll } from '../../../servers/sandbox/prometheus/promql/labels.ts';
import type { MetricSource, Series } from '../../../servers/sandbox/prometheus/promql/source.ts';

/** Series whose values are known, as OpenMetrics text for promtool and as a source for the sandbox's own engine. */

export interface Made {
  name: string;
  labels: Record<string, string>;
  /** Hours before the end at which it begins. */
  hours: number;
  /** Minutes between its samples. */
  every: number;
  /** The value so many minutes before the end. */
  at(before: number): number;
}

/** https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#text-format */
export async function writeOpenMetrics(file: string, all: readonly Made[], end: number): Promise<number> {
  const out = createWriteStream(file);
  let samples = 0;
  for (const made of all) {
    const named = `${made.name}{${Object.entries(made.labels)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(',')}}`;
    const lines = [...moments(made)].map((before) => `${named} ${made.at(before)} ${end / 1000 - before * 60}\n`);
    samples += lines.length;
    if (!out.write(lines.join(''))) await once(out, 'drain');
  }
  out.end('# EOF\n');
  await once(out, 'finish');
  return samples;
}

/** The same for the engine of the sandbox. */
export function sourceOf(all: readonly Made[], end: number): MetricSource {
  const series = all.map((made): Series => {
    const before = [...moments(made)];
    return {
      labels: { __name__: made.name, ...made.labels },
      times: Float64Array.from(before, (minutes) => end - minutes * 60_000),
      values: Float64Array.from(before, made.at),
    };
  });
  return {
    select(matchers, { start, end: until }) {
      const fits = matchAll(matchers);
      return series.filter(({ labels }) => fits(labels)).map((one) => cut(one, start, until));
    },
  };
}

/** Ascending in time: minutes before the end. */
function* moments({ hours, every }: Made): Generator<number> {
  for (let before = hours * 60; before >= 0; before -= every) yield before;
}

function cut(series: Series, from: number, to: number): Series {
  const first = series.times.findIndex((time) => time > from);
  const begin = first < 0 ? series.times.length : first;
  const after = series.times.findIndex((time) => time > to);
  const stop = after < 0 ? series.times.length : after;
  return { ...series, times: series.times.slice(begin, stop), values: series.values.slice(begin, stop) };
}
