import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Facts } from '../../../src/health/types.ts';
import { POD_STATE } from '../pod-state.ts';
import type { AcceptedRestarts } from './drain.ts';
import { canGrow, keepsFloor, survivesLoss } from './gates-after.ts';
import { isComplete, isLow, isOurs, isStill, LOW_USE, type LowUse, requestedShares } from './gates-before.ts';
import { hasHeadroom, hasRoomToGrow } from './gates-use.ts';
import { describeBlockers, describeHomeless, describeMoves } from './moves.ts';
import type { PoolOfNodes } from './pools.ts';
import { failed, type Judged, passed, unknown } from './texts.ts';
import { forkOf, type Removal, type Trial, takeAway, torn, trialOf } from './trial.ts';
import { type NodeUse, nodeUses } from './use.ts';
import type { UsagePerPod } from './world.ts';

/** Looks for the most nodes of a pool that can go, and for what stands in the way where none can. */

export interface SearchOptions {
  low?: LowUse;
  accepted?: AcceptedRestarts;
  /** What a pod of a workload uses, for those that request nothing. */
  usage?: UsagePerPod;
  /** Nodes that one plan takes at the most. */
  most?: number;
}

export interface Found {
  pool: PoolOfNodes;
  gates: Judged[];
  /** Indices of the nodes that this is about; to be removed where every gate passed. */
  nodes: number[];
  /** Where the pods would go. */
  moves: string[];
  /** How many nodes of the pool are enough, as far as was looked. */
  smallest: number;
}

/** The same for every pool of a cluster. */
export interface Ground {
  facts: Facts;
  survey: Survey;
  /** G0 and G2. */
  complete: Judged;
  still: Judged;
  /** Nothing taken away yet. */
  base: Trial;
  shares: number[];
  useOf: (node: string) => NodeUse | undefined;
  options: Required<Pick<SearchOptions, 'low' | 'accepted' | 'most'>> & SearchOptions;
}

const MOST_NODES = 10;
const MOST_FAILURES = 24;
/** Nodes taken away on paper; a pool that can lose more is looked at again once these are gone. */
const MOST_LOOKED = 40;
const MOST_ALTERNATIVES = 8;

export function groundOf(facts: Facts, survey: Survey, options: SearchOptions = {}): Ground {
  const isHolding = (pod: number) => ((survey.pods.state[pod] ?? 0) & POD_STATE.ended) === 0;
  const { accepted = new Set<string>(), usage } = options;
  return {
    facts,
    survey,
    complete: isComplete(facts, survey),
    still: isStill(facts, survey),
    base: trialOf(facts, survey, { accepted, ...(usage && { usage }) }),
    shares: requestedShares(survey, isHolding),
    useOf: nodeUses(facts),
    options: { low: LOW_USE, accepted, most: MOST_NODES, ...options },
  };
}

/** The plan for a pool: the nodes that may go together, or the candidate that comes furthest with the gate it fails at. */
export function searchPool(ground: Ground, pool: PoolOfNodes): Found {
  const candidates = candidatesOf(ground, pool);
  const order = removableInOrder(ground, candidates);
  const enough = mostThatPass(ground, pool, order);
  if (enough > 0) {
    const size = Math.min(enough, ground.options.most);
    const tried = attempt(ground, pool, order.slice(0, size));
    if (isSafe(tried.gates)) return { ...tried, smallest: pool.nodes.length - enough };
  }
  const alone = (candidates.length > 0 ? candidates : leastReserved(ground, pool)).slice(0, MOST_ALTERNATIVES);
  const tries = alone.map((node) => attempt(ground, pool, [node]));
  const safe = tries.find(({ gates }) => isSafe(gates));
  if (safe) return { ...safe, smallest: pool.nodes.length - 1 };
  const [furthest] = tries.toSorted((a, b) => progress(b.gates) - progress(a.gates));
  if (furthest) return furthest;
  const gates = [...before(ground, pool, []), failed('G3', 'none-open')];
  return { pool, gates, nodes: [], moves: [], smallest: pool.nodes.length };
}

const isSafe = (gates: readonly Judged[]) => gates.every(({ state }) => state === 'passed');
const progress = (gates: readonly Judged[]) => {
  const at = gates.findIndex(({ state }) => state === 'failed');
  return at < 0 ? gates.length : at;
};

