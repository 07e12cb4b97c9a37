import { flannelCapacity, flannelMask, type PodCapacity, terwayCapacity } from './capacity.ts';
import type { InstanceType, Knowledge } from './knowledge.ts';
import { type Bill, referenceAmount } from './price.ts';
import type { Wish } from './wish.ts';

/** One way to build the cluster: so many nodes of one type. Undefined capacity: nobody knows how many pods a node holds. */
export interface Rung {
  type: InstanceType;
  count: number;
  capacity: PodCapacity | undefined;
  /** Flannel's mask per node. */
  nodeMask: number | undefined;
  /** CNY per month for ranking; undefined where no list price exists anywhere. */
  rankPrice: number | undefined;
  bill: Bill;
}

/** Instance sizes to consider and how often the least number of nodes is taken. `start`: the rung of a low budget. */
interface Ladder {
  start: number;
  rungs: (readonly [type: string, times: number])[];
}

const LADDERS = {
  general: {
    start: 0,
    rungs: [
      ['ecs.c7.xlarge', 1],
      ['ecs.g7.xlarge', 1],
      ['ecs.g7.xlarge', 2],
      ['ecs.g7.2xlarge', 2],
      ['ecs.g7.4xlarge', 2],
      ['ecs.g7.8xlarge', 2],
      ['ecs.g7.8xlarge', 4],
    ],
  },
  compute: {
    start: 0,
    rungs: [
      ['ecs.c7.xlarge', 1],
      ['ecs.c7.2xlarge', 1],
      ['ecs.c7.4xlarge', 1],
      ['ecs.c7.4xlarge', 2],
      ['ecs.c7.8xlarge', 2],
    ],
  },
  memory: {
    start: 0,
    rungs: [
      ['ecs.g7.xlarge', 1],
      ['ecs.r7.xlarge', 1],
      ['ecs.r7.2xlarge', 1],
      ['ecs.r7.4xlarge', 1],
      ['ecs.r7.4xlarge', 2],
    ],
  },
  large: {
    start: 0,
    rungs: [
      ['ecs.g7.3xlarge', 1],
      ['ecs.g7.4xlarge', 1],
      ['ecs.g7.8xlarge', 1],
      ['ecs.g7.16xlarge', 1],
      ['ecs.g7.32xlarge', 1],
    ],
  },
  frugal: {
    start: 1,
    rungs: [
      ['ecs.e-c1m2.large', 1],
      ['ecs.e-c1m2.xlarge', 1],
      ['ecs.u1-c1m4.xlarge', 1],
      ['ecs.g7.xlarge', 1],
      ['ecs.g7.2xlarge', 1],
      ['ecs.g7.4xlarge', 1],
    ],
  },
} satisfies Record<string, Ladder>;

const LEVEL = { low: 0, medium: 1, high: 2 } as const;
const LEAST_NODES = { prod: 3, staging: 2, dev: 2 } as const;
/** A pool takes up to so many types, so that one being sold out does not stop it. */
const TYPES_PER_POOL = 3;

/** Every combination worth looking at, cheapest first, without the ones that are sold out. */
export function climb(wish: Wish, knowledge: Knowledge): Rung[] {
  const wanted = wish.instanceType ? sizesOf(wish.instanceType, knowledge) : ladderOf(wish).rungs;
  const rungs = wanted.flatMap(([id, times]) => {
    const type = knowledge.types.find((known) => known.id === id);
    const sold = type && [type, ...alternatives(type, knowledge)].find((each) => inStock(each, wish.zones, knowledge));
    return sold ? [rungOf(wish, sold, times, knowledge)] : [];
  });
  const price = (rung: Rung) => rung.rankPrice ?? rung.type.vcpu * rung.count * 1000;
  return rungs
    .filter((rung, at) => rungs.findIndex((other) => shapeOf(other) === shapeOf(rung)) === at)
    .sort((a, b) => price(a) - price(b));
}

