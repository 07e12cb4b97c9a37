import { describe, expect, test } from 'vitest';
import { otherCluster } from '../../../../flows/operations/change/cluster.ts';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { one, play, type Tools } from './play.ts';

const workers = (more: JsonObject = {}): JsonObject => ({
  nodepoolId: 'np1',
  name: 'workers',
  state: 'active',
  desired: 3,
  total: 3,
  healthy: 3,
  instanceTypes: ['ecs.g7.xlarge'],
  ...more,
});
const machine = (name: string, chargeType = 'PostPaid') => ({ name, ready: true, chargeType });
const pools: Tools = {
  ...one({ kind: 'NodePool', name: 'workers' }),
  nodepool_list: { items: [workers()] },
  node_list: { items: ['n1', 'n2', 'n3'].map((name) => machine(name)) },
  cluster_get: { region: 'cn-hangzhou' },
  cloud_get_price: {
    lines: [{ monthly: { amount: 700.4, currency: 'CNY' }, source: 'api', asOf: '2026-11-26' }],
  },
  copilot_room: { nodes: 3, open: 2, waiting: 0, moving: [] },
};

describe('the size of a node pool', () => {
  test('up is a plan with its price, the cloud’s task and the old size as the way back', () => {
    const { plan, said } = play('scale-node-pool', 'add 2 nodes to workers', { tools: pools });
    expect(plan).toMatchObject({
      action: 'nodepool.scale',
      cost: { amount: 1400.8, currency: 'CNY', per: 'month' },
      blastRadius: { objects: 2 },
      risk: 'low',
      steps: [
        {
          tool: 'nodepool_scale',
          args: { nodepoolId: 'np1', desiredSize: 5, expectedCurrent: 3 },
          until: { tool: 'task_get', args: { taskId: { $from: 'size.taskId' } } },
        },
      ],
      undo: [{ tool: 'nodepool_scale', args: { desiredSize: 3 } }],
    });
    expect(said).toEqual(['change.pool.done']);
  });

  test('down names the nodes, what would not fit, and the better way', () => {
    const homeless = { namespace: 'prod', name: 'a', emptyDir: false, homeless: true };
    const tools = { ...pools, copilot_room: { nodes: 3, open: 2, waiting: 0, moving: [homeless] } };
    const { plan, text } = play('scale-node-pool', 'scale the node pool workers to 2', { tools });
    expect(plan).toMatchObject({ risk: 'high', target: { percent: 34 }, cost: { amount: -700.4 } });
    expect(text).toContain('n1, n2, n3');
    expect(text).toContain('1 pod fits nowhere else');
    expect(text).toContain('health report');
  });

  test('saves nothing where nodes are prepaid', () => {
    const tools = { ...pools, node_list: { items: [machine('n1', 'PrePaid')] } };
    const { plan, text } = play('scale-node-pool', 'scale the node pool workers to 2', { tools });
    expect(plan?.cost).toBeUndefined();
    expect(text).toContain('Nothing is saved at once');
  });

  test('has no price where the pool has several instance types', () => {
    const tools = { ...pools, nodepool_list: { items: [workers({ instanceTypes: ['a', 'b'] })] } };
    const { plan, text } = play('scale-node-pool', 'scale the node pool workers to 4', { tools });
    expect(plan?.cost).toBeUndefined();
    expect(text).toContain('What it costs is not known');
  });

  test('of an autoscaler’s pool is not set; its limits are, with the old ones as the way back', () => {
    const autoscaling = { enabled: true, min: 1, max: 4 };
    const tools = { ...pools, nodepool_list: { items: [workers({ autoscaling })] } };
    const text = 'scale the node pool workers to 6';
    const { asked, plan } = play('scale-node-pool', text, { tools, answers: [{ choice: 'offered' }] });
    expect(asked[0]?.title).toBe('change.pool.autoscaled');
    expect(plan?.steps[0]).toMatchObject({
      tool: 'nodepool_modify',
      args: { patch: { autoscaling: { enabled: true, min: 6, max: 6 } } },
    });
    expect(plan?.undo[0]?.args.patch).toEqual({ autoscaling });
  });

  test.each([
    [workers({ state: 'scaling' }), 'change.pool.busy'],
    [workers({ desired: 5 }), 'change.pool.already'],
  ])('of %j is left', (pool, key) => {
    const tools = { ...pools, nodepool_list: { items: [pool] } };
    expect(play('scale-node-pool', 'scale the node pool workers to 5', { tools }).said).toEqual([key]);
  });

  test('is no thing of a cluster without a cloud', () => {
    const tools = { ...pools, nodepool_list: { code: 'TOOL_MISSING', message: 'nodepool_list' } };
    expect(play('scale-node-pool', 'scale workers to 5 nodes', { tools }).said).toEqual(['change.failed.no-tool']);
  });
});

