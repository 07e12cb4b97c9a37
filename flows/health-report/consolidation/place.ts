import { type Obstacle, obstacle, staysSpread } from './fits.ts';
import { type Item, type State, seat, unseat } from './state.ts';
import { CPU, MEMORY, type PodClass } from './world.ts';

/** Finds places for pods: the largest first, on the fullest node that takes it; where that fails, by trying again from an earlier choice. */

export interface Move {
  item: Item;
  node: number;
}

export type Placement = { ok: true; moves: Move[] } | { ok: false; item: Item; why: Obstacle };

/** So many pods are tried in other orders when the first way fails, and so many tries. */
const MOST_TO_SEARCH = 48;
const MOST_TRIES = 20_000;

/** Seats all items, or none: then the first that found no place, and what kept it off most nodes. */
export function place(state: State, items: Item[]): Placement {
  const targets = targetsOf(state);
  const sorted = largestFirst(state, items);
  const failed = firstFit(state, sorted, targets);
  if ('moves' in failed) return { ok: true, moves: failed.moves };
  const moves = sorted.length <= MOST_TO_SEARCH ? search(state, sorted, targets) : undefined;
  return moves ? { ok: true, moves } : { ok: false, ...failed };
}

/** Open nodes, fullest first, so that the emptiest stay empty. */
function targetsOf({ presence, free, world }: State): number[] {
  const share = (resource: number, node: number) => {
    const all = world.allocatable[resource]?.[node] ?? 0;
    return all > 0 ? 1 - (free[resource]?.[node] ?? 0) / all : 1;
  };
  return presence
    .flatMap((is, node) => (is === 'open' ? [{ node, full: share(CPU, node) + share(MEMORY, node) }] : []))
    .sort((a, b) => b.full - a.full || a.node - b.node)
    .map(({ node }) => node);
}

function largestFirst({ world }: State, items: Item[]): Item[] {
  const most = world.allocatable.map((amounts) => amounts.reduce((a, b) => Math.max(a, b), 1));
  const sizeOf = ({ podClass: { needs } }: Item) =>
    needs.reduce((size, need, resource) => Math.max(size, need / (most[resource] ?? 1)), 0);
  const sizes = new Map<Item, number>(items.map((item) => [item, sizeOf(item)]));
  return [...items].sort(
    (a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || a.podClass.id - b.podClass.id || a.pod - b.pod,
  );
}

type Failure = { item: Item; why: Obstacle };

/** An item whose neighbours are not there yet gets another turn after the others. */
function firstFit(state: State, items: Item[], targets: number[]): { moves: Move[] } | Failure {
  const moves: Move[] = [];
  let left = items;
  for (;;) {
    const still: Item[] = [];
    let before: { podClass: PodClass; at: number } | undefined;
    for (const item of left) {
      // What was too full for the last of a kind is too full for the next.
      const first = before?.podClass === item.podClass && isSimple(item.podClass) ? before.at : 0;
      const at = firstThatTakes(state, item, { targets, first });
      before = { podClass: item.podClass, at };
      const node = targets[at];
      if (node === undefined) {
        still.push(item);
        continue;
      }
      seat(state, item, node);
      moves.push({ item, node });
    }
    const [first] = still;
    if (!first) break;
    const mayChange = still.length < left.length && still.some(({ podClass }) => podClass.affinity.length > 0);
    if (!mayChange) return takeBack(state, moves, { item: first, why: mainObstacle(state, first, targets) });
    left = still;
  }
  const torn = moves.find(({ item, node }) => !staysSpread(state, item, node));
  return torn ? takeBack(state, moves, { item: torn.item, why: 'spread' }) : { moves };
}

function firstThatTakes(state: State, item: Item, { targets, first }: { targets: number[]; first: number }): number {
  for (let at = first; at < targets.length; at += 1)
    if (obstacle(state, item, targets[at] ?? -1) === undefined) return at;
  return targets.length;
}

/** No neighbour or volume can make a node fit later that does not fit now. */
const isSimple = ({ affinity, spread, claims }: PodClass) => affinity.length + spread.length + claims.length === 0;

function takeBack(state: State, moves: Move[], failure: Failure): Failure {
  for (const { item, node } of moves.toReversed()) unseat(state, item, node);
  return failure;
}

/** What keeps the item off most of the nodes. */
function mainObstacle(state: State, item: Item, targets: number[]): Obstacle {
  const counts = new Map<Obstacle, number>();
  for (const node of targets) {
    const found = obstacle(state, item, node) ?? 'closed';
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'closed';
}

/** Depth first, as far as the tries go. Pods of one class are alike, so the next never goes before the last. */
function search(state: State, items: Item[], targets: number[]): Move[] | undefined {
  const moves: Move[] = [];
  let tries = 0;
  function from(at: number): boolean {
    const item = items[at];
    if (!item) return moves.every(({ item: moved, node }) => staysSpread(state, moved, node));
    const last = moves.at(-1);
    const alike = last?.item.podClass === item.podClass && item.podClass.claims.length === 0;
    const first = alike && last ? targets.indexOf(last.node) : 0;
    for (const node of targets.slice(first)) {
      tries += 1;
      if (tries > MOST_TRIES) return false;
      if (obstacle(state, item, node) !== undefined) continue;
      seat(state, item, node);
      moves.push({ item, node });
      if (from(at + 1)) return true;
      moves.pop();
      unseat(state, item, node);
    }
    return false;
  }
  return from(0) ? moves : undefined;
}
