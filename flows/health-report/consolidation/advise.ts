import type { Advice, Facts } from '../../../src/health/types.ts';
import { savingOf } from '../money/savings.ts';
import { poolsOf } from './pools.ts';
import { type Found, type Ground, groundOf, type SearchOptions, searchPool } from './search.ts';
import { gateOf, type Judged, listed, textOf, verdictOf, type Words } from './texts.ts';
import { adviseUnused } from './unused.ts';
import { CPU, MEMORY } from './world.ts';

export type { SearchOptions };

/** How many nodes can go, pool by pool, or why not where a pool is hardly used; and what nobody uses. */
export function adviseRemovals(facts: Facts, words: Words, options: SearchOptions = {}): Advice[] {
  const { survey } = facts;
  if (!survey) return [];
  const pools = poolsOf(facts).filter(({ nodes }) => nodes.length > 0);
  const unused = adviseUnused(facts, words);
  if (pools.length === 0) return unused;
  const ground = groundOf(facts, survey, options);
  const removals = pools.flatMap((pool) => {
    const found = searchPool(ground, pool);
    const { verdict } = verdictOf(found.gates);
    return verdict === 'SAFE' || isWorthSaying(ground, found) ? [adviceOf(ground, found, words)] : [];
  });
  return [...removals, ...unused];
}

/** A pool of several nodes that is hardly used, or reserved to less than half where nobody knows its use. */
function isWorthSaying({ survey, useOf, shares, options }: Ground, { pool }: Found): boolean {
  if (pool.nodes.length < 2) return false;
  const weights = pool.nodes.map((node) => survey.nodes[node]?.allocatable.cpu ?? 0);
  const mean = (values: (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    if (known.length < values.length || all === 0) return undefined;
    return known.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0) / all;
  };
  const use = mean(pool.nodes.map((node) => useOf(survey.nodes[node]?.name ?? '')?.average));
  if (use !== undefined) return use < options.low.average;
  return (mean(pool.nodes.map((node) => shares[node])) ?? 1) < options.low.requests;
}

function adviceOf({ facts, survey, base }: Ground, found: Found, words: Words): Advice {
  const { pool, nodes, smallest, moves } = found;
  const { verdict, binding } = verdictOf(found.gates);
  const names = nodes.flatMap((node) => survey.nodes[node]?.name ?? []);
  const saving = savingOf(facts, names, words);
  const sum = (resource: number) =>
    nodes.reduce((total, node) => total + (base.world.allocatable[resource]?.[node] ?? 0), 0);
  const freed = { cpu: sum(CPU), memory: sum(MEMORY) };
  const money = saving
    ? {
        id: 'G11',
        state: 'passed' as const,
        key: 'G11.priced',
        params: { amount: saving.amount, currency: saving.currency, asOf: saving.asOf },
      }
    : { id: 'G11', state: 'passed' as const, key: 'G11.unpriced', params: sizes(freed) };
  const gates = found.gates.map((gate) => gateOf(words, gate.id === 'G11' ? money : gate));
  const count = pool.nodes.length;
  const params = {
    pool: pool.name === '' ? '—' : pool.name,
    from: count,
    to: count - nodes.length,
    count: nodes.length,
    nodes: listed(names, 10),
    smallest,
    ...sizes(freed),
  };
  return {
    id: `remove-nodes:${pool.id}`,
    kind: 'remove-nodes',
    title: textOf(words, `title.${verdict}`, params),
    text: verdict === 'SAFE' ? textOf(words, 'text.SAFE', params) : whyNot(words, binding, params),
    ...(verdict === 'SAFE' && { ...(saving && { saving }), freed }),
    verdict,
    ...(binding && { gate: binding.id }),
    gates,
    evidence: verdict === 'SAFE' ? moves.map((text) => ({ source: 'placement', text })) : [],
    ...(verdict === 'SAFE' && { proposal: { kind: 'remove-nodes', nodepoolId: pool.id, nodes: names } }),
  };
}

function whyNot(words: Words, binding: Judged | undefined, params: Record<string, string | number>) {
  const why = binding ? gateOf(words, binding).text : { en: '', zh: '' };
  const gate = binding?.id ?? '';
  return {
    en: words.en('consolidation.text.not', { ...params, gate, why: why.en }),
    zh: words.zh('consolidation.text.not', { ...params, gate, why: why.zh }),
  };
}

const sizes = ({ cpu, memory }: { cpu: number; memory: number }) => ({
  vcpu: Math.round(cpu / 100) / 10,
  gib: Math.round((memory / 2 ** 30) * 10) / 10,
});