/** Open nodes of the pool that are hardly used, the one with the least on it first. */
function candidatesOf(ground: Ground, pool: PoolOfNodes): number[] {
  return leastReserved(ground, pool).filter((node) => lowGate(ground, node).state === 'passed');
}

function leastReserved({ survey, shares }: Ground, { nodes }: PoolOfNodes): number[] {
  const open = nodes.filter((node) => survey.nodes[node]?.ready && !survey.nodes[node]?.cordoned);
  return open.toSorted((a, b) => (shares[a] ?? 0) - (shares[b] ?? 0) || a - b);
}

function lowGate({ survey, shares, useOf, options }: Ground, node: number): Judged {
  const name = survey.nodes[node]?.name ?? '';
  return isLow(name, { use: useOf(name), requested: shares[node] ?? 1 }, options.low);
}

/** Candidates in the order in which they can be emptied one after the other. */
function removableInOrder(ground: Ground, candidates: readonly number[]): number[] {
  if (candidates.length === 0) return [];
  const trial = forkOf(ground.base);
  let failures = 0;
  for (const node of candidates) {
    if (failures >= MOST_FAILURES || trial.removed.length >= MOST_LOOKED) break;
    if (!takeAway(trial, node).ok) failures += 1;
  }
  return trial.removed;
}

/** The longest beginning of the order that passes every gate, found by halving. */
function mostThatPass(ground: Ground, pool: PoolOfNodes, order: readonly number[]): number {
  if (!isSafe(before(ground, pool, []))) return 0;
  const passes = (count: number) => isSafe(attempt(ground, pool, order.slice(0, count)).gates);
  if (order.length === 0 || passes(order.length)) return order.length;
  let [good, bad] = [0, order.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (passes(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** G0 to G3 for these nodes. */
function before(ground: Ground, pool: PoolOfNodes, nodes: readonly number[]): Judged[] {
  const low = nodes.map((node) => lowGate(ground, node));
  const worst = low.find(({ state }) => state !== 'passed') ?? low.at(-1);
  return [ground.complete, isOurs(pool, ground.survey), ground.still, ...(worst ? [worst] : [])];
}

/** Every gate for taking just these nodes away together, in this order. */
function attempt(ground: Ground, pool: PoolOfNodes, nodes: readonly number[]): Found {
  return judgeNodes(ground, pool, nodes).found;
}

/** The same, with the trial that shows where everything would be. */
export function judgeNodes(
  ground: Ground,
  pool: PoolOfNodes,
  nodes: readonly number[],
): { found: Found; trial: Trial } {
  const trial = forkOf(ground.base);
  let refused: Exclude<Removal, { ok: true }> | undefined;
  for (const node of nodes) {
    const removal = takeAway(trial, node);
    if (!removal.ok) refused ??= removal;
  }
  const gates = [...before(ground, pool, nodes), ...simulated(trial, pool, refused), passed('G11')];
  const smallest = pool.nodes.length - nodes.length;
  return { found: { pool, gates, nodes: [...nodes], moves: describeMoves(trial), smallest }, trial };
}

function simulated(trial: Trial, pool: PoolOfNodes, refused: Exclude<Removal, { ok: true }> | undefined): Judged[] {
  const placing = placingGate(trial, refused);
  const drain = refused?.gate === 'G4' ? describeBlockers(refused.blockers) : passed('G4', { pods: trial.moved.size });
  if (refused || placing.state !== 'passed') {
    const later = ['G6', 'G7', 'G8', 'G9', 'G10'].map((id) => unknown(id, 'not-asked'));
    return [drain, placing, ...later];
  }
  return [
    drain,
    placing,
    hasHeadroom(trial, pool),
    survivesLoss(trial),
    canGrow(trial),
    keepsFloor(trial, pool.nodes),
    hasRoomToGrow(trial, pool),
  ];
}

function placingGate(trial: Trial, refused: Exclude<Removal, { ok: true }> | undefined): Judged {
  if (trial.waiting) return describeHomeless(trial, trial.waiting, 'waiting');
  if (refused?.gate === 'G5') return describeHomeless(trial, refused, 'no-place');
  if (refused) return unknown('G5', 'not-asked');
  const item = torn(trial);
  return item ? describeHomeless(trial, { item, why: 'spread' }, 'no-place') : passed('G5', { pods: trial.moved.size });
}
