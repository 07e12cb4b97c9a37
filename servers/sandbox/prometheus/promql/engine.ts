import type { Expr } from './ast.ts';
import { createBudget } from './budget.ts';
import { checkTypes } from './check.ts';
import { collect, createCompiler } from './compile.ts';
import { ParseError } from './errors.ts';
import { createInterner, labelKey } from './labels.ts';
import { parse } from './parse.ts';
import { earliestOf } from './reach.ts';
import type { MetricSource, Series } from './source.ts';
import type { Element, Grid, Query } from './values.ts';

/** What a query came to, in the four shapes of Prometheus' API. */
export type Result =
  | { type: 'scalar'; time: number; value: number }
  | { type: 'string'; time: number; value: string }
  | { type: 'vector'; time: number; elements: Element[] }
  | { type: 'matrix'; series: Series[] };

export interface EngineOptions {
  source: MetricSource;
  /** Real milliseconds a query may take; default 20,000. */
  timeoutMs?: number;
  maxSamples?: number;
  /** Real time in milliseconds; default the process's. */
  clock?: () => number;
}

/** How old a sample may be and still count, as `--query.lookback-delta`. */
const LOOKBACK_MS = 300_000;
/** The step of a subquery without one: Prometheus' default evaluation interval. */
const DEFAULT_STEP_MS = 60_000;

/** The value of an expression at one time, epoch milliseconds. Throws ParseError, ExecutionError, TimeoutError. */
export async function queryInstant(options: EngineOptions, text: string, time: number): Promise<Result> {
  const expr = parse(text);
  const compiler = createCompiler(
    { start: time, end: time, step: 1 },
    queryOf(options, expr, { start: time, end: time }),
  );
  switch (checkTypes(expr)) {
    case 'string':
      return { type: 'string', time, value: stringOf(expr) };
    case 'scalar':
      return { type: 'scalar', time, value: (await compiler.scalar(expr))(time) };
    case 'instant vector':
      return { type: 'vector', time, elements: (await compiler.vector(expr))(time) };
    case 'range vector': {
      const windows = (await compiler.range(expr))(time);
      const series = windows.map(({ labels, times, values, from, to }) => ({
        labels,
        times: times.slice(from, to),
        values: values.slice(from, to),
      }));
      return { type: 'matrix', series: byLabels(series) };
    }
  }
}

/** The values of an expression at each time of a grid, as series ordered by their labels. */
export async function queryRange(options: EngineOptions, text: string, grid: Grid): Promise<Result> {
  const expr = parse(text);
  const type = checkTypes(expr);
  if (type !== 'scalar' && type !== 'instant vector')
    throw new ParseError(`invalid expression type "${type}" for range query, must be Scalar or instant Vector`);
  const query = queryOf(options, expr, grid);
  const compiler = createCompiler(grid, query);
  if (type === 'instant vector') {
    return { type: 'matrix', series: byLabels(await collect(await compiler.vector(expr), grid, query)) };
  }
  const scalar = await compiler.scalar(expr);
  const labels = query.interner.intern({});
  return { type: 'matrix', series: await collect((time) => [{ labels, value: scalar(time) }], grid, query) };
}

function queryOf(
  { source, timeoutMs = 20_000, ...limits }: EngineOptions,
  expr: Expr,
  { start, end }: Pick<Grid, 'start' | 'end'>,
): Query {
  const budget = createBudget({ timeoutMs, ...limits });
  return {
    source,
    budget,
    interner: createInterner(),
    start,
    end,
    earliest: earliestOf(expr, start, { start, end, lookback: LOOKBACK_MS }),
    lookback: LOOKBACK_MS,
    defaultStep: DEFAULT_STEP_MS,
  };
}

const stringOf = (expr: Expr): string => (expr.kind === 'string' ? expr.value : '');

function byLabels(series: Series[]): Series[] {
  const keyed = series.map((one) => ({ one, key: labelKey(one.labels) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ one }) => one);
}
