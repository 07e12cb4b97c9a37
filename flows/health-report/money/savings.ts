import type { Translate } from '../../../src/chat/messages.ts';
import type { Language, LocalText } from '../../../src/chat/types.ts';
import type { Facts, Price, Saving } from '../../../src/health/types.ts';
import { costsOf, type NodeCost, toCents } from './nodes.ts';

type Words = Record<Language, Translate>;
type Priced = Pick<Facts, 'machines' | 'prices' | 'now'>;

/**
 * What is saved in a month once these nodes are gone; undefined where none of them has a price. Figures of one currency are added, a
 * guess never to what is known: what is left out is said in the note. Nodes that are paid in advance save nothing before their day.
 */
export function savingOf(facts: Priced, nodes: readonly string[], words: Words): Saving | undefined {
  const costs = costsOf(facts, [...new Set(nodes)]);
  const due = costs.filter(({ charge }) => charge !== 'PrePaid');
  const summed = sumOf(due);
  if (!summed) return later(facts, costs, words);
  const left = costs.length - summed.nodes;
  const notes = [
    ...(summed.source === 'estimate' ? [said(words, 'spot')] : []),
    ...(left > 0 ? [said(words, 'without', { count: left })] : []),
    said(words, 'machines'),
  ];
  return {
    amount: summed.amount,
    currency: summed.currency,
    per: 'month',
    source: summed.source,
    asOf: summed.asOf,
    note: joined(notes),
  };
}

/** All of it is paid in advance: nothing until then, after it the renewal price, as far as there is one. */
function later({ prices, machines }: Priced, costs: readonly NodeCost[], words: Words): Saving | undefined {
  const prepaid = costs.filter(({ charge }) => charge === 'PrePaid');
  const types = new Map(machines?.map(({ name, instanceType }) => [name, instanceType]));
  const onDemand = prepaid.flatMap(({ node }) => prices[types.get(node) ?? ''] ?? [])[0];
  const summed = sumOf(prepaid) ?? (onDemand && { ...onDemand, amount: 0, nodes: 0 });
  if (!summed) return undefined;
  const zeroUntil = Math.max(...prepaid.map(({ paidUntil }) => paidUntil ?? 0));
  const notes = [said(words, 'prepaid', { date: new Date(zeroUntil).toISOString().slice(0, 10) })];
  if (summed.nodes === 0) notes.push(said(words, 'no-renewal-price'));
  else if (costs.length > summed.nodes) notes.push(said(words, 'without', { count: costs.length - summed.nodes }));
  const { amount, currency, source, asOf } = summed;
  return { amount, currency, per: 'month', source, asOf, zeroUntil, note: joined(notes) };
}

interface Sum {
  amount: number;
  currency: string;
  source: Price['source'];
  asOf: string;
  nodes: number;
}

/** Costs of the first currency that is known for certain or, where none is, of guesses. The weakest source names the sum. */
export function sumOf(costs: readonly NodeCost[]): Sum | undefined {
  const prices = costs.flatMap(({ price }) => price ?? []);
  const firm = prices.filter(({ source }) => source !== 'estimate');
  const [first] = firm.length > 0 ? firm : prices;
  if (!first) return undefined;
  const same = (firm.length > 0 ? firm : prices).filter(({ currency }) => currency === first.currency);
  const weakest = (['estimate', 'catalog', 'api', 'bill'] as const).find((source) =>
    same.some((one) => one.source === source),
  );
  return {
    amount: toCents(same.reduce((sum, { amount }) => sum + amount, 0)),
    currency: first.currency,
    source: weakest ?? first.source,
    asOf: same.map(({ asOf }) => asOf).sort()[0] ?? first.asOf,
    nodes: same.length,
  };
}

function said(words: Words, key: string, params: Record<string, string | number> = {}): LocalText {
  return { en: words.en(`consolidation.money.${key}`, params), zh: words.zh(`consolidation.money.${key}`, params) };
}

const joined = (notes: readonly LocalText[]): LocalText => ({
  en: notes.map(({ en }) => en).join(' '),
  zh: notes.map(({ zh }) => zh).join(''),
});
