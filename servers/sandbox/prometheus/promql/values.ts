import type { Expr } from './ast.ts';
import type { Budget } from './budget.ts';
import { ExecutionError } from './errors.ts';
import type { Interner, Labels } from './labels.ts';
import type { MetricSource } from './source.ts';

/** One element of an instant vector. */
export interface Element {
  labels: Labels;
  value: number;
}

/** The samples `from` (inclusive) to `to` (exclusive) of a series: those after `start` and up to `end`. */
export interface Window {
  labels: Labels;
  times: Float64Array;
  values: Float64Array;
  from: number;
  to: number;
  start: number;
  end: number;
}

/** Evaluation times: `start`, `start + step`, … up to `end`. Milliseconds. */
export interface Grid {
  start: number;
  end: number;
  step: number;
}

/** What is the same for all parts of one query. */
export interface Query {
  source: MetricSource;
  interner: Interner;
  budget: Budget;
  /** What `@ start()` and `@ end()` mean. */
  start: number;
  end: number;
  /** The earliest time that any part looks at. */
  earliest: number;
  lookback: number;
  /** The step of a subquery that names none. */
  defaultStep: number;
}

/** An expression whose data is loaded: its value at an evaluation time of the grid, asked for in ascending order. */
export type At<T> = (time: number) => T;

/** Loads what expressions need on one grid. */
export interface Compiler {
  grid: Grid;
  query: Query;
  scalar(expr: Expr): Promise<At<number>>;
  vector(expr: Expr): Promise<At<Element[]>>;
  range(expr: Expr): Promise<At<Window[]>>;
}

/** The elements, or an ExecutionError when two have the same labels. */
export function unique(elements: Element[]): Element[] {
  if (elements.length < 2) return elements;
  if (new Set(elements.map(({ labels }) => labels)).size < elements.length)
    throw new ExecutionError('vector cannot contain metrics with the same labelset');
  return elements;
}
