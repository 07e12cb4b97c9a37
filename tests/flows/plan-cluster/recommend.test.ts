import { describe, expect, test } from 'vitest';
import { check } from '../../../flows/plan-cluster/check.ts';
import { checkRung } from '../../../flows/plan-cluster/check-rung.ts';
import { overlaps, usableAddresses, within } from '../../../flows/plan-cluster/cidr.ts';
import { loadKnowledge } from '../../../flows/plan-cluster/knowledge.ts';
import { rungOf } from '../../../flows/plan-cluster/ladder.ts';
import type { Option } from '../../../flows/plan-cluster/option.ts';
import { recommend } from '../../../flows/plan-cluster/recommend.ts';
import { missingFields, type Requirements, requirementsSchema } from '../../../flows/plan-cluster/requirements.ts';

const knowledge = loadKnowledge();

function optionsFor(asked: Requirements): Option[] {
  const answer = recommend(asked, knowledge);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusals));
  return answer.options;
}

const first = (asked: Requirements): Option => {
  const [option] = optionsFor(asked);
  if (!option) throw new Error('no option');
  return option;
};
const keys = (messages: { key: string }[]) => messages.map(({ key }) => key);

describe('the seed case: Hangzhou, medium budget, Node.js shop, production, highly available', () => {
  const seed = {
    region: 'cn-hangzhou',
    budget: 'medium',
    workload: 'nodejs',
    purpose: 'prod',
    availability: 'ha',
  } as const;
  const option = first(seed);

  test('stands on three nodes over the three preferred zones', () => {
    expect(option.wish.zones).toEqual(['cn-hangzhou-i', 'cn-hangzhou-j', 'cn-hangzhou-k']);
    expect(option.pool).toMatchObject({
      count: 3,
      instanceTypes: ['ecs.g7.xlarge', 'ecs.g8i.xlarge', 'ecs.g8a.xlarge'],
    });
    expect(option.network.nodes).toHaveLength(3);
    expect(option.network.pods).toHaveLength(3);
  });

  test('is a protected, private Pro cluster with Terway and the newest version that can be created', () => {
    expect(option.wish).toMatchObject({
      clusterType: 'ack.pro.small',
      network: 'terway-shared',
      apiExposure: 'private',
      deletionProtection: true,
      logging: true,
      storage: ['essd-pl1'],
      runtime: 'containerd',
    });
    expect(option.version).toMatchObject({ version: '1.36.1-aliyun.1', endOfSupport: '2027-05-30' });
    expect(option.network.proxyMode).toBe('nftables');
  });

  test('has the production add-ons, the network and storage ones with the cluster', () => {
    const names = (when: string) => option.addons.filter((addon) => addon.when === when).map(({ name }) => name);
    expect(names('create').sort()).toEqual(
      ['coredns', 'csi-plugin', 'managed-csiprovisioner', 'terway-controlplane', 'terway-eniip'].sort(),
    );
    expect(names('install').sort()).toEqual(
      [
        'ack-node-local-dns',
        'ack-node-problem-detector',
        'alb-ingress-controller',
        'arms-prometheus',
        'loongcollector',
        'metrics-server',
      ].sort(),
    );
  });

  test('costs about 3,046 CNY a month, each line with its source', () => {
    expect(option.cost.amount).toBeCloseTo(3046.35, 1);
    expect(option.cost.lines.map(({ amount }) => amount)).toEqual([2291.84, 467.2, 107.31, 180]);
    for (const line of option.cost.lines) expect(line.source && line.asOf).toBeTruthy();
    expect(option.cost.lines.map(({ estimated }) => estimated)).toEqual([false, false, false, true]);
    expect(keys(option.cost.notIncluded)).toEqual(
      ['nat', 'alb', 'sls', 'prometheus', 'volumes'].map((name) => `plan.not-included.${name}`),
    );
  });

  test('holds 45 pods per node and says that g7.large would hold 12', () => {
    expect(option.capacity).toMatchObject({ perNode: 45, usable: 41, estimated: false });
    expect(option.reasons).toContainEqual({
      key: 'plan.reason.not-large',
      params: { type: 'ecs.g7.large', pods: 12, usable: 8, most: 9 },
    });
  });

  test('offers one that costs less and one that carries more', () => {
    expect(optionsFor(seed).map(({ rank, id }) => [rank, id])).toEqual([
      ['recommended', '3x-g7.xlarge'],
      ['cheaper', '3x-c7.xlarge'],
      ['stronger', '6x-g7.xlarge'],
    ]);
  });
});

test('a person who names g7.large is warned of its 12 pods and offered g7.xlarge', () => {
  const options = optionsFor({ instanceType: 'ecs.g7.large' });
  const warning = options[0]?.warnings.find(({ key }) => key === 'plan.warn.few-pods');
  expect(warning?.params).toMatchObject({ pods: 12, usable: 8, most: 9, offer: 'ecs.g7.xlarge' });
  expect(options.find(({ rank }) => rank === 'stronger')?.pool.instanceTypes[0]).toBe('ecs.g7.xlarge');
});

test('a low budget for development gets a basic single-zone cluster with Flannel', () => {
  const option = first({ purpose: 'dev', budget: 'low' });
  expect(option.wish).toMatchObject({ clusterType: 'ack.standard', network: 'flannel', availability: 'single-zone' });
  expect(option.wish.zones).toHaveLength(1);
  expect(option.cost.amount).toBeLessThan(1000);
});

