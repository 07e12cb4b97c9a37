import { compileAggregation } from './aggregate.ts';
import type { Binary, Expr } from './ast.ts';
import { compileMixed, compileScalars, compileVectors } from './binary.ts';
import { compileCall, compileScalarCall } from './calls.ts';
import { checkTypes } from './check.ts';
import { ExecutionError } from './errors.ts';
import type { Labels } from './labels.ts';
import { selectInstant, selectRange, selectSubquery } from './selectors.ts';
import type { Series } from './source.ts';
import { type At, type Compiler, type Element, type Grid, type Query, unique, type Window } from './values.ts';

/** Loads the data of expressions for one grid; what comes out answers at each of its times. */
export function createCompiler(grid: Grid, query: Query): Compiler {
  const compiler: Compiler = {
    grid,
    query,
    scalar: (expr) => compileScalar(compiler, expr),
    vector: (expr) => compileVector(compiler, expr),
    range: (expr) => compileRange(compiler, expr),
  };
  return compiler;
}

async function compileScalar(compiler: Compiler, expr: Expr): Promise<At<number>> {
  switch (expr.kind) {
    case 'number':
      return () => expr.value;
    case 'paren':
      return compileScalar(compiler, expr.expr);
    case 'negation': {
      const inner = await compileScalar(compiler, expr.expr);
      return (time) => -inner(time);
    }
    case 'call':
      return compileScalarCall(compiler, expr);
    case 'binary':
      return compileScalars(compiler, expr);
    default:
      throw new ExecutionError(`unexpected ${expr.kind} where a scalar is expected`);
  }
}

async function compileVector(compiler: Compiler, expr: Expr): Promise<At<Element[]>> {
  switch (expr.kind) {
    case 'selector':
      return selectInstant(compiler, expr);
    case 'paren':
      return compileVector(compiler, expr.expr);
    case 'negation':
      return negate(compiler, expr.expr);
    case 'call':
      return compileCall(compiler, expr);
    case 'aggregation':
      return compileAggregation(compiler, expr);
    case 'binary':
      return compileBinary(compiler, expr);
    default:
      throw new ExecutionError(`unexpected ${expr.kind} where an instant vector is expected`);
  }
}

async function compileRange(compiler: Compiler, expr: Expr): Promise<At<Window[]>> {
  if (expr.kind === 'paren') return compileRange(compiler, expr.expr);
  if (expr.kind === 'range') return selectRange(compiler, expr);
  if (expr.kind !== 'subquery') throw new ExecutionError(`unexpected ${expr.kind} where a range vector is expected`);
  return selectSubquery(compiler, expr, async (grid) => {
    const inner = await createCompiler(grid, compiler.query).vector(expr.expr);
    return collect(inner, grid, compiler.query);
  });
}

async function negate(compiler: Compiler, expr: Expr): Promise<At<Element[]>> {
  const { nameless } = compiler.query.interner;
  const inner = await compiler.vector(expr);
  return (time) => unique(inner(time).map(({ labels, value }) => ({ labels: nameless(labels), value: -value })));
}

function compileBinary(compiler: Compiler, node: Binary): Promise<At<Element[]>> {
  if (checkTypes(node.left) === 'scalar') return compileMixed(compiler, node, 'left');
  if (checkTypes(node.right) === 'scalar') return compileMixed(compiler, node, 'right');
  return compileVectors(compiler, node);
}

/** The values of a vector at each time of a grid, as series. */
export async function collect(vector: At<Element[]>, { start, end, step }: Grid, query: Query): Promise<Series[]> {
  const rows = new Map<Labels, { times: number[]; values: number[] }>();
  for (let time = start; time <= end; time += step) {
    const elements = vector(time);
    query.budget.take(elements.length);
    for (const { labels, value } of elements) {
      const row = rows.get(labels) ?? { times: [], values: [] };
      if (row.times.length === 0) rows.set(labels, row);
      row.times.push(time);
      row.values.push(value);
    }
    if (query.budget.due()) await query.budget.breathe();
  }
  return [...rows].map(([labels, { times, values }]) => ({
    labels,
    times: Float64Array.from(times),
    values: Float64Array.from(values),
  }));
}
