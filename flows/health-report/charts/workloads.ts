import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { BarChart } from '../../../src/chat/types.ts';
import type { Advice, Curve, Facts, ObjectRef, ReportChart } from '../../../src/health/types.ts';
import type { UsageSketches } from '../../../src/health/usage/types.ts';
import { reportChart, say, sum, type Words } from './parts.ts';

/** Workloads that ask for more than they use, and those that restart. */

const TOP = 10;
/** Workloads that a stack names; the others are one. */
const NAMED = 5;

type Resource = 'cpu' | 'memory';

/** CPU in cores or memory in bytes, of all pods of a workload together. `p95`: of one pod, times the pods. */
interface Size {
  workload: string;
  request: number;
  p95: number | null;
  advice: number;
}

interface SizeInputs {
  facts: Pick<Facts, 'survey'>;
  advice: readonly Advice[];
  usage?: UsageSketches;
}

/** What workloads ask for, use at p95, and should ask for: those that would free most. */
export function overRequestedCharts(inputs: SizeInputs, words: Words): ReportChart[] {
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const sizes = sizesOf(inputs, resource);
    if (sizes.length === 0) return [];
    const said = ['request', 'p95', 'advice'].map((key) => say(words, `size-${key}`));
    const of = (pick: (size: Size) => number | null) => sizes.map(pick);
    const values = [of(({ request }) => request), of(({ p95 }) => p95), of(({ advice }) => advice)];
    const chart: BarChart = {
      kind: 'bars',
      unit: resource === 'cpu' ? 'cores' : 'bytes',
      stacked: false,
      categories: sizes.map(({ workload }) => workload),
      series: said.map(({ en }, n) => ({ name: en, values: values[n] ?? [] })),
    };
    const title = say(words, `over-requested-${resource}-title`, { count: sizes.length });
    return [reportChart(`over-requested-${resource}`, title, { chart, said })];
  });
}

function sizesOf({ facts: { survey }, advice, usage }: SizeInputs, resource: Resource): Size[] {
  const freed = (one: Advice) => one.freed?.[resource] ?? 0;
  return advice
    .filter((one) => one.kind === 'resize' && freed(one) > 0)
    .toSorted((a, b) => freed(b) - freed(a) || (a.id < b.id ? -1 : 1))
    .flatMap(({ proposal, freed: less }): Size[] => {
      if (proposal?.kind !== 'resize' || !survey || !less) return [];
      return sizeOf(proposal.object, less[resource], { survey, usage, resource });
    })
    .slice(0, TOP);
}

interface Known {
  survey: Survey;
  usage: UsageSketches | undefined;
  resource: Resource;
}

/** None for a workload that the survey does not hold. */
function sizeOf({ kind, namespace = '', name }: ObjectRef, freed: number, { survey, usage, resource }: Known): Size[] {
  const isMeant = (one: { kind: string; namespace: string; name: string }) =>
    one.kind === kind && one.namespace === namespace && one.name === name;
  const workload = survey.workloads.find(isMeant);
  const containers = workload && survey.shapes[workload.shape]?.containers;
  if (!containers) return [];
  const pods = Math.max(1, workload.desired);
  const own = usage?.containers.filter(isMeant) ?? [];
  const used = containers.map((each) => own.find(({ container }) => container === each.name)?.[resource].p95);
  const request = pods * sum(containers.map(({ requests }) => requests[resource] ?? 0));
  const scale = resource === 'cpu' ? 1000 : 1;
  const isKnown = used.every((value) => value !== undefined);
  return [
    {
      workload: `${namespace}/${name}`,
      request: request / scale,
      p95: isKnown ? (pods * sum(used)) / scale : null,
      advice: (request - freed) / scale,
    },
  ];
}

/** How often containers restarted on each day, and how often for want of memory, by workload. */
export function restartCharts(curves: readonly Curve[], words: Words): ReportChart[] {
  return (['restarts', 'oom'] as const).flatMap((name) => {
    const own = curves.filter((curve) => curve.name === name && countOf(curve) > 0);
    const sorted = own.toSorted((a, b) => countOf(b) - countOf(a) || (workloadOf(a) < workloadOf(b) ? -1 : 1));
    const days = [...new Set(sorted.flatMap(({ points }) => points.map(([at]) => at)))].toSorted((a, b) => a - b);
    if (days.length === 0) return [];
    const others = say(words, 'others');
    const chart: BarChart = {
      kind: 'bars',
      unit: 'count',
      stacked: true,
      categories: days.map(dayText),
      series: stacked(sorted, days, others.en),
    };
    return [reportChart(name, say(words, `${name}-title`), { chart, said: [others] })];
  });
}

const countOf = ({ points }: Curve): number => sum(points.map(([, value]) => value ?? 0));

const workloadOf = ({ labels: { namespace = '', workload = '' } }: Curve): string =>
  `${namespace}/${workload.slice(workload.indexOf('/') + 1)}`;

/** The day that most of the 24 hours before that moment belong to, as the month and the day in UTC. */
const dayText = (at: number): string => new Date(at - 43_200_000).toISOString().slice(5, 10);

/** `increase` estimates between samples: a restart is a whole one. */
function stacked(curves: readonly Curve[], days: readonly number[], others: string): BarChart['series'] {
  const valuesOf = (curve: Curve) => {
    const known = new Map(curve.points);
    return days.map((at) => {
      const value = known.get(at) ?? null;
      return value === null ? null : Math.round(value);
    });
  };
  const alone = curves.length > NAMED + 1 ? NAMED : curves.length;
  const rest = curves.slice(alone).map(valuesOf);
  return [
    ...curves.slice(0, alone).map((curve) => ({ name: workloadOf(curve), values: valuesOf(curve) })),
    ...(rest.length > 0 ? [{ name: others, values: days.map((_, n) => together(rest.map((each) => each[n]))) }] : []),
  ];
}

function together(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length > 0 ? sum(known) : null;
}