test('a higher budget buys more', () => {
  const costs = (['low', 'medium', 'high'] as const).map((budget) => first({ budget }).cost.amount);
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  expect(new Set(costs).size).toBe(3);
});

test('an amount of money buys the most that fits, and too little says so', () => {
  expect(first({ monthlyBudget: 6000 }).id).toBe('6x-g7.xlarge');
  expect(keys(first({ monthlyBudget: 500 }).warnings)).toContain('plan.warn.over-budget');
});

test('many pods get nodes enough, and vSwitches that hold them', () => {
  const option = first({ pods: 20_000 });
  expect(option.capacity.usablePods).toBeGreaterThanOrEqual(20_000);
});

test('production in a region of two zones is planned over both, with a warning', () => {
  const option = first({ region: 'cn-chengdu', purpose: 'prod' });
  expect(option.wish.zones).toEqual(['cn-chengdu-a', 'cn-chengdu-b']);
  expect(option.pool.count).toBe(4);
  expect(keys(option.warnings)).toContain('plan.warn.region-zones');
});

test('a region without list prices shows no invented figure', () => {
  const option = first({ region: 'ap-southeast-1' });
  expect(option.cost).toMatchObject({ complete: false, lines: [] });
  expect(keys(option.warnings)).toContain('plan.warn.no-price');
  expect(keys(option.cost.notIncluded)).toContain('plan.cost.nodes');
});

test('only what a dialogue must ask is missing, and money answers for the budget', () => {
  expect(missingFields({})).toEqual(['region', 'purpose', 'budget', 'workload']);
  expect(missingFields({ region: 'cn-beijing', monthlyBudget: 3000 })).toEqual(['purpose', 'workload']);
});

test('every combination of wishes gives valid, distinct, ranked options or a reason', () => {
  let seen = 0;
  for (const asked of manyRequirements()) {
    const answer = recommend(asked, knowledge);
    expect(answer.ok).toBe(check(asked, knowledge).length === 0);
    if (!answer.ok) {
      expect(answer.refusals.length, JSON.stringify(asked)).toBeGreaterThan(0);
      continue;
    }
    seen += 1;
    const { options } = answer;
    expect(new Set(options.map(({ id }) => id)).size).toBe(options.length);
    for (const option of options) holds(option);
    ranked(options);
  }
  expect(seen).toBeGreaterThan(400);
});

function ranked(options: Option[]): void {
  const [main, ...others] = options;
  if (!main?.cost.complete) return;
  for (const other of others) {
    if (other.rank === 'cheaper') expect(other.cost.amount).toBeLessThan(main.cost.amount);
    else {
      expect(other.cost.amount).toBeGreaterThan(main.cost.amount);
      expect(other.capacity.usablePods).toBeGreaterThanOrEqual(main.capacity.usablePods);
      expect(other.capacity.vcpu).toBeGreaterThanOrEqual(main.capacity.vcpu);
    }
  }
}

function holds({ wish, pool, network, capacity, cost }: Option): void {
  const type = knowledge.types.find(({ id }) => id === pool.instanceTypes[0]);
  if (!type) throw new Error('unknown type');
  expect(checkRung(wish, rungOf({ ...wish, nodeCount: pool.count }, type, 1, knowledge), knowledge)).toEqual([]);
  expect(pool.count % wish.zones.length === 0 || wish.nodeCount !== undefined).toBe(true);
  if (wish.pods) expect(capacity.usablePods).toBeGreaterThanOrEqual(wish.pods);
  const perZone = Math.ceil((pool.autoscaling?.max ?? pool.count) / wish.zones.length);
  for (const { cidr } of network.pods)
    expect(usableAddresses(cidr)).toBeGreaterThanOrEqual(perZone * capacity.perNode * 1.3);
  for (const { cidr } of network.nodes) expect(usableAddresses(cidr)).toBeGreaterThanOrEqual(perZone);
  const inVpc = [...network.nodes, ...network.pods].map(({ cidr }) => cidr);
  for (const cidr of inVpc) expect(within(cidr, network.vpcCidr)).toBe(true);
  const apart = [...inVpc, network.serviceCidr, ...(network.podCidr ? [network.podCidr] : [])];
  for (const [at, cidr] of apart.entries())
    for (const other of apart.slice(at + 1)) expect(overlaps(cidr, other), `${cidr} ${other}`).toBe(false);
  expect(cost.lines.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(cost.amount, 2);
}

function* manyRequirements(): Generator<Requirements> {
  const regions = ['cn-hangzhou', 'cn-chengdu', 'cn-qingdao', 'ap-southeast-1'];
  const extras: Requirements[] = [
    {},
    { pods: 900 },
    { nodeCount: 5 },
    { autoscaling: true, maxNodes: 30 },
    { vpcCidr: '10.0.0.0/16' },
    { network: 'flannel' },
    { network: 'terway-exclusive' },
    { instanceType: 'ecs.g7.2xlarge' },
  ];
  for (const region of regions)
    for (const purpose of ['prod', 'staging', 'dev'] as const)
      for (const budget of ['low', 'medium', 'high'] as const)
        for (const workload of ['nodejs', 'batch', 'stateful', 'ai'] as const)
          for (const extra of extras) yield requirementsSchema.parse({ region, purpose, budget, workload, ...extra });
}
