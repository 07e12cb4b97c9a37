import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Facts, Price } from '../../../src/health/types.ts';
import { costsOf, HOURS_PER_MONTH, toCents } from './nodes.ts';
import { sumOf } from './savings.ts';

/** What the nodes cost, told apart by who has reserved them. The parts and what is idle add up to the whole. */
export interface NamespaceCosts {
  currency: string;
  source: Price['source'];
  asOf: string;
  /** A month of all nodes that have a price. */
  total: number;
  /** What nobody has reserved. */
  idle: number;
  /** The dearest first. */
  namespaces: { namespace: string; amount: number }[];
  /** Nodes without a price, or in another currency: in none of the figures. */
  unpriced: number;
  /** Of this calendar month (UTC+8, as bills are made): of the nodes that are there now, so far and by its end. */
  month: { toDate: number; forecast: number };
}

/** Undefined where no node has a price. CPU and memory count half each, by what pods request. */
export function costsByNamespace(facts: Facts): NamespaceCosts | undefined {
  const { survey } = facts;
  if (!survey) return undefined;
  const costs = costsOf(
    facts,
    survey.nodes.map(({ name }) => name),
  );
  const summed = sumOf(costs);
  if (!summed) return undefined;
  const isEstimate = summed.source === 'estimate';
  const amounts = costs.map(({ price }) =>
    price && price.currency === summed.currency && (price.source === 'estimate') === isEstimate ? price.amount : 0,
  );
  const shares = sharesOf(survey);
  const sums = new Map<string, number>();
  shares.forEach((byNamespace, node) => {
    for (const [name, share] of byNamespace) sums.set(name, (sums.get(name) ?? 0) + share * (amounts[node] ?? 0));
  });
  const namespaces = [...sums]
    .map(([namespace, amount]) => ({ namespace, amount: toCents(amount) }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => b.amount - a.amount || (a.namespace < b.namespace ? -1 : 1));
  const reserved = namespaces.reduce((sum, { amount }) => sum + amount, 0);
  const { currency, source, asOf, amount: total, nodes } = summed;
  return {
    currency,
    source,
    asOf,
    total,
    idle: Math.max(0, toCents(total - reserved)),
    namespaces,
    unpriced: costs.length - nodes,
    month: monthOf(survey, amounts, facts.now),
  };
}

const ENDED = 8;

/** By node, then namespace: the part of it that is reserved. More than the whole is scaled down to it. */
function sharesOf({ nodes, pods, shapes, workloads }: Survey): Map<string, number>[] {
  const shares = nodes.map(() => new Map<string, number>());
  pods.node.forEach((node, pod) => {
    const requests = shapes[pods.shape[pod] ?? -1]?.requests;
    const namespace = workloads[pods.workload[pod] ?? -1]?.namespace;
    const all = nodes[node]?.allocatable;
    const own = shares[node];
    if (!requests || namespace === undefined || !all || !own || ((pods.state[pod] ?? 0) & ENDED) !== 0) return;
    const share = (part(requests.cpu, all.cpu) + part(requests.memory, all.memory)) / 2;
    own.set(namespace, (own.get(namespace) ?? 0) + share);
  });
  for (const own of shares) {
    const whole = [...own.values()].reduce((sum, share) => sum + share, 0);
    if (whole > 1) for (const [namespace, share] of own) own.set(namespace, share / whole);
  }
  return shares;
}

const part = (requested: number, all: number) => (all > 0 ? requested / all : 0);

const HOUR_MS = 3_600_000;
const BILLING_OFFSET_MS = 8 * HOUR_MS;

function monthOf({ nodes }: Survey, amounts: readonly number[], now: number): NamespaceCosts['month'] {
  const local = new Date(now + BILLING_OFFSET_MS);
  const at = (month: number) => Date.UTC(local.getUTCFullYear(), month, 1) - BILLING_OFFSET_MS;
  const [begin, end] = [at(local.getUTCMonth()), at(local.getUTCMonth() + 1)];
  const hourly = amounts.map((amount) => amount / HOURS_PER_MONTH);
  const toDate = nodes.reduce((sum, { createdAt }, node) => {
    const hours = Math.max(0, now - Math.max(begin, createdAt)) / HOUR_MS;
    return sum + hours * (hourly[node] ?? 0);
  }, 0);
  const rest = hourly.reduce((sum, amount) => sum + amount, 0) * ((end - now) / HOUR_MS);
  return { toDate: toCents(toDate), forecast: toCents(toDate + rest) };
}
