import { z } from 'zod';
import type { Chart } from '../../chat/types.ts';
import type { JsonObject } from '../../tools/types.ts';

/** A range of metrics: a picture for people, and for a model a few figures of each series instead of its points. */
export interface Curve {
  chart: { title: string; chart: Chart };
  summary: string;
  /** All points, in lines. */
  points: string;
}

const answerSchema = z.looseObject({
  resultType: z.literal('matrix'),
  series: z
    .array(
      z.object({
        metric: z.record(z.string(), z.string()),
        points: z.array(z.tuple([z.number(), z.union([z.string(), z.number()])])),
      }),
    )
    .min(1),
  truncated: z.boolean().optional(),
  warnings: z.array(z.string()).optional(),
});

type Series = z.infer<typeof answerSchema>['series'][number];
type Point = [at: number, value: number | null];

const MOST_DRAWN = 8;
const MOST_POINTS = 300;
const MOST_TOLD = 25;
const LONGEST_TITLE = 100;

/** The curves of an answer of `metrics_query_range`; undefined where there is none. */
export function curveOf(promql: string, data: JsonObject): Curve | undefined {
  const parsed = answerSchema.safeParse(data);
  if (!parsed.success) return undefined;
  const { series, truncated, warnings = [] } = parsed.data;
  const unit = unitOf(promql);
  const named = series.map((one) => ({ name: nameOf(one.metric), points: one.points.map(pointOf) }));
  const told = named.slice(0, MOST_TOLD).map(({ name, points }) => `${name}: ${figuresIn(points, unit)}`);
  const left = named.length - told.length;
  const lines = [
    `series (${series.length}), ${promql}:`,
    ...told,
    ...(left > 0 ? [`… ${left} series left out …`] : []),
    ...(truncated ? ['The answer was cut short: there are more series or points.'] : []),
    ...warnings,
  ];
  const drawn = named.slice(0, MOST_DRAWN).map(({ name, points }) => ({ name, points: thinned(points) }));
  return {
    chart: { title: promql.slice(0, LONGEST_TITLE), chart: { unit, series: drawn, limits: [], marks: [] } },
    summary: lines.join('\n'),
    points: series.map(linesOf).join('\n'),
  };
}

/** A guess by the names that Prometheus' exporters use. https://prometheus.io/docs/practices/naming/#base-units */
function unitOf(promql: string): Chart['unit'] {
  const isShare = /\/|\bratio\b|_ratio/.test(promql.replaceAll(/"[^"]*"/g, ''));
  if (isShare) return 'count';
  if (/cpu/.test(promql)) return 'cores';
  if (/_bytes/.test(promql)) return 'bytes';
  return /_seconds(?!_(?:total|count))/.test(promql) ? 'seconds' : 'count';
}

function nameOf({ __name__: name = '', ...labels }: Record<string, string>): string {
  const inner = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return `${name}{${inner.join(', ')}}`;
}

/** What has no number, such as NaN, is a gap. */
function pointOf([at, value]: Series['points'][number]): Point {
  const number = Number(value);
  return [at * 1000, value !== '' && Number.isFinite(number) ? number : null];
}

function figuresIn(points: Point[], unit: Chart['unit']): string {
  const values = points.flatMap(([, value]) => value ?? []);
  const [from, to] = [points[0]?.[0], points.at(-1)?.[0]];
  if (values.length === 0 || from === undefined || to === undefined) return 'no values';
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const say = (value: number) => figure(value, unit);
  const span = `${values.length} points from ${iso(from)} to ${iso(to)}`;
  const [min, max] = values.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  const last = values.at(-1) ?? mean;
  return `${span}; min ${say(min)}, max ${say(max)}, mean ${say(mean)}, last ${say(last)}, ${trendOf(values, max - min)}`;
}

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** The last fifth against the first. */
function trendOf(values: number[], range: number): string {
  const part = Math.max(1, Math.floor(values.length / 5));
  const mean = (some: number[]) => some.reduce((sum, value) => sum + value, 0) / some.length;
  const [first, last] = [mean(values.slice(0, part)), mean(values.slice(-part))];
  if (range === 0 || Math.abs(last - first) < range / 10) return 'steady';
  const direction = last > first ? 'rising' : 'falling';
  return first === 0 ? direction : `${direction} by ${Math.round((100 * Math.abs(last - first)) / Math.abs(first))}%`;
}

const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Exact as far as it matters; bytes also as people say them. */
function figure(value: number, unit: Chart['unit']): string {
  const exact = String(Number(value.toPrecision(6)));
  if (unit !== 'bytes') return exact;
  const step = Math.min(STEPS.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
  return `${exact} (${(value / 1024 ** step).toFixed(1)} ${STEPS[step]})`;
}

/** Every so many points, and always the last. */
function thinned(points: Point[]): Point[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, at) => (points.length - 1 - at) % step === 0);
}

function linesOf({ metric, points }: Series): string {
  return [nameOf(metric), ...points.map(([at, value]) => `  ${iso(at * 1000)} ${value}`)].join('\n');
}
