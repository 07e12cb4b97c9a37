import type { CloudNode, Facts, Price } from '../../../src/health/types.ts';

/** What machines cost in a month. A month has 730 hours, whatever time a report looks back over. */

export const HOURS_PER_MONTH = 730;

/** The better source first: what was paid, what the cloud quotes, what a list of some date says; a guess last. */
const ORDER: readonly Price['source'][] = ['bill', 'api', 'catalog', 'estimate'];

export function bestPrice(prices: readonly (Price | undefined)[]): Price | undefined {
  const known = prices.filter((price) => price !== undefined);
  return known.toSorted((a, b) => ORDER.indexOf(a.source) - ORDER.indexOf(b.source))[0];
}

/** What a machine costs, and how it is paid. Without a price there is no cost, never zero. */
export interface NodeCost {
  node: string;
  price?: Price;
  charge: CloudNode['chargeType'];
  /** Prepaid until then; what is saved before is nothing. */
  paidUntil?: number;
}

type Priced = Pick<Facts, 'machines' | 'prices' | 'now'>;

/** The cost of the named nodes. Its bill (by instance id) goes before the price of its type; a spot price only before a guess. */
export function costsOf({ machines, prices, now }: Priced, nodes: readonly string[]): NodeCost[] {
  const known = new Map(machines?.map((machine) => [machine.name, machine]));
  return nodes.map((node) => {
    const machine = known.get(node);
    if (!machine) return { node, charge: 'unknown' };
    const { instanceId, instanceType, chargeType, expiresAt } = machine;
    const listed = chargeType === 'PostPaid' ? prices[instanceType] : prices[`${instanceType}/${chargeType}`];
    const price = bestPrice([prices[instanceId], listed]);
    return {
      node,
      charge: chargeType,
      ...(price && price.amount >= 0 && { price: chargeType === 'Spot' ? { ...price, source: 'estimate' } : price }),
      ...(chargeType === 'PrePaid' && { paidUntil: Math.max(expiresAt ?? now, now) }),
    };
  });
}

/** To whole cents, by way of a fixed text so that 2291.835 does not become 2291.83. */
export function toCents(amount: number): number {
  return Number(`${Math.round(Number(`${amount.toFixed(6)}e2`))}e-2`);
}
