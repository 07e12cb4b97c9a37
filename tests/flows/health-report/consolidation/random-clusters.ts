import { adviseRemovals } from '../../../../flows/health-report/consolidation/advise.ts';
import { forkOf, type Trial, takeAway, torn, trialOf } from '../../../../flows/health-report/consolidation/trial.ts';
import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { randomCluster, type Size } from '../../../support/clusters.ts';
import { randomOf } from '../../../support/random.ts';
import { autoscalerRemoves, judgeRemoval } from './oracle.ts';
import { factsOf, words } from './support.ts';

/** Runs the planner and the oracle over random clusters and counts where they agree. */

export interface Tally {
  clusters: number;
  safe: number;
  /** Seeds at which the planner said SAFE and was wrong, with why. */
  wrong: string[];
  lossesTried: number;
  /** Nodes that Cluster Autoscaler would take away, and how many of them the planner would: on the same question, and with every gate. */
  autoscaler: number;
  placed: number;
  allGates: number;
}

const SMALL: Size = { nodes: [2, 5], pods: 14, rules: 0.25, fill: 0.3 };
const MIDDLE: Size = { nodes: [3, 10], pods: 60, rules: 0.12, fill: 0.3 };
const LARGE: Size = { nodes: [10, 30], pods: 400, rules: 0.05, fill: 0.3 };

export function tallyOf(
  count: number,
  { from = 0, largeEvery = 50 }: { from?: number; largeEvery?: number } = {},
): Tally {
  const tally: Tally = { clusters: 0, safe: 0, wrong: [], lossesTried: 0, autoscaler: 0, placed: 0, allGates: 0 };
  for (let seed = from; seed < from + count; seed += 1) {
    const size = seed % largeEvery === largeEvery - 1 ? LARGE : seed % 3 === 0 ? MIDDLE : SMALL;
    const survey = randomCluster(randomOf(seed), size);
    tally.clusters += 1;
    if (survey.pods.node.every((node) => node < 0)) continue;
    checkAdvice(tally, survey, seed);
    if (size !== LARGE) compare(tally, survey);
  }
  return tally;
}

function trialFor(survey: Survey): Trial {
  return trialOf(factsOf(survey), survey, { accepted: 'all' });
}

function checkAdvice(tally: Tally, survey: Survey, seed: number): void {
  for (const { verdict, proposal } of adviseRemovals(factsOf(survey), words, { accepted: 'all' })) {
    if (verdict !== 'SAFE' || proposal?.kind !== 'remove-nodes') continue;
    tally.safe += 1;
    const nodes = proposal.nodes.map((name) => survey.nodes.findIndex((node) => node.name === name));
    const trial = trialFor(survey);
    const taken = nodes.every((node) => takeAway(trial, node).ok);
    const { unsafe, lossesTried } = judgeRemoval(survey, nodes, [...trial.state.nodeOf]);
    tally.lossesTried += lossesTried;
    if (!taken || unsafe !== undefined) tally.wrong.push(`seed ${seed}, ${proposal.nodes}: ${unsafe}`);
  }
}

/** Node by node, from the same beginning. */
function compare(tally: Tally, survey: Survey): void {
  const base = trialFor(survey);
  const wanted = survey.nodes.flatMap((_, node) => (autoscalerRemoves(survey, node) ? [node] : []));
  for (const node of wanted) {
    const trial = forkOf(base);
    tally.autoscaler += 1;
    if (!trial.waiting && takeAway(trial, node).ok && !torn(trial)) tally.placed += 1;
  }
  const [first] = wanted;
  if (first === undefined) return;
  const advice = adviseRemovals(factsOf(survey), words, { accepted: 'all', most: survey.nodes.length });
  const going = advice.flatMap(({ proposal }) => (proposal?.kind === 'remove-nodes' ? proposal.nodes : []));
  tally.allGates += Math.min(wanted.length, going.length);
}
