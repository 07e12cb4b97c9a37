import { expect, test } from 'vitest';
import { costsByNamespace } from '../../../../flows/health-report/money/namespaces.ts';
import { bestPrice, costsOf } from '../../../../flows/health-report/money/nodes.ts';
import { savingOf, sumOf } from '../../../../flows/health-report/money/savings.ts';
import type { Facts } from '../../../../src/health/types.ts';
import { randomCluster } from '../../../support/clusters.ts';
import { type Random, randomOf } from '../../../support/random.ts';
import { DAY, NOW } from '../../../support/survey-builder.ts';
import { factsOf, machineOf, words } from '../consolidation/support.ts';

const TYPES = ['ecs.g7.xlarge', 'ecs.c7.large', 'ecs.r7.2xlarge', 'ecs.none'] as const;

function randomFacts(random: Random): Facts {
  const facts = factsOf(randomCluster(random, { nodes: [1, 6], pods: 12, rules: 0, fill: 0.6 }));
  const price = (source: 'bill' | 'api' | 'catalog' | 'estimate') => ({
    amount: random.int(0, 300_000) / 100,
    currency: random.chance(0.9) ? 'CNY' : 'USD',
    source,
    asOf: '2026-11-25',
  });
  const machines = (facts.survey?.nodes ?? []).map(({ name }, index) =>
    machineOf(name, {
      instanceId: `i-${index}`,
      instanceType: random.pick(TYPES),
      chargeType: random.pick(['PostPaid', 'PostPaid', 'PrePaid', 'Spot', 'unknown']),
      expiresAt: NOW + random.int(-10, 300) * DAY,
    }),
  );
  const prices: Facts['prices'] = { 'i-0': price('bill') };
  for (const type of TYPES.slice(0, 3))
    for (const key of [type, `${type}/Spot`, `${type}/PrePaid`])
      if (random.chance(0.8)) prices[key] = price(random.pick(['api', 'catalog', 'estimate']));
  return { ...facts, machines, prices };
}

test('a saving is at most what the removed nodes cost, those at most the cluster, over 500 random clusters', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const random = randomOf(seed);
    const facts = randomFacts(random);
    const all = facts.survey?.nodes.map(({ name }) => name) ?? [];
    const removed = all.filter(() => random.chance(0.4));
    const saving = savingOf(facts, [...removed, ...removed], words);
    const cost = (nodes: string[]) => {
      const sums = new Map<string, number>();
      for (const { price } of costsOf(facts, nodes))
        if (price) sums.set(price.currency, (sums.get(price.currency) ?? 0) + price.amount);
      return sums;
    };
    if (!saving) continue;
    const ofRemoved = cost(removed).get(saving.currency) ?? 0;
    expect(saving.amount, `seed ${seed}`).toBeLessThanOrEqual(ofRemoved + 0.01);
    expect(ofRemoved).toBeLessThanOrEqual((cost(all).get(saving.currency) ?? 0) + 0.01);
    expect(savingOf({ ...facts, window: { from: 0, to: NOW } } as Facts, removed, words)).toEqual(saving);
  }
});

test('the costs of namespaces and what is idle add up to the cluster’s', () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const facts = randomFacts(randomOf(seed));
    const costs = costsByNamespace(facts);
    if (!costs) continue;
    const parts = costs.namespaces.reduce((sum, { amount }) => sum + amount, costs.idle);
    expect(Math.abs(parts - costs.total), `seed ${seed}`).toBeLessThan(0.01 * (costs.namespaces.length + 2));
    expect(costs.month.forecast).toBeGreaterThanOrEqual(costs.month.toDate);
  }
});

test('without a price there is no money; an estimate is never added to what is known', () => {
  const price = (amount: number, source: 'api' | 'estimate') => ({
    amount,
    currency: 'CNY',
    source,
    asOf: '2026-11-25',
  });
  const cost = (amount: number, source: 'api' | 'estimate') => ({
    node: 'n',
    charge: 'PostPaid' as const,
    price: price(amount, source),
  });
  expect(sumOf([{ node: 'n', charge: 'PostPaid' }])).toBeUndefined();
  expect(sumOf([cost(100, 'api'), cost(30, 'estimate')])).toMatchObject({ amount: 100, source: 'api', nodes: 1 });
  expect(bestPrice([price(1, 'estimate'), undefined, price(2, 'api')])?.amount).toBe(2);
});
