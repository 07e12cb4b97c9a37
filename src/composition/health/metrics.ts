import { catalogue } from '../../../flows/health-report/metrics/catalogue.ts';
import { type CurveQuery, curveQueries, POOLED, stepOf } from '../../../flows/health-report/metrics/curves.ts';
import { type Grid, onGrid, spreadOf } from '../../../flows/health-report/metrics/grid.ts';
import { historySpan, withSince } from '../../../flows/health-report/metrics/history.ts';
import { NODE_ADDRESSES, nodesByAddress, withNode } from '../../../flows/health-report/metrics/machines.ts';
import {
  evaluations,
  MOST_INPUTS,
  queriesOf,
  readRows,
  withCounts,
} from '../../../flows/health-report/metrics/queries.ts';
import { scoped } from '../../../flows/health-report/metrics/scoped.ts';
import type { Signal, Source } from '../../../flows/health-report/metrics/signal.ts';
import { ALL_SOURCES, readSources, sourcesQuery } from '../../../flows/health-report/metrics/sources.ts';
import type { Curve, Facts, MetricAnswer, Unknown } from '../../health/types.ts';
import type { Outline } from './outline.ts';
import { type Asker, type AskerOptions, createAsker } from './prometheus.ts';

/** The metrics of a report: what of the catalogue Prometheus can tell, and the curves. */

export interface AskMetricsOptions extends Pick<AskerOptions, 'read' | 'clusterId' | 'signal'> {
  /** The cluster's own time and the report's window, epoch milliseconds. */
  now: number;
  window: Facts['window'];
  /** What it tells is not asked for again. */
  survey?: Outline;
  /** Such as `cluster="prod"`, for a Prometheus that several clusters share. */
  matcher?: string;
  clock?: () => number;
  budgetMs?: number;
}

export interface AskedMetrics {
  metrics: Facts['metrics'];
  curves: Curve[];
  unknown: Unknown[];
  queries: number;
  /** Points that Prometheus was made to evaluate. */
  samples: number;
}

const BUDGET_MS = 45_000;
const DAY_S = 86_400;

export async function askMetrics(options: AskMetricsOptions): Promise<AskedMetrics> {
  const { now, window, survey, matcher, clock = Date.now, budgetMs = BUDGET_MS } = options;
  const asker = createAsker({ ...options, clock, budgetMs });
  const wanted = catalogue.filter((signal) => !signal.fed && !isTold(signal, survey));
  const sources = await whatIsThere(asker, options);
  if ('why' in sources) return nothing(wanted, sources, asker);
  const addresses = await asker.instant(scoped(NODE_ADDRESSES, matcher), MOST_INPUTS, now);
  const machines = nodesByAddress(addresses.ok ? addresses.rows : [], survey?.nodes);

  const byCost = wanted.toSorted((a, b) => evaluations(a.promql) - evaluations(b.promql));
  const answers = byCost.map(async (signal): Promise<[string, MetricAnswer]> => {
    const missing = signal.sources.find((source) => !sources.found.has(source));
    if (missing !== undefined) return [signal.code, { unknown: noMetricsOf(missing), kind: 'absent' }];
    const answer = await askSignal(asker, signal, { now, ...(matcher !== undefined && { matcher }) });
    return [signal.code, 'rows' in answer ? { ...answer, rows: withNode(answer.rows, machines) } : answer];
  });
  const found = await Promise.all(answers);
  const drawn = await askCurves(asker, { now, window, ...(matcher !== undefined && { matcher }) });
  const unknown = [
    ...ALL_SOURCES.filter((source) => !sources.found.has(source)).map(
      (source): Unknown => ({ what: `metrics of ${source}`, why: noMetricsOf(source), kind: 'absent' }),
    ),
    ...found.flatMap(([code, answer]): Unknown[] =>
      'unknown' in answer && answer.kind === 'lost' ? [{ what: code, why: answer.unknown, kind: 'lost' }] : [],
    ),
    ...drawn.unknown,
  ];
  return { metrics: Object.fromEntries(found), curves: drawn.curves, unknown, ...asker.asked() };
}

const noMetricsOf = (source: Source): string => `Prometheus has no metrics of ${source}`;

/** Whether the survey tells the same, so that nothing needs to be asked. */
function isTold({ api }: Signal, survey: Outline | undefined): boolean {
  if (!api || !survey) return false;
  const read = new Map(survey.readings.map(({ kind, state }) => [kind, state]));
  return api.every((kind) => read.get(kind) === 'complete' || read.get(kind) === 'none');
}

type There = { found: Set<Source> } | { why: string; kind: 'absent' | 'lost' };