const facts = (more: JsonObject = {}): JsonObject => ({
  cluster: { name: 'demo', state: 'running', version: '1.35.1-aliyun.1', nextVersion: '1.36.1-aliyun.1' },
  pools: [{ nodepoolId: 'np1', name: 'workers', state: 'active', total: 3 }],
  api: { status: 'reachable' },
  nodes: { total: 3, notReady: [], kubelets: [{ pool: 'np1', version: 'v1.35.1-aliyun.1', count: 3 }] },
  deprecated: { apis: [] },
  budgets: { stuck: [], complete: true },
  singles: { names: [], complete: true },
  addons: { items: [{ name: 'coredns', version: 'v1.5.0', state: 'active', offered: 'v1.6.0' }] },
  suspects: { workloads: 1, nodes: 0 },
  ...more,
});
const newest = { name: 'demo', state: 'running', version: '1.36.1-aliyun.1' };
const upgraded = (version: string): JsonObject =>
  facts({ cluster: newest, nodes: { total: 3, notReady: [], kubelets: [{ pool: 'np1', version, count: 3 }] } });

describe('upgrading a cluster', () => {
  const cluster = one({});

  test('is one step without a way back, and the same health afterwards; then its pools are offered', () => {
    const looks = [facts(), upgraded('v1.35.1-aliyun.1'), upgraded('v1.35.1-aliyun.1'), upgraded('v1.36.1-aliyun.1')];
    const tools: Tools = { ...cluster, copilot_upgrade_facts: () => looks.shift() ?? facts() };
    const { commands, said } = play('upgrade-cluster', 'upgrade the cluster', { tools, answers: [{ choice: 'np1' }] });
    const plans = commands.flatMap((each) => (each.verb === 'propose' ? [each.plan] : []));
    expect(plans[0]).toMatchObject({
      action: 'cluster.upgrade',
      risk: 'high',
      undo: [],
      steps: [{ tool: 'cluster_upgrade', args: { nextVersion: '1.36.1-aliyun.1', masterOnly: true } }],
    });
    expect(plans[0]?.verify.map(({ id }) => id)).toEqual(['version', 'api', 'as-before']);
    expect(plans[0]?.verify[2]?.done).toContainEqual({ path: 'counts.workloads.suspects', atMost: 1 });
    expect(plans[1]).toMatchObject({
      action: 'nodepool.upgrade',
      steps: [{ tool: 'nodepool_upgrade', args: { kubernetesVersion: '1.36.1-aliyun.1', maxParallelism: 1 } }],
    });
    expect(said).toEqual(['change.upgrade.done', 'change.pool-upgrade.done', 'change.upgrade.all-done']);
  });

  test.each([
    ['a cluster that is not running', { cluster: { ...newest, state: 'updating', nextVersion: '1.37.1' } }],
    ['an API server that does not answer', { api: { status: 'unreachable', reason: 'refused' } }],
    ['APIs that are called and go', { deprecated: { apis: [{ api: 'batch/v1beta1 cronjobs', removedIn: '1.36' }] } }],
    [
      'kubelets that would be too old',
      { nodes: { total: 1, notReady: [], kubelets: [{ version: 'v1.32.9-aliyun.1', count: 1 }] } },
    ],
  ])('is stopped by %s', (_what, more) => {
    const tools: Tools = { ...cluster, copilot_upgrade_facts: facts(more) };
    const { said, plan, text } = play('upgrade-cluster', 'upgrade the cluster', { tools });
    expect([said, plan]).toEqual([['change.upgrade.blocked'], undefined]);
    expect(text).toContain('✗');
  });

  test('warns of what does not stop it, and of what nobody could look at', () => {
    const more = {
      deprecated: { unknown: 'no Prometheus' },
      budgets: { stuck: ['prod/db'], complete: true },
      nodes: { total: 3, notReady: ['n2'], kubelets: [] },
      api: { status: 'private-unreachable', reason: 'timeout' },
    };
    const tools: Tools = { ...cluster, copilot_upgrade_facts: facts(more) };
    const { plan, text } = play('upgrade-cluster', 'upgrade the cluster', {
      tools,
      outcomes: [{ kind: 'rejected' }],
    });
    for (const part of ['no Prometheus', 'prod/db', 'n2', 'timeout', 'coredns v1.5.0 → v1.6.0', 'is not known here'])
      expect(text).toContain(part);
    expect(plan?.verify.map(({ id }) => id)).toEqual(['version', 'as-before']);
  });

  test('is looked for, where nobody knows whether it was begun, among what came after the newest of its kind', () => {
    const asked: JsonObject[] = [];
    const planned = (items: JsonObject[]) => {
      const task_list = (args: JsonObject) => {
        asked.push(args);
        return { items };
      };
      const tools: Tools = { ...cluster, copilot_upgrade_facts: facts(), task_list };
      return play('upgrade-cluster', 'upgrade the cluster', { tools, outcomes: [{ kind: 'rejected' }] }).plan?.steps[0];
    };
    const wanted = { clusterId: 'c1', type: 'cluster_upgrade', target: 'c1' };
    expect(planned([{ taskId: 'T-9' }, { taskId: 'T-1' }])).toMatchObject({
      adopt: { tool: 'task_list', args: { ...wanted, after: 'T-9' }, result: { taskId: 'items.0.taskId' } },
      settled: [{ path: 'reached', in: [true] }],
    });
    expect(planned([])?.adopt?.args).toEqual(wanted);
    expect(asked).toEqual([wanted, wanted]);
  });

  test('is not looked for where its tasks could not be read: one of long ago would be taken for it', () => {
    const tools: Tools = { ...cluster, copilot_upgrade_facts: facts() };
    const { plan } = play('upgrade-cluster', 'upgrade the cluster', { tools, outcomes: [{ kind: 'rejected' }] });
    expect(plan?.steps[0]).toMatchObject({ settled: [{ path: 'reached' }] });
    expect(plan?.steps[0]).not.toHaveProperty('adopt');
  });

  test('only asked about shows its checks first', () => {
    const tools: Tools = { ...cluster, copilot_upgrade_facts: facts() };
    const { asked, plan, said } = play('upgrade-cluster', 'can we upgrade the cluster?', {
      tools,
      answers: [{ choice: 'leave' }],
    });
    expect([asked[0]?.title, plan, said]).toEqual(['change.upgrade.possible', undefined, ['change.end.nothing']]);
  });

  test.each([
    ['upgrade the cluster to 1.35', 'change.upgrade.already'],
    ['upgrade the cluster to 1.30', 'change.upgrade.backwards'],
  ])('"%s" changes nothing', (text, key) => {
    const tools: Tools = { ...cluster, copilot_upgrade_facts: facts() };
    expect(play('upgrade-cluster', text, { tools }).said).toEqual([key]);
  });

  test('by two minor versions is one at a time', () => {
    const tools: Tools = { ...cluster, copilot_upgrade_facts: facts() };
    const { asked, plan } = play('upgrade-cluster', 'upgrade the cluster to 1.37', {
      tools,
      answers: [{ choice: 'next' }],
      outcomes: [{ kind: 'rejected' }],
    });
    expect([asked[0]?.title, plan?.steps[0]?.args.nextVersion]).toEqual([
      'change.upgrade.one-minor',
      '1.36.1-aliyun.1',
    ]);
  });

  test('of another name than there is asks first', () => {
    const tools: Tools = { ...cluster, copilot_upgrade_facts: facts() };
    const { asked, plan } = play('upgrade-cluster', 'upgrade cluster payments', {
      tools,
      answers: [{ choice: 'leave' }],
    });
    expect([asked[0]?.title, plan]).toEqual(['change.other-cluster', undefined]);
  });

  test.each([
    ['upgrade the cluster to 1.36', undefined],
    ['upgrade cluster demo to 1.36', undefined],
    ['把 demo 集群升级到 1.36', undefined],
    ['升级集群', undefined],
    ['upgrade our production cluster', undefined],
    ['upgrade cluster shop-eu to 1.36', 'shop-eu'],
    ['把 shop-eu 集群升级到 1.36', 'shop-eu'],
  ])('in "%s" the name of another cluster is %s', (text, word) => {
    expect(otherCluster(text, { cluster: 'demo', clusterId: 'c1' })).toBe(word);
  });
});

