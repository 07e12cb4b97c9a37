import type { MetricAnswer, MetricRow } from '../../../src/health/types.ts';
import { levelOf } from './level.ts';
import { scoped } from './scoped.ts';
import type { Level, Signal } from './signal.ts';

/** What is sent for a signal, at most two queries, and how their answers are read. */

/** Rows of a signal that are asked for; more are only counted. */
const MOST_ROWS = 100;
/** Rows of what feeds advice, where every object counts. */
export const MOST_INPUTS = 2000;
/** Tells a count from a row. No exporter has such a label. */
export const TALLY = 'k8s_copilot';

export interface SignalQueries {
  /** The worst rows first and, where a part only is asked for, how many there are in all. */
  rows: string;
  most: number;
  /** How many there are and how many are bad: needed when `rows` came back full. */
  counts: string;
  /** The bad ones over a time: how long a trouble with a grace time lasts. Absent where it counts at once. */
  history?: string;
}

const tally = (name: string, counted: string) =>
  `label_replace(count(${counted}), "${TALLY}", "${name}", "${TALLY}", "")`;

/** The queries of a signal; `matcher`, such as `cluster="prod"`, is for a Prometheus that several clusters share. */
export function queriesOf(signal: Signal, matcher?: string): SignalQueries {
  const { promql, levels, over } = signal;
  const last = levels.at(-1);
  if (!last)
    return { rows: scoped(promql, matcher), most: MOST_INPUTS, counts: scoped(tally('total', promql), matcher) };
  const worst = `${last.op.startsWith('<') ? 'bottomk' : 'topk'}(${MOST_ROWS}, ${promql})`;
  const bad = badOf(promql, levels);
  return {
    rows: scoped(over === undefined ? worst : `${worst} or ${tally('total', over)}`, matcher),
    most: MOST_ROWS + 1,
    counts: scoped(`${tally('total', over ?? promql)} or ${tally('bad', bad)}`, matcher),
    ...(signal.graceMs > 0 && { history: scoped(`topk(${MOST_ROWS}, ${bad})`, matcher) }),
  };
}

/** By the mildest line; those for some rows only are told apart by `levelOf`. */
function badOf(promql: string, levels: readonly Level[]): string {
  const { op } = levels.at(-1) ?? { op: '>' };
  const values = levels.map(({ value }) => value);
  return `((${promql}) ${op} ${op.startsWith('<') ? Math.max(...values) : Math.min(...values)})`;
}

/** What the first query tells; `full` when the counts have to be asked for, too. */
export function readRows(signal: Signal, given: readonly MetricRow[]): { answer: Known; full: boolean } {
  const counted = given.find(({ labels }) => labels[TALLY] === 'total')?.value;
  const rows = given.filter(({ labels, value }) => labels[TALLY] === undefined && !Number.isNaN(value));
  if (signal.levels.length === 0) return { answer: { total: rows.length, bad: 0, rows }, full: false };
  const bad = rows.filter((row) => levelOf(signal, row) !== undefined);
  const total = signal.over === undefined ? rows.length : Math.max(counted ?? 0, bad.length);
  return { answer: { total, bad: bad.length, rows: bad }, full: rows.length >= MOST_ROWS };
}

type Known = Extract<MetricAnswer, { total: number }>;

/** The same with the counts of all. */
export function withCounts(answer: Known, given: readonly MetricRow[]): Known {
  const of = (name: string) => given.find(({ labels }) => labels[TALLY] === name)?.value ?? 0;
  const bad = answer.bad < MOST_ROWS ? answer.bad : Math.max(answer.bad, of('bad'));
  return { ...answer, bad, total: Math.max(of('total'), bad) };
}

const SAMPLED = /\[(\d+)([smhdw]):(\d+)([smhdw])\]/g;
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** How many times an instant query makes Prometheus evaluate a series: the steps of its longest subquery. */
export function evaluations(promql: string): number {
  const steps = [...promql.matchAll(SAMPLED)].map(
    ([, long, unit = 's', short, by = 's']) =>
      (Number(long) * (SECONDS[unit] ?? 1)) / (Number(short) * (SECONDS[by] ?? 1)),
  );
  return Math.max(1, ...steps);
}
