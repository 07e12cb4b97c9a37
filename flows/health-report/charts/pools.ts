import type { Chart } from '../../../src/chat/types.ts';
import type { Curve, Facts, ReportChart } from '../../../src/health/types.ts';
import { isDrawn, newest, reportChart, say, type Words } from './parts.ts';

/** Use, requests and room of node pools, from the curves of `metrics/curves.ts`. */

type Resource = 'cpu' | 'memory';
const STATS = ['p50', 'p95', 'max'] as const;
/** Pools that get charts of their own, largest first. */
const POOLS = 4;
const DAY = 86_400_000;

/** One chart for each resource of each pool, or of the cluster where it is not known which nodes are in which pool. */
export function poolCharts({ curves, pools, window }: Facts, words: Words): ReportChart[] {
  const days = Math.round((window.to - window.from) / DAY);
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const own = curves.filter(({ name }) => name.startsWith(`${resource}-`));
    return poolsBySize(own, resource).flatMap((id) => {
      const chart = poolChart(
        own.filter(({ labels }) => (labels.pool ?? '') === id),
        resource,
        words,
      );
      if (!chart) return [];
      const pool = pools?.find(({ nodepoolId }) => nodepoolId === id)?.name ?? id;
      const title = say(words, `${resource}-title`, { pool, hasPool: id === '' ? 'no' : 'yes', days });
      return [reportChart(id === '' ? resource : `${resource}-${id}`, title, chart)];
    });
  });
}

/** The ids of the largest pools; an empty one is the cluster. */
function poolsBySize(curves: readonly Curve[], resource: Resource): string[] {
  const size = (id: string) => {
    const own = curves.find(({ name, labels }) => name === `${resource}-allocatable` && (labels.pool ?? '') === id);
    return (own && newest(own)) ?? 0;
  };
  const ids = [...new Set(curves.map(({ labels }) => labels.pool ?? ''))];
  return ids.toSorted((a, b) => size(b) - size(a) || (a < b ? -1 : 1)).slice(0, POOLS);
}

function poolChart(curves: readonly Curve[], resource: Resource, words: Words) {
  const of = (name: string, stat?: string) =>
    curves.find((curve) => curve.name === `${resource}-${name}` && curve.labels.stat === stat && isDrawn(curve));
  const used = STATS.flatMap((stat) => {
    const curve = of('used', stat);
    return curve ? [{ name: stat, points: curve.points }] : [];
  });
  const said = {
    requests: say(words, 'requests'),
    allocatable: say(words, 'allocatable'),
    less: say(words, 'one-less'),
  };
  const [requests, allocatable] = [of('requests'), of('allocatable')];
  if (used.length === 0 && !requests) return undefined;
  const room = allocatable && roomWithoutOne(allocatable, of('largest-node'));
  const chart: Chart = {
    unit: resource === 'cpu' ? 'cores' : 'bytes',
    series: [
      ...used,
      ...(requests ? [{ name: said.requests.en, points: requests.points }] : []),
      ...(allocatable ? [{ name: said.allocatable.en, points: allocatable.points }] : []),
    ],
    limits: room === undefined ? [] : [{ name: said.less.en, value: room }],
    marks: [],
  };
  const has = (stat: string) => used.some(({ name }) => name === stat);
  if (has('p50') && has('p95')) chart.band = { low: 'p50', high: 'p95' };
  return { chart, said: Object.values(said) };
}

/** What is left when the largest node fails; undefined where that is nothing, as it is with a single node. */
function roomWithoutOne(allocatable: Curve, largest: Curve | undefined): number | undefined {
  const [all, one] = [newest(allocatable), largest && newest(largest)];
  if (all === undefined || one === undefined) return undefined;
  return all - one > all * 0.001 ? all - one : undefined;
}
