import { POD_STATE, type Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import {
  claimsAt,
  findAnyWay,
  type Ground,
  isAllowed,
  isLive,
  isOpen,
  mayRunOn,
  ownerOf,
  type Positions,
  shapeAt,
  volumeOf,
} from '../../../support/plain-scheduler.ts';

/** Says whether taking nodes away is safe by trying every way there is, with nothing of the planner's in it. */

const has = (survey: Survey, pod: number, bit: number) => ((survey.pods.state[pod] ?? 0) & bit) !== 0;

const goesWithNode = (survey: Survey, pod: number) =>
  !isLive(survey, pod) ||
  has(survey, pod, POD_STATE.mirror) ||
  has(survey, pod, POD_STATE.terminating) ||
  ownerOf(survey, pod).kind === 'DaemonSet';

const podsOn = (survey: Survey, node: number) =>
  survey.pods.node.flatMap((at, pod) => (at === node && !goesWithNode(survey, pod) ? [pod] : []));

/** Everything on these nodes that has to move, and what waits for a node. */
export function movedBy(survey: Survey, nodes: readonly number[]): number[] {
  return [...nodes, -1].flatMap((node) => podsOn(survey, node));
}

function budgetsCovering(survey: Survey, pod: number): number[] {
  return survey.budgets.flatMap(({ namespace, selector, workloads }, index) => {
    const labels = shapeAt(survey, pod).labels;
    const selects = selector && Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
    const isOurs = namespace === ownerOf(survey, pod).namespace;
    return isOurs && (selects || workloads.includes(survey.pods.workload[pod] ?? -1)) ? [index] : [];
  });
}

const CA = 'cluster-autoscaler.kubernetes.io';

/** Why Cluster Autoscaler would not evict all of these pods; undefined where it would. */
export function undrainable(survey: Survey, node: number, left: number[]): string | undefined {
  if (survey.nodes[node]?.annotations[`${CA}/scale-down-disabled`] === 'true') return 'annotation';
  for (const pod of podsOn(survey, node)) {
    const { annotations, emptyDirs, hostPaths } = shapeAt(survey, pod);
    const covering = budgetsCovering(survey, pod);
    if (annotations[`${CA}/safe-to-evict`] !== 'true') {
      if (ownerOf(survey, pod).kind === 'Pod') return 'bare';
      if (ownerOf(survey, pod).namespace === 'kube-system' && covering.length === 0) return 'system';
      if (annotations[`${CA}/safe-to-evict`] === 'false') return 'not safe';
      if (emptyDirs.length + hostPaths.length > 0) return 'local storage';
    }
    for (const budget of covering) {
      if ((left[budget] ?? 0) < 1) return 'budget';
      left[budget] = (left[budget] ?? 0) - 1;
    }
  }
  return undefined;
}

/** What the planner promises beyond that: no bare pod, no running job, no volume on the node, one budget at the most. */
function stranded(survey: Survey, node: number): string | undefined {
  const bad = podsOn(survey, node).find(
    (pod) =>
      ['Pod', 'Job', 'CronJob'].includes(ownerOf(survey, pod).kind) ||
      budgetsCovering(survey, pod).length > 1 ||
      claimsAt(survey, pod).some((claim) => volumeOf(survey, claim)?.local),
  );
  return bad === undefined ? undefined : `pod ${bad} cannot be moved`;
}

export interface Judgement {
  unsafe?: string;
  /** How many of the losses of a node were tried in every way. */
  lossesTried: number;
}

/** `planned` is where the planner puts the pods; where few move, whether there is any way at all is found out without it. */
export function judgeRemoval(survey: Survey, nodes: readonly number[], planned: Positions): Judgement {
  const left = survey.budgets.map(({ allowed }) => allowed);
  for (const node of nodes) {
    const why = undrainable(survey, node, left) ?? stranded(survey, node);
    if (why !== undefined) return { unsafe: why, lossesTried: 0 };
  }
  const ground: Ground = { survey, ghosts: new Set(nodes), gone: new Set() };
  const context = { moved: movedBy(survey, nodes), before: survey.pods.node };
  const staying = planned.map((at, pod) =>
    nodes.includes(at) || (nodes.includes(survey.pods.node[pod] ?? -1) && !context.moved.includes(pod)) ? -1 : at,
  );
  if (!isAllowed(ground, staying, context)) return { unsafe: 'the planned places are not allowed', lossesTried: 0 };
  if (context.moved.length <= 6 && !findAnyWay(ground, staying, context))
    return { unsafe: 'no way at all', lossesTried: 0 };
  return losses(survey, nodes, staying);
}

/** The largest node by CPU and by memory is lost on top, after the others are gone for good. */
function losses(survey: Survey, nodes: readonly number[], positions: Positions): Judgement {
  const open = survey.nodes.flatMap((_, node) =>
    isOpen({ survey, ghosts: new Set(nodes), gone: new Set() }, node) ? [node] : [],
  );
  const of = (node: number) => survey.nodes[node]?.allocatable ?? { cpu: 0, memory: 0 };
  const most = (by: 'cpu' | 'memory') =>
    open.reduce((best, node) => (of(node)[by] > of(best)[by] ? node : best), open[0] ?? -1);
  let lossesTried = 0;
  for (const lost of new Set([most('cpu'), most('memory')])) {
    const ground: Ground = { survey, ghosts: new Set(), gone: new Set([...nodes, lost]) };
    const moved = positions.flatMap((at, pod) => (at === lost && !goesWithNode(survey, pod) ? [pod] : []));
    const concerned = moved.filter(
      (pod) =>
        ownerOf(survey, pod).kind !== 'Pod' &&
        [...open, ...nodes].some((node) => node !== lost && mayRunOn(survey, pod, node)),
    );
    if (concerned.length > 6) continue;
    lossesTried += 1;
    const after = positions.map((at) => (at === lost ? -1 : at));
    const nobody = positions.map(() => -1);
    if (!findAnyWay(ground, after, { moved: concerned, before: nobody }))
      return { unsafe: `no way when ${survey.nodes[lost]?.name} is lost as well`, lossesTried };
  }
  return { lossesTried };
}

/**
 * Whether Cluster Autoscaler would take the node away: less than half of it requested, every pod evictable, and each finds a place in a
 * simulation that goes through pods and nodes in order.
 * https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#how-does-scale-down-work
 */
export function autoscalerRemoves(survey: Survey, node: number): boolean {
  const { allocatable, ready, cordoned } = survey.nodes[node] ?? {};
  if (!allocatable || !ready || cordoned || requested(survey, node, allocatable) >= 0.5) return false;
  // Pods that wait keep it from taking anything away.
  if (podsOn(survey, -1).length > 0) return false;
  if (
    undrainable(
      survey,
      node,
      survey.budgets.map(({ allowed }) => allowed),
    ) !== undefined
  )
    return false;
  const ground: Ground = { survey, ghosts: new Set([node]), gone: new Set() };
  const moved = podsOn(survey, node);
  const positions = survey.pods.node.map((at) => (at === node ? -1 : at));
  for (const pod of moved) {
    const place = survey.nodes.findIndex((_, target) => {
      positions[pod] = target;
      return isAllowed(ground, positions, { moved: [pod], before: survey.pods.node });
    });
    if (place < 0) return false;
    positions[pod] = place;
  }
  return true;
}

function requested(survey: Survey, node: number, all: { cpu: number; memory: number }): number {
  const sum = (by: 'cpu' | 'memory') =>
    survey.pods.node.reduce(
      (total, at, pod) => total + (at === node && isLive(survey, pod) ? shapeAt(survey, pod).requests[by] : 0),
      0,
    );
  return Math.max(sum('cpu') / all.cpu, sum('memory') / all.memory);
}
