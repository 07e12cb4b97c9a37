import type { Advice, Facts, Finding, ReportChart } from '../../../src/health/types.ts';
import type { UsageSketches } from '../../../src/health/usage/types.ts';
import { costCharts, firingChart, type NamespaceCost } from './money.ts';
import type { Words } from './parts.ts';
import { poolCharts } from './pools.ts';
import { scoreChart } from './score.ts';
import { daysToFullChart } from './volumes.ts';
import { overRequestedCharts, restartCharts } from './workloads.ts';

/** What charts are made of. Whatever is absent or empty leaves its chart out. */
export interface ChartInputs {
  facts: Facts;
  findings: readonly Finding[];
  advice: readonly Advice[];
  /** Scores of earlier reports of the cluster, and this one's. */
  history: readonly { at: number; score: number }[];
  /** Incidents and changes. */
  marks?: readonly { at: number; name: string }[];
  firing?: readonly { name: string; minutes: number }[];
  costs?: readonly NamespaceCost[];
  usage?: UsageSketches;
}

/** The charts of a report, in the order in which they are shown. Nothing is drawn that was not measured. */
export function chartsOf(inputs: ChartInputs, words: Words): ReportChart[] {
  const { facts, findings, advice, history, marks = [], firing = [], costs = [], usage } = inputs;
  return [
    scoreChart({ now: facts.now, history, marks, findings }, words),
    ...poolCharts(facts, words),
    ...overRequestedCharts({ facts, advice, ...(usage && { usage }) }, words),
    ...restartCharts(facts.curves, words),
    daysToFullChart(facts.curves, words),
    firingChart(firing, words),
    ...costCharts(costs, words),
  ].filter((chart) => chart !== undefined);
}
