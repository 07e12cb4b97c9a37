import type { Aggregation } from './ast.ts';
import { ExecutionError } from './errors.ts';
import { sortByValue } from './instant-functions.ts';
import { type Labels, onlyLabels, remember, withoutLabels } from './labels.ts';
import { formatValue } from './literals.ts';
import { createSum, quantile, variance } from './numbers.ts';
import type { At, Compiler, Element } from './values.ts';

type Fold = (values: readonly number[], parameter: number) => number;

function sum(values: readonly number[]): number {
  const total = createSum();
  for (const value of values) total.add(value);
  return total.total();
}

const extreme =
  (better: (a: number, b: number) => boolean): Fold =>
  (values) =>
    values.reduce((best, value) => (better(value, best) || Number.isNaN(best) ? value : best), Number.NaN);

/** The aggregations that make one value of a group. */
const folds: Record<string, Fold> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: extreme((a, b) => a < b),
  max: extreme((a, b) => a > b),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: (values) => variance(values),
  quantile: (values, q) => quantile(q, values),
};

/** https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators */
export async function compileAggregation(compiler: Compiler, node: Aggregation): Promise<At<Element[]>> {
  const { intern } = compiler.query.interner;
  const elements = await compiler.vector(node.expr);
  const groupOf = remember((labels: Labels) =>
    intern(node.without ? withoutLabels(labels, ['__name__', ...node.grouping]) : onlyLabels(labels, node.grouping)),
  );
  if (node.operator === 'count_values') return compileCountValues(compiler, node, { elements, groupOf });
  const parameter = node.parameter ? await compiler.scalar(node.parameter) : () => 0;
  const grouped = (time: number) => groupBy(elements(time), groupOf);
  if (node.operator === 'topk' || node.operator === 'bottomk') {
    const direction = node.operator === 'topk' ? -1 : 1;
    return (time) => {
      const limit = parameter(time);
      if (Number.isNaN(limit)) throw new ExecutionError('Scalar value NaN overflows int64');
      return [...grouped(time).values()].flatMap((group) => sortByValue(group, direction).slice(0, Math.max(0, limit)));
    };
  }
  const fold = folds[node.operator] ?? sum;
  return foldGroups(elements, groupOf, (values, time) => fold(values, parameter(time)));
}

/** One value a group; the lists of values are kept from one evaluation time to the next. */
function foldGroups(
  elements: At<Element[]>,
  groupOf: (labels: Labels) => Labels,
  fold: (values: readonly number[], time: number) => number,
): At<Element[]> {
  const groups = new Map<Labels, { labels: Labels; values: number[] }>();
  const groupFor = remember((labels: Labels) => {
    const key = groupOf(labels);
    const group = groups.get(key) ?? { labels: key, values: [] };
    groups.set(key, group);
    return group;
  });
  return (time) => {
    const filled = new Set<{ labels: Labels; values: number[] }>();
    for (const { labels, value } of elements(time)) {
      const group = groupFor(labels);
      if (group.values.length === 0) filled.add(group);
      group.values.push(value);
    }
    return Array.from(filled, ({ labels, values }) => {
      const value = fold(values, time);
      values.length = 0;
      return { labels, value };
    });
  };
}

function groupBy(elements: readonly Element[], groupOf: (labels: Labels) => Labels): Map<Labels, Element[]> {
  const groups = new Map<Labels, Element[]>();
  for (const element of elements) {
    const key = groupOf(element.labels);
    const group = groups.get(key);
    if (group) group.push(element);
    else groups.set(key, [element]);
  }
  return groups;
}

function compileCountValues(
  { query }: Compiler,
  { parameter }: Aggregation,
  { elements, groupOf }: { elements: At<Element[]>; groupOf: (labels: Labels) => Labels },
): At<Element[]> {
  const label = parameter?.kind === 'string' ? parameter.value : '';
  return (time) => {
    const counted = elements(time).map(({ labels, value }) => ({
      value,
      labels: query.interner.intern({ ...groupOf(labels), [label]: formatValue(value) }),
    }));
    return [...groupBy(counted, (labels) => labels)].map(([labels, group]) => ({ labels, value: group.length }));
  };
}