/** A Prometheus too slow even for this is asked for everything, until it was silent too often. */
async function whatIsThere(asker: Asker, { now, matcher }: AskMetricsOptions): Promise<There> {
  const answer = await asker.instant(sourcesQuery(matcher), ALL_SOURCES.length, now);
  if (answer.ok) return { found: readSources(answer.rows) };
  return answer.timeout ? { found: new Set(ALL_SOURCES) } : { why: answer.why, kind: answer.kind };
}

function nothing(
  signals: readonly Signal[],
  { why, kind }: Extract<There, { why: string }>,
  asker: Asker,
): AskedMetrics {
  const metrics = Object.fromEntries(signals.map(({ code }) => [code, { unknown: why, kind }]));
  return { metrics, curves: [], unknown: [{ what: 'Prometheus', why, kind }], ...asker.asked() };
}

interface At {
  now: number;
  matcher?: string;
}

/** At most two queries: the rows, and then their number where there are too many, or else since when they are bad. */
async function askSignal(asker: Asker, signal: Signal, { now, matcher }: At): Promise<MetricAnswer> {
  const queries = queriesOf(signal, matcher);
  const first = await asker.instant(queries.rows, queries.most, now);
  if (!first.ok) return { unknown: first.why, kind: first.kind };
  if (first.truncated) return { unknown: 'the answer was too long and came cut short', kind: 'lost' };
  const { answer, full } = readRows(signal, first.rows);
  if (full) {
    const counts = await asker.instant(queries.counts, 2, now);
    return counts.ok ? withCounts(answer, counts.rows) : { unknown: counts.why, kind: counts.kind };
  }
  if (answer.bad === 0 || queries.history === undefined) return answer;
  const span = historySpan(signal, now);
  const grid = { start: span.start / 1000, end: span.end / 1000, step: span.step / 1000 };
  const past = await asker.range(queries.history, grid, queries.most);
  if (!past.ok) return answer;
  const times = past.rows.map(({ labels, points }) => ({ labels, times: points.map(([at]) => at) }));
  return { ...answer, rows: withSince(answer.rows, times, span) };
}

async function askCurves(asker: Asker, { now, window, matcher }: At & Pick<AskMetricsOptions, 'window'>) {
  const pooled = await asker.instant(scoped(POOLED, matcher), 1, now);
  const step = stepOf(window);
  const wanted = curveQueries(step, pooled.ok && pooled.rows[0]?.value === 1);
  const end = Math.floor(window.to / 1000);
  const long = Math.floor((window.to - window.from) / 1000);
  const found = wanted.map((query) => {
    const by = query.daily ? DAY_S : step;
    const steps = Math.max(1, Math.floor(long / by));
    return askCurve(asker, scopedCurve(query, matcher), { start: end - (steps - 1) * by, end, step: by });
  });
  const all = await Promise.all(found);
  return { curves: all.flatMap(({ curves }) => curves), unknown: all.flatMap(({ unknown }) => unknown) };
}

const scopedCurve = (query: CurveQuery, matcher: string | undefined): CurveQuery => ({
  ...query,
  promql: scoped(query.promql, matcher),
  ...(query.capacity !== undefined && { capacity: scoped(query.capacity, matcher) }),
});

async function askCurve(asker: Asker, query: CurveQuery, grid: Grid): Promise<{ curves: Curve[]; unknown: Unknown[] }> {
  const { name, unit, spread, most } = query;
  const finer = spread === undefined ? grid : { start: grid.start - grid.step + spread, end: grid.end, step: spread };
  const answer = await asker.range(query.promql, finer, most);
  const lost = (why: string, kind: Unknown['kind']): Unknown[] => [{ what: `curve ${name}`, why, kind }];
  if (!answer.ok) return { curves: [], unknown: lost(answer.why, answer.kind) };
  const tops = query.capacity === undefined ? [] : await capacities(asker, query, grid.end);
  const curves = answer.rows.flatMap(({ labels, points }): Curve[] => {
    const own = keep(query, labels);
    const top = tops.find(({ of }) => sameLabels(of, own))?.value;
    const made = { name, unit, ...(top !== undefined && { capacity: top }) };
    if (spread === undefined) return [{ ...made, labels: own, points: onGrid(points, grid) }];
    return Object.entries(spreadOf(points, grid)).map(([stat, over]) => ({
      ...made,
      labels: { ...own, stat },
      points: over,
    }));
  });
  return { curves, unknown: answer.truncated ? lost('not all series were passed on', 'lost') : [] };
}

async function capacities(asker: Asker, query: CurveQuery, end: number) {
  const answer = await asker.instant(query.capacity ?? '', query.most, end * 1000);
  return answer.ok ? answer.rows.map(({ labels, value }) => ({ of: keep(query, labels), value })) : [];
}

const sameLabels = (one: Record<string, string>, other: Record<string, string>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name] === value);

const keep = ({ labels, keep: names }: CurveQuery, given: Record<string, string>): Record<string, string> => ({
  ...labels,
  ...Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]))),
});