/** The rung of the person's budget: a type they named, the most an amount pays for, or the level's place on the ladder. */
export function rungFor(wish: Wish, rungs: readonly Rung[]): Rung | undefined {
  if (wish.instanceType) return rungs.find(({ type }) => type.id === wish.instanceType) ?? rungs[0];
  if (wish.monthlyBudget === undefined)
    return rungs[Math.min(ladderOf(wish).start + LEVEL[wish.budget], rungs.length - 1)];
  const limit = wish.monthlyBudget;
  return rungs.findLast(({ rankPrice }) => rankPrice !== undefined && rankPrice <= limit) ?? rungs[0];
}

/** Types of the same shape and kind that a pool may take instead, nearest generation first. */
export function alternatives(type: InstanceType, knowledge: Knowledge): InstanceType[] {
  const kin = /^ecs\.([cgr])(7|8i|8a)$/.exec(type.family)?.[1];
  if (!kin) return [];
  return ['7', '8i', '8a']
    .map((generation) => `ecs.${kin}${generation}`)
    .filter((family) => family !== type.family)
    .flatMap((family) => knowledge.types.filter((other) => other.family === family && other.size === type.size))
    .slice(0, TYPES_PER_POOL - 1);
}

export function inStock(type: InstanceType, zones: readonly string[], knowledge: Knowledge): boolean {
  return !knowledge.stock.some(
    ({ zone, instanceType, available }) => !available && instanceType === type.id && zones.includes(zone),
  );
}

/** So many nodes of one type under this wish, with what they hold and cost. */
export function rungOf(wish: Wish, type: InstanceType, times: number, knowledge: Knowledge): Rung {
  const zones = Math.max(1, wish.zones.length);
  const least = Math.ceil(LEAST_NODES[wish.purpose] / zones) * zones * times;
  const flannel = wish.network === 'flannel';
  const nodeMask = flannel ? flannelMask(Math.ceil((wish.pods ?? 1) / (wish.nodeCount ?? least))) : undefined;
  const capacity = nodeMask === undefined ? terwayCapacity(type, wish.network, knowledge) : flannelCapacity(nodeMask);
  const forPods = wish.pods && capacity?.usable ? Math.ceil(wish.pods / capacity.usable / zones) * zones : 0;
  const count = wish.nodeCount ?? Math.max(least, forPods);
  const bill = billOf(wish, type.id, count);
  return { type, count, capacity, nodeMask, bill, rankPrice: referenceAmount(bill, knowledge) };
}

function billOf(wish: Wish, instanceType: string, nodes: number): Bill {
  return {
    region: wish.region,
    spec: wish.clusterType,
    instanceType,
    nodes,
    systemDisk: { category: 'cloud_essd', level: 'PL0', sizeGiB: wish.purpose === 'dev' ? 60 : 120 },
    alsoNeeded: [
      'nat',
      ...(wish.apiExposure === 'public' ? ['eip'] : []),
      ...(wish.ingress === 'none' ? [] : [wish.ingress]),
      ...(wish.logging ? ['sls'] : []),
      ...(wish.monitoring ? ['prometheus'] : []),
      'volumes',
    ],
  };
}

function ladderOf(wish: Wish): Ladder {
  if (wish.network === 'terway-exclusive') return LADDERS.large;
  if (wish.purpose === 'dev' && wish.network === 'flannel') return LADDERS.frugal;
  if (wish.workload === 'batch') return LADDERS.compute;
  if (wish.workload === 'ai') return LADDERS.large;
  return wish.workload === 'stateful' ? LADDERS.memory : LADDERS.general;
}

/** All sizes of the family of a type that a person named. */
function sizesOf(id: string, knowledge: Knowledge): [string, number][] {
  const family = knowledge.types.find((type) => type.id === id)?.family;
  return knowledge.types.filter((type) => type.family === family).map((type) => [type.id, 1]);
}

function shapeOf({ type, count }: Rung): string {
  return `${count} × ${type.id}`;
}
