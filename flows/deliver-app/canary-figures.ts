import { z } from 'zod';
import type { Block } from '../../src/chat/types.ts';
import { type FlowContext, FlowError, type FlowRun, read } from '../../src/flow/kit.ts';
import { amountText } from '../../src/flow/quantity.ts';
import { CANARY, type Pair } from './canary-plan.ts';
import { containersOf, templateOf } from './objects.ts';

/** A canary beside what runs, in figures. What nobody measures is unknown, and said so. */

const status = z.looseObject({
  state: z.string(),
  desired: z.number(),
  ready: z.number(),
  restartsSince: z.number(),
  oomKilledSince: z.number(),
  stableSeconds: z.number(),
  reason: z.string().optional(),
});
const samples = z.looseObject({
  // Values come as Prometheus writes them: as text.
  series: z.array(z.looseObject({ points: z.array(z.array(z.coerce.number())) })),
});

interface Side {
  status: z.output<typeof status> | undefined;
  /** Share of requests that ended with 5xx, of the last minutes. */
  errors: number | undefined;
  /** Bytes and cores of one pod. */
  memory: number | undefined;
  cpu: number | undefined;
}

export interface Figures {
  main: Side;
  canary: Side;
}

export function* compare(
  clusterId: string,
  { name, namespace }: { name: string; namespace: string },
): FlowRun<Figures> {
  return {
    main: yield* side(clusterId, namespace, name),
    canary: yield* side(clusterId, namespace, `${name}${CANARY}`),
  };
}

function* side(clusterId: string, namespace: string, name: string): FlowRun<Side> {
  // Pods of a Deployment have two parts behind its name, so those of the canary are not among those of the other.
  const pods = `namespace=${JSON.stringify(namespace)},pod=~${JSON.stringify(`${name}-[a-z0-9]+-[a-z0-9]{5}`)}`;
  const errors = `sum(rate(http_requests_total{${pods},code=~"5.."}[5m])) / sum(rate(http_requests_total{${pods}}[5m]))`;
  return {
    status: yield* quietly(clusterId, 'k8s_workload_status', { kind: 'Deployment', namespace, name }, status),
    errors: yield* number(clusterId, errors),
    memory: yield* number(clusterId, `avg(sum by (pod) (container_memory_working_set_bytes{${pods},container!=""}))`),
    cpu: yield* number(
      clusterId,
      `avg(sum by (pod) (rate(container_cpu_usage_seconds_total{${pods},container!=""}[2m])))`,
    ),
  };
}

function* number(clusterId: string, promql: string): FlowRun<number | undefined> {
  const found = yield* quietly(clusterId, 'metrics_query', { promql }, samples);
  const value = found?.series[0]?.points.at(-1)?.[1];
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

/** What could not be read is unknown, not an end. */
function* quietly<Of extends z.ZodType>(
  clusterId: string,
  tool: string,
  args: Record<string, string>,
  of: Of,
): FlowRun<z.output<Of> | undefined> {
  try {
    const parsed = of.safeParse(yield* read(tool, { clusterId, ...args }));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof FlowError && error.code !== 'ENDED') return undefined;
    throw error;
  }
}

/** `41 s`, `12 min`, `3 h`, `9 d`: whole ones, so that two can be compared at a glance. */
function spanText(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

export function figuresTable({ main, canary }: Pair, figures: Figures, { t }: FlowContext): Block[] {
  const unknown = t('deliver.figure-unknown');
  const image = (object: Pair['main']) => {
    const template = templateOf(object);
    return (template && containersOf(template.spec)[0]?.image) ?? '';
  };
  const both = (of: (side: Side) => string | undefined) => [of(figures.main) ?? unknown, of(figures.canary) ?? unknown];
  const rows = [
    ['image', image(main), image(canary)],
    ['ready', ...both(({ status: is }) => is && `${is.ready}/${is.desired}`)],
    ['restarts', ...both(({ status: is }) => is && `${is.restartsSince}`)],
    ['stable', ...both(({ status: is }) => is && spanText(is.stableSeconds))],
    ['errors', ...both(({ errors }) => (errors === undefined ? undefined : `${Math.round(errors * 10_000) / 100} %`))],
    ['memory', ...both(({ memory }) => (memory === undefined ? undefined : amountText(memory, 'memory')))],
    ['cpu', ...both(({ cpu }) => (cpu === undefined ? undefined : amountText(cpu, 'cpu')))],
  ];
  return [
    {
      type: 'table',
      caption: t('deliver.canary-figures'),
      head: ['', main.metadata.name, canary.metadata.name],
      rows: rows.map(([key = '', ...cells]) => [t(`deliver.figure-${key}`), ...cells]),
    },
  ];
}
