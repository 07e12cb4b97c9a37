import { z } from 'zod';
import type { Grid } from '../../../flows/health-report/metrics/grid.ts';
import { evaluations } from '../../../flows/health-report/metrics/queries.ts';
import type { MetricRow } from '../../health/types.ts';
import type { JsonObject, ToolResult } from '../../tools/types.ts';

/** Questions to one Prometheus that do it no harm: two at a time, each and all of them within a time, and no more once it does not answer. */

export interface AskerOptions {
  read(tool: string, args: JsonObject): Promise<ToolResult>;
  clusterId: string;
  clock: () => number;
  /** For all questions together. */
  budgetMs: number;
  signal?: AbortSignal;
}

interface Points {
  labels: Record<string, string>;
  /** Epoch milliseconds. */
  points: [number, number][];
}

type Answered<T> =
  | { ok: true; rows: T[]; truncated: boolean }
  | { ok: false; why: string; kind: 'absent' | 'lost'; timeout: boolean };

export interface Asker {
  instant(promql: string, most: number, at?: number): Promise<Answered<MetricRow>>;
  range(promql: string, grid: Grid, most: number): Promise<Answered<Points>>;
  /** What was asked so far. */
  asked(): { queries: number; samples: number };
}

const SECONDS_EACH = 20;
const SILENT = 3;
const AT_ONCE = 2;

const answer = z.object({
  series: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      points: z.array(z.tuple([z.number(), z.union([z.number(), z.string()])])),
    }),
  ),
  truncated: z.boolean(),
});
type Series = z.infer<typeof answer>['series'][number];

export function createAsker({ read, clusterId, clock, budgetMs, signal }: AskerOptions): Asker {
  const until = clock() + budgetMs;
  const enter = gate(AT_ONCE);
  let silent = 0;
  let queries = 0;
  let samples = 0;

  const stopped = (): string | undefined => {
    signal?.throwIfAborted();
    if (silent >= SILENT) return `Prometheus did not answer ${SILENT} times in a row, so it was left alone`;
    return clock() >= until ? `the ${Math.round(budgetMs / 1000)} seconds for questions were over` : undefined;
  };

  async function ask(tool: string, args: JsonObject, steps: number): Promise<Answered<Series>> {
    const leave = await enter();
    try {
      const why = stopped();
      if (why !== undefined) return { ok: false, why, kind: 'lost', timeout: false };
      queries += 1;
      const timeoutSeconds = Math.max(1, Math.min(SECONDS_EACH, Math.ceil((until - clock()) / 1000)));
      const result = await read(tool, { clusterId, timeoutSeconds, ...args });
      if (!result.ok) {
        const failed = failure(result.error);
        silent = failed.timeout ? silent + 1 : 0;
        return failed;
      }
      silent = 0;
      const parsed = answer.safeParse(result.data);
      if (!parsed.success) return { ok: false, why: 'the answer is not as promised', kind: 'lost', timeout: false };
      const { series, truncated } = parsed.data;
      samples += steps * Math.max(1, series.length);
      return { ok: true, rows: series, truncated };
    } finally {
      leave();
    }
  }

  return {
    async instant(promql, most, at) {
      const args = { promql, maxSeries: most, ...(at !== undefined && { time: at / 1000 }) };
      const found = await ask('metrics_query', args, evaluations(promql));
      if (!found.ok) return found;
      const rows = found.rows.map(({ metric, points }) => ({ labels: metric, value: numberOf(points.at(-1)?.[1]) }));
      return { ...found, rows };
    },
    async range(promql, { start, end, step }, most) {
      const points = Math.floor((end - start) / step) + 1;
      const steps = points * evaluations(promql);
      const found = await ask(
        'metrics_query_range',
        { promql, start, end, step, maxSeries: most, maxPoints: points },
        steps,
      );
      if (!found.ok) return found;
      const rows = found.rows.map(({ metric, points: given }) => ({
        labels: metric,
        points: given.map(([at, value]): [number, number] => [Math.round(at * 1000), numberOf(value)]),
      }));
      return { ...found, rows };
    },
    asked: () => ({ queries, samples }),
  };
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats */
function numberOf(value: string | number | undefined): number {
  if (value === '+Inf') return Number.POSITIVE_INFINITY;
  if (value === '-Inf') return Number.NEGATIVE_INFINITY;
  return value === undefined ? Number.NaN : Number(value);
}

function failure({ code, message }: { code: string; message: string }): Extract<Answered<never>, { ok: false }> {
  const absent = /^(not_?configured|not_?found|unknown_tool)$/i.test(code);
  return { ok: false, why: `${code}: ${message}`, kind: absent ? 'absent' : 'lost', timeout: /^timeout$/i.test(code) };
}

/** Lets so many in at a time; who is in gives the place back. */
function gate(places: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  };
}
