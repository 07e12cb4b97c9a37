import { linearRegression, quantile } from 'simple-statistics';
import type { Curve, Facts } from '../../../src/health/types.ts';

/** What is really used, as Prometheus kept it. Nothing here is guessed: what is not there is undefined. */

const DAY_MS = 86_400_000;
/** A curve with more holes than this tells nothing. */
const LEAST_COVERAGE = 0.95;
const LEAST_DAYS = 7 * LEAST_COVERAGE;

export interface NodeUse {
  /** Shares of the machine's CPU over seven days. */
  average: number;
  p95: number;
}

/** A node's use over seven days, found by its name or its address. */
export function nodeUses({ metrics }: Pick<Facts, 'metrics'>): (node: string) => NodeUse | undefined {
  const averages = byNode(metrics.CST1);
  const p95s = byNode(metrics.CST2);
  return (node) => {
    const average = valueFor(averages, node);
    const p95 = valueFor(p95s, node);
    return average === undefined || p95 === undefined ? undefined : { average, p95 };
  };
}

function byNode(answer: Facts['metrics'][string] | undefined): Map<string, number> {
  if (!answer || 'unknown' in answer) return new Map();
  return new Map(
    answer.rows.flatMap(({ labels, value }) => {
      const name = labels.node ?? labels.nodename ?? labels.instance;
      return name === undefined ? [] : [[name.replace(/:\d+$/, ''), value] as const];
    }),
  );
}

/** ACK names its nodes by region and address: `cn-hangzhou.10.0.0.1`. */
function valueFor(values: Map<string, number>, node: string): number | undefined {
  const address = /(?:^|\.)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(node)?.[1];
  return values.get(node) ?? (address === undefined ? undefined : values.get(address));
}

interface Series {
  points: [number, number][];
  days: number;
}

/** A curve of one pool or, summed over all pools, of the cluster; undefined where it has holes or is too short. */
function seriesOf(
  curves: readonly Curve[],
  name: string,
  { stat, pool }: { stat?: string; pool?: string | undefined } = {},
): Series | undefined {
  const fitting = curves.filter(
    (curve) => curve.name === name && curve.labels.stat === stat && (pool === undefined || curve.labels.pool === pool),
  );
  const [first] = fitting;
  if (!first) return undefined;
  const sums = new Map<number, { sum: number; of: number }>();
  for (const { points } of fitting) for (const [at, value] of points) if (value !== null) add(sums, at, value);
  const whole = [...sums].filter(([, { of }]) => of === fitting.length).sort(([a], [b]) => a - b);
  const points = whole.map(([at, { sum }]) => [at, sum] as [number, number]);
  const asked = Math.max(...fitting.map((curve) => curve.points.length));
  const days = ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0)) / DAY_MS;
  return points.length >= asked * LEAST_COVERAGE && days >= LEAST_DAYS ? { points, days } : undefined;
}

function add(sums: Map<number, { sum: number; of: number }>, at: number, value: number): void {
  const known = sums.get(at) ?? { sum: 0, of: 0 };
  sums.set(at, { sum: known.sum + value, of: known.of + 1 });
}

/** Whether curves are told apart by this pool. */
export function hasPool(curves: readonly Curve[], pool: string): boolean {
  return curves.some(({ name, labels }) => name === 'cpu-used' && labels.pool === pool);
}

export interface Peaks {
  /** Millicores. */
  cpuP95: number;
  cpuMax: number;
  /** Bytes. */
  memoryMax: number;
  days: number;
}

/** The use of a pool or of the cluster, from the highest value within each step: it is never below what was measured. */
export function peaksOf({ curves }: Pick<Facts, 'curves'>, pool?: string): Peaks | undefined {
  const cpu = seriesOf(curves, 'cpu-used', { stat: 'max', pool });
  const memory = seriesOf(curves, 'memory-used', { stat: 'max', pool });
  if (!cpu || !memory) return undefined;
  const values = (series: Series) => series.points.map(([, value]) => value);
  return {
    cpuP95: quantile(values(cpu), 0.95) * 1000,
    cpuMax: Math.max(...values(cpu)) * 1000,
    memoryMax: Math.max(...values(memory)),
    days: Math.floor(Math.min(cpu.days, memory.days) + 0.5),
  };
}

export interface Growth {
  /** What the next 30 days multiply by, never below 1. */
  factor: number;
  /** Requests in 30 days, in the curve's unit. */
  projected: number;
  days: number;
}

const AHEAD_MS = 30 * DAY_MS;

/** A straight line through a curve of requests, 30 days on. */
export function growthOf({ curves }: Pick<Facts, 'curves'>, name: string, pool?: string): Growth | undefined {
  const series = seriesOf(curves, name, { pool });
  const last = series?.points.at(-1);
  if (!series || !last) return undefined;
  const [end] = last;
  const { m: slope, b: now } = linearRegression(series.points.map(([at, value]) => [at - end, value]));
  const projected = Math.max(now + slope * AHEAD_MS, last[1]);
  const factor = last[1] > 0 ? Math.max(1, projected / last[1]) : 1;
  return { factor, projected, days: Math.floor(series.days + 0.5) };
}

/** Whether the number of nodes was the same throughout the time; undefined where nobody kept it. */
export function nodeCountStood({ curves, now }: Pick<Facts, 'curves' | 'now'>, forMs: number): boolean | undefined {
  const series = seriesOf(curves, 'nodes');
  const recent = series?.points.filter(([at]) => at >= now - forMs).map(([, value]) => value) ?? [];
  return recent.length === 0 ? undefined : Math.min(...recent) === Math.max(...recent);
}
