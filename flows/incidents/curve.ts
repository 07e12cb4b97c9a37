import type { Chart, LocalText } from '../../src/chat/types.ts';
import type { Cause } from './causes.ts';
import type { Series } from './evidence.ts';
import type { ObjectRef } from './finding.ts';
import { podsOf, quoted } from './promql.ts';

/** The curve that shows a trouble, and the line it ran into. */
export interface CurveQuery {
  usage: string;
  limit: string;
  unit: Chart['unit'];
  /** Key of the title in `incidents`. */
  title: string;
  minutes: number;
}

const MEMORY: ReadonlySet<string> = new Set<Cause>(['OOMKilled', 'OOMLeak']);
const CPU: ReadonlySet<string> = new Set<Cause>(['CPUThrottled', 'CPUOverload', 'HPAMaxedOut']);
const DAY = 24 * 60;

/** What to ask Prometheus for, or undefined for a cause that no curve of its own shows. Metric names are cadvisor's and kube-state-metrics'. */
export function curveQuery(cause: string, { namespace, name, kind }: ObjectRef): CurveQuery | undefined {
  if (namespace === undefined) return undefined;
  const pods = kind === 'Pod' ? `pod=${quoted(name)}` : `pod=~${podsOf({ kind, name })}`;
  const selector = `namespace=${quoted(namespace)},${pods},container!="",container!="POD"`;
  const limitOf = (resource: string) =>
    `max by (container) (kube_pod_container_resource_limits{${selector},resource="${resource}"})`;
  if (MEMORY.has(cause))
    return {
      usage: `max by (pod, container) (container_memory_working_set_bytes{${selector}})`,
      limit: limitOf('memory'),
      unit: 'bytes',
      title: 'incidents.curve-memory',
      minutes: DAY,
    };
  if (CPU.has(cause))
    return {
      usage: `sum by (pod, container) (rate(container_cpu_usage_seconds_total{${selector}}[5m]))`,
      limit: limitOf('cpu'),
      unit: 'cores',
      title: 'incidents.curve-cpu',
      minutes: DAY,
    };
  return undefined;
}

const LEAST_MINUTES = 60;

/** From well before the trouble began until now: long enough to see what was usual, short enough to see what happened. */
export function curveMinutes({ minutes }: CurveQuery, since: string | undefined, now: number): number {
  const began = since === undefined ? Number.NaN : Date.parse(since);
  if (Number.isNaN(began)) return minutes;
  return Math.round(Math.min(minutes, Math.max(LEAST_MINUTES, (3 * (now - began)) / 60_000)));
}

const MOST_CURVES = 6;

/** A chart of what was measured; undefined where there is nothing to draw. */
export function curveOf(
  { unit }: CurveQuery,
  usage: readonly Series[],
  limit: readonly Series[],
  limitName: LocalText['en'],
): Chart | undefined {
  const drawn = usage
    .filter(({ points }) => points.length > 1)
    .sort((a, b) => (b.points.at(-1)?.[0] ?? 0) - (a.points.at(-1)?.[0] ?? 0))
    .slice(0, MOST_CURVES);
  if (drawn.length === 0) return undefined;
  return {
    unit,
    series: drawn.map(({ metric, points }) => ({
      name: metric.pod ?? metric.container ?? '',
      points: points.map(([at, value]): [number, number] => [at * 1000, value]),
    })),
    limits: limit.flatMap(({ metric, points }) => {
      const value = points.at(-1)?.[1];
      return value === undefined
        ? []
        : [{ name: metric.container ? `${limitName} ${metric.container}` : limitName, value }];
    }),
    marks: [],
  };
}
