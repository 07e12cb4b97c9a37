import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Facts } from '../../../src/health/types.ts';
import {
  type AcceptedRestarts,
  type Blocker,
  type Budgets,
  budgetsOf,
  drainability,
  movable,
  staysWithNode,
} from './drain.ts';
import { type Obstacle, staysSpread } from './fits.ts';
import { type Move, place } from './place.ts';
import { copyOf, type Item, type State, seat, setPresence, stateOf, unseat } from './state.ts';
import { CPU, MEMORY, type UsagePerPod, type World, worldOf } from './world.ts';

/** A cluster from which nodes are taken one after the other, on paper. */
export interface Trial {
  facts: Facts;
  world: World;
  state: State;
  budgets: Budgets;
  accepted: AcceptedRestarts;
  /** Pods that the survey shows on each node. */
  podsOf: number[][];
  removed: number[];
  /** Pods that have been placed anew, and where they are now. */
  moved: Map<number, Item>;
  /** A pod that waits for room already, for which there is none. */
  waiting?: { item: Item; why: Obstacle };
}

export interface TrialOptions {
  accepted: AcceptedRestarts;
  usage?: UsagePerPod;
  /** Nodes that are being emptied already, by index. */
  emptied?: readonly number[];
}

/** Seats every pod, first those that run, then those that wait. */
export function trialOf(facts: Facts, survey: Survey, { accepted, usage, emptied = [] }: TrialOptions): Trial {
  const world = worldOf(survey, usage);
  const state = stateOf(world);
  const podsOf: number[][] = world.nodes.map(() => []);
  survey.pods.node.forEach((node, pod) => {
    if ((world.classOf[pod] ?? -1) >= 0) podsOf[node]?.push(pod);
  });
  const trial: Trial = {
    facts,
    world,
    state,
    budgets: budgetsOf(world),
    accepted,
    podsOf,
    removed: [...emptied],
    moved: new Map(),
  };
  for (const node of emptied) clear(state, podsOf[node] ?? [], node);
  reserveForDaemons(state, podsOf);
  const pending = movable(world, pendingPods(survey));
  const placed = place(state, pending);
  const seated = placed.ok ? placed : placeSome(state, pending);
  for (const { item } of seated.moves) trial.moved.set(item.pod, item);
  return placed.ok ? trial : { ...trial, waiting: { item: placed.item, why: placed.why } };
}

/** Another trial from the same beginning: what is tried in one does not show in the other. */
export function forkOf(trial: Trial): Trial {
  const { state, budgets, removed, moved } = trial;
  return {
    ...trial,
    state: copyOf(state),
    budgets: { ...budgets, left: [...budgets.left] },
    removed: [...removed],
    moved: new Map(moved),
  };
}

function pendingPods({ pods }: Survey): number[] {
  return pods.node.flatMap((node, pod) => (node < 0 ? [pod] : []));
}

function placeSome(state: State, items: Item[]): { moves: Move[] } {
  return { moves: items.flatMap((item) => [place(state, [item])].flatMap((one) => (one.ok ? one.moves : []))) };
}

function clear(state: State, pods: readonly number[], node: number): void {
  for (const pod of pods) {
    const podClass = state.world.classes[state.world.classOf[pod] ?? -1];
    if (podClass && state.nodeOf[pod] === node) unseat(state, { pod, podClass }, node);
  }
  setPresence(state, node, 'ghost');
}

/** A DaemonSet whose pods wait may still come to every node that has none of it. */
function reserveForDaemons(state: State, podsOf: number[][]): void {
  const { world } = state;
  const { survey } = world;
  const waiting = new Set(
    pendingPods(survey)
      .filter((pod) => (world.classOf[pod] ?? -1) >= 0 && staysWithNode(survey, pod))
      .map((pod) => world.classOf[pod] ?? -1),
  );
  for (const id of waiting) {
    const podClass = world.classes[id];
    if (!podClass) continue;
    const has = (node: number) => podsOf[node]?.some((pod) => survey.pods.workload[pod] === podClass.workload);
    world.nodes.forEach((_, node) => {
      if (state.presence[node] === 'open' && world.isEligible(podClass, node) && !has(node))
        seat(state, { pod: -1, podClass }, node);
    });
  }
}

export type Removal =
  | { ok: true }
  | { ok: false; gate: 'G4'; blockers: Blocker[] }
  | { ok: false; gate: 'G5'; item: Item; why: Obstacle };

/** Takes a node away and finds a place for each of its pods; where one has none, nothing is changed. */
export function takeAway(trial: Trial, node: number): Removal {
  const { state, world, budgets, accepted } = trial;
  const left = [...budgets.left];
  const refuse = <T extends Removal>(removal: T): T => {
    budgets.left = left;
    return removal;
  };
  const { items, blockers } = drainability(state, trial.podsOf[node] ?? [], { node, budgets, accepted });
  if (blockers.length > 0) return refuse({ ok: false, gate: 'G4', blockers });
  const guests = [...trial.moved.values()].filter(({ pod }) => state.nodeOf[pod] === node);
  const seated = [...(trial.podsOf[node] ?? []), ...guests.map(({ pod }) => pod)].filter(
    (pod) => state.nodeOf[pod] === node,
  );
  clear(state, seated, node);
  const own = new Set(guests.map(({ pod }) => pod));
  const toPlace = [...items.filter(({ pod }) => !own.has(pod)), ...guests];
  const placed = place(state, toPlace);
  if (placed.ok) {
    trial.removed.push(node);
    for (const { item } of placed.moves) trial.moved.set(item.pod, item);
    return { ok: true };
  }
  setPresence(state, node, 'open');
  for (const pod of seated) {
    const podClass = world.classes[world.classOf[pod] ?? -1];
    if (podClass) seat(state, { pod, podClass }, node);
  }
  return refuse({ ok: false, gate: 'G5', item: placed.item, why: placed.why });
}

/** A moved pod that the later moves have left where its spread rules would not have it. */
export function torn({ state, moved }: Trial): Item | undefined {
  return [...moved.values()].find((item) => !staysSpread(state, item, state.nodeOf[item.pod] ?? -1));
}

/** The cluster once the nodes are gone for good: what comes then may go anywhere that is left. */
export function afterwards({ state, removed }: Trial): State {
  const later = copyOf(state);
  for (const node of removed) setPresence(later, node, 'gone');
  later.before.fill(0);
  return later;
}

/** What the open nodes that are left can hold. */
export function capacityLeft(
  { state, world, removed }: Trial,
  nodes: readonly number[],
): { cpu: number; memory: number } {
  const gone = new Set(removed);
  const left = nodes.filter((node) => !gone.has(node) && state.presence[node] === 'open');
  const sum = (resource: number) => left.reduce((total, node) => total + (world.allocatable[resource]?.[node] ?? 0), 0);
  return { cpu: sum(CPU), memory: sum(MEMORY) };
}
