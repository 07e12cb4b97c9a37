import type { Counter } from './counters.ts';
import type { PodClass, SpreadRule, World } from './world.ts';

/** Where every pod is, and what that leaves: changed in place while pods are tried here and there. */

/** `gone`: as if it had never been. `ghost`: emptied, but still a domain of its topology. `closed`: takes no pods. */
export type Presence = 'open' | 'closed' | 'ghost' | 'gone';

/** A pod, or one that would come (`pod` is -1). */
export interface Item {
  pod: number;
  podClass: PodClass;
}

export interface State {
  world: World;
  presence: Presence[];
  /** By pod; -1: nowhere. */
  nodeOf: Int32Array;
  /** By resource, then node. */
  free: Float64Array[];
  /** By counter, then domain. */
  counts: Int32Array[];
  totals: Int32Array;
  /** How many there were before anything moved: a pod that waits for its like must not find them all gone at once. */
  before: Int32Array;
  /** By node: what of its ports is taken. */
  ports: Map<number, { ip: string; port: number; protocol: string }[]>;
  /** By node: claims in use there, and by how many pods. */
  claims: Map<number, Map<number, number>>;
  /** By counter: the fewest in a domain that counts, while nothing has changed. */
  fewest: Map<number, { least: number; domains: number }>;
}

/** The state that the survey shows: every pod where it is. */
export function stateOf(world: World): State {
  const { nodes, survey, classOf, counters } = world;
  const state: State = {
    world,
    presence: nodes.map(({ ready, cordoned, labels }) =>
      ready && !cordoned && labels.type !== 'virtual-kubelet' ? 'open' : 'closed',
    ),
    nodeOf: new Int32Array(classOf.length).fill(-1),
    free: world.allocatable.map((amounts) => Float64Array.from(amounts)),
    counts: counters.all.map(({ domains }) => new Int32Array(domains)),
    totals: new Int32Array(counters.all.length),
    before: new Int32Array(counters.all.length),
    ports: new Map(),
    claims: new Map(),
    fewest: new Map(),
  };
  classOf.forEach((id, pod) => {
    const podClass = world.classes[id];
    const node = survey.pods.node[pod] ?? -1;
    if (podClass && node >= 0) seat(state, { pod, podClass }, node);
  });
  state.before.set(state.totals);
  return state;
}

/** The same state apart from the first: what happens to one does not happen to the other. */
export function copyOf(state: State): State {
  return {
    ...state,
    presence: [...state.presence],
    nodeOf: Int32Array.from(state.nodeOf),
    free: state.free.map((amounts) => Float64Array.from(amounts)),
    counts: state.counts.map((counts) => Int32Array.from(counts)),
    totals: Int32Array.from(state.totals),
    before: Int32Array.from(state.before),
    ports: new Map([...state.ports].map(([node, taken]) => [node, [...taken]])),
    claims: new Map([...state.claims].map(([node, used]) => [node, new Map(used)])),
    fewest: new Map(),
  };
}

export function seat(state: State, item: Item, node: number): void {
  move(state, item, node, 1);
  if (item.pod >= 0) state.nodeOf[item.pod] = node;
  const { hostPorts } = item.podClass.shape;
  if (hostPorts.length > 0) state.ports.set(node, [...(state.ports.get(node) ?? []), ...hostPorts]);
}

export function unseat(state: State, item: Item, node: number): void {
  move(state, item, node, -1);
  if (item.pod >= 0) state.nodeOf[item.pod] = -1;
  const { hostPorts } = item.podClass.shape;
  const taken = state.ports.get(node);
  if (hostPorts.length === 0 || !taken) return;
  for (const { ip, port, protocol } of hostPorts) {
    const at = taken.findIndex((one) => one.ip === ip && one.port === port && one.protocol === protocol);
    if (at >= 0) taken.splice(at, 1);
  }
}

function move(state: State, { podClass }: Item, node: number, sign: 1 | -1): void {
  podClass.needs.forEach((amount, resource) => {
    const free = state.free[resource];
    if (free && amount > 0) free[node] = (free[node] ?? 0) - sign * amount;
  });
  for (const counter of podClass.bumps) bump(state, counter, node, sign);
  for (const claim of podClass.claims) useClaim(state, claim, node, sign);
}

function bump(state: State, { id, domainOf, mask }: Counter, node: number, by: number): void {
  const domain = domainOf[node] ?? -1;
  const counts = state.counts[id];
  if (domain < 0 || !counts || (mask && mask[node] !== 1)) return;
  counts[domain] = (counts[domain] ?? 0) + by;
  state.totals[id] = (state.totals[id] ?? 0) + by;
  state.fewest.delete(id);
}

function useClaim(state: State, claim: number, node: number, by: number): void {
  const used = state.claims.get(node) ?? new Map<number, number>();
  state.claims.set(node, used);
  const left = (used.get(claim) ?? 0) + by;
  if (left > 0) used.set(claim, left);
  else used.delete(claim);
}

export function setPresence(state: State, node: number, presence: Presence): void {
  state.presence[node] = presence;
  state.fewest.clear();
}

/** How many pods a counter counts in the node's domain; undefined where the node is in none. */
export function countAt(state: State, { id, domainOf }: Counter, node: number): number | undefined {
  const domain = domainOf[node] ?? -1;
  return domain < 0 ? undefined : (state.counts[id]?.[domain] ?? 0);
}

/** The fewest pods in any domain that counts for the rule, and how many domains those are. */
export function fewestOf(state: State, { counter, losesGhosts }: SpreadRule): { least: number; domains: number } {
  const known = state.fewest.get(counter.id);
  if (known) return known;
  const seen = new Set<number>();
  let least = Number.POSITIVE_INFINITY;
  state.presence.forEach((presence, node) => {
    const domain = counter.domainOf[node] ?? -1;
    if (domain < 0 || counter.mask?.[node] !== 1 || presence === 'gone') return;
    if (losesGhosts && presence === 'ghost') return;
    seen.add(domain);
    least = Math.min(least, state.counts[counter.id]?.[domain] ?? 0);
  });
  const found = { least: seen.size === 0 ? 0 : least, domains: seen.size };
  state.fewest.set(counter.id, found);
  return found;
}