describe('upgrading a node pool', () => {
  const pool = { ...pools, copilot_upgrade_facts: upgraded('v1.35.1-aliyun.1') };

  test('is never ahead of the control plane', () => {
    const { said } = play('upgrade-node-pool', 'upgrade the node pool workers to 1.37', { tools: pool });
    expect(said).toEqual(['change.pool-upgrade.control-plane-first']);
  });

  test('that has the version already needs nothing', () => {
    const tools = { ...pool, copilot_upgrade_facts: upgraded('v1.36.1-aliyun.1') };
    expect(play('upgrade-node-pool', 'upgrade the nodes', { tools }).said).toEqual(['change.pool-upgrade.already']);
  });

  test('is checked by every kubelet of the pool', () => {
    const { plan } = play('upgrade-node-pool', 'upgrade the nodes', { tools: pool });
    expect(plan?.verify[0]).toMatchObject({ args: { labelSelector: 'alibabacloud.com/nodepool-id=np1' } });
    expect(plan?.blastRadius.objects).toBe(3);
  });
});

describe('upgrading add-ons', () => {
  const addon = (name: string, nextVersion?: string, state = 'active') => ({
    name,
    version: 'v1',
    state,
    ...(nextVersion && { nextVersion }),
  });
  const items = [addon('coredns', 'v2'), addon('terway-eniip', 'v3'), addon('csi-plugin')];
  const tools: Tools = { ...one({}), addon_list: { items } };

  test.each([
    ['upgrade coredns', ['coredns']],
    ['upgrade terway', ['terway-eniip']],
    ['upgrade all add-ons', ['coredns', 'terway-eniip']],
    ['升级所有组件', ['coredns', 'terway-eniip']],
  ])('"%s" is %j, to the versions that are offered', (text, names) => {
    const { plan } = play('upgrade-addons', text, { tools });
    const { addons } = (plan?.steps[0]?.args ?? {}) as { addons: { name: string }[] };
    expect(addons.map(({ name }) => name)).toEqual(names);
    expect(plan).toMatchObject({ action: 'addon.upgrade', undo: [], blastRadius: { objects: names.length } });
    expect(plan?.verify).toHaveLength(names.length);
  });

  test('asks which where none is named', () => {
    const { asked, plan } = play('upgrade-addons', '升级组件', { tools, answers: [{ choice: 'addon-coredns' }] });
    expect(asked[0]?.choices).toEqual(['all', 'addon-coredns', 'addon-terway-eniip', 'leave']);
    expect(plan?.steps[0]?.args.addons).toEqual([{ name: 'coredns', version: 'v2' }]);
  });

  test.each([
    ['upgrade csi-plugin', items, 'change.addons.already'],
    ['upgrade the add-ons', [addon('coredns')], 'change.addons.none'],
    ['upgrade coredns', [addon('coredns', 'v2', 'upgrading')], 'change.addons.busy'],
  ])('"%s" changes nothing where there is nothing to do', (text, list, key) => {
    expect(play('upgrade-addons', text, { tools: { ...tools, addon_list: { items: list } } }).said).toEqual([key]);
  });
});
