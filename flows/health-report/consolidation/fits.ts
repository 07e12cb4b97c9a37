import { countAt, fewestOf, type Item, type State } from './state.ts';
import type { SpreadRule } from './world.ts';

/** What keeps a pod off a node. */
export type Obstacle =
  | 'closed'
  | 'cpu'
  | 'memory'
  | 'pods'
  | 'resource'
  | 'node'
  | 'ports'
  | 'affinity'
  | 'anti-affinity'
  | 'spread'
  | 'volume-limit'
  | 'shared-volume';

/** The first thing that keeps the pod off the node, cheap questions first; undefined where it can go there. */
export function obstacle(state: State, item: Item, node: number): Obstacle | undefined {
  if (state.presence[node] !== 'open') return 'closed';
  const { podClass } = item;
  return (
    shortage(state, item, node) ??
    (state.world.isEligible(podClass, node) ? undefined : 'node') ??
    (portsCollide(state, item, node) ? 'ports' : undefined) ??
    volumes(state, item, node) ??
    neighbours(state, item, node) ??
    (podClass.spread.every((rule) => spreads(state, rule, node)) ? undefined : 'spread')
  );
}

function shortage({ free, world }: State, { podClass: { needs } }: Item, node: number): Obstacle | undefined {
  for (let resource = 0; resource < needs.length; resource += 1) {
    const need = needs[resource] ?? 0;
    if (need === 0 || need <= (free[resource]?.[node] ?? 0)) continue;
    const name = world.resources[resource];
    return name === 'cpu' || name === 'memory' || name === 'pods' ? name : 'resource';
  }
  return undefined;
}

const ANY_ADDRESS = new Set(['', '0.0.0.0', '::']);

function portsCollide({ ports }: State, { podClass }: Item, node: number): boolean {
  const { hostPorts } = podClass.shape;
  if (hostPorts.length === 0) return false;
  return (ports.get(node) ?? []).some((taken) =>
    hostPorts.some(
      ({ ip, port, protocol }) =>
        port === taken.port &&
        protocol === taken.protocol &&
        (ip === taken.ip || ANY_ADDRESS.has(ip) || ANY_ADDRESS.has(taken.ip)),
    ),
  );
}

function volumes(state: State, { pod, podClass }: Item, node: number): Obstacle | undefined {
  const { claims } = podClass;
  if (claims.length === 0) return undefined;
  const { storage, nodes } = state.world;
  for (const claim of claims) {
    const elsewhere = storage.sharers(claim).some((other) => {
      const at = state.nodeOf[other] ?? -1;
      return other !== pod && at >= 0 && at !== node;
    });
    if (elsewhere) return 'shared-volume';
  }
  const attached = new Set([...(state.claims.get(node)?.keys() ?? []), ...claims]);
  const limits = Object.entries(nodes[node]?.volumeLimits ?? {});
  const over = limits.some(
    ([driver, most]) => [...attached].filter((claim) => storage.driverOf(claim) === driver).length > most,
  );
  return over ? 'volume-limit' : undefined;
}

function neighbours(state: State, { pod, podClass }: Item, node: number): Obstacle | undefined {
  const { anti, against, affinity } = podClass;
  if (anti.some((counter) => (countAt(state, counter, node) ?? 0) > 0)) return 'anti-affinity';
  if (against.some((counter) => (countAt(state, counter, node) ?? 0) > 0)) return 'anti-affinity';
  const isMet = affinity.every(({ counter, self }) => {
    const there = countAt(state, counter, node);
    if (there === undefined) return false;
    // The very first of its kind may go anywhere; one that had company before waits for it.
    const wasThere = pod >= 0 && (state.world.survey.pods.node[pod] ?? -1) >= 0 ? 1 : 0;
    const isFirst = self && (state.totals[counter.id] ?? 0) === 0 && (state.before[counter.id] ?? 0) <= wasThere;
    return there > 0 || isFirst;
  });
  return isMet ? undefined : 'affinity';
}

/** As the scheduler reckons before it places: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
function spreads(state: State, rule: SpreadRule, node: number): boolean {
  const there = countAt(state, rule.counter, node);
  if (there === undefined) return false;
  const { least, domains } = fewestOf(state, rule);
  return there + rule.self - (domains < rule.minDomains ? 0 : least) <= rule.maxSkew;
}

/** Whether what was placed is still spread as its rules want it, now that all of it is placed. */
export function staysSpread(state: State, { podClass }: Item, node: number): boolean {
  return podClass.spread.every((rule) => {
    const there = countAt(state, rule.counter, node);
    const { least, domains } = fewestOf(state, rule);
    return there !== undefined && there - (domains < rule.minDomains ? 0 : least) <= rule.maxSkew;
  });
}
