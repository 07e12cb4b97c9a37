import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cloudTools } from '../../../servers/ack/tools.ts';
import {
  SANDBOX_ACCESS_KEY_ID,
  SANDBOX_ACCESS_KEY_SECRET,
  type Sandbox,
  startSandbox,
} from '../../../servers/sandbox/sandbox.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { clusterSpec, connectAck } from './support.ts';

/** Every tool over the real SDKs against the simulated cloud: one cluster's whole life, then what goes wrong. */

const region = 'cn-hangzhou';
const vpc = { cidr: '172.16.0.0/12', name: 'shop-vpc' };
const vswitches = ['i', 'j', 'k'].flatMap((zone, index) => [
  { zone: `cn-hangzhou-${zone}`, cidr: `172.16.${index * 2}.0/23`, name: `node-${zone}`, role: 'node' },
  { zone: `cn-hangzhou-${zone}`, cidr: `172.16.${208 + index * 16}.0/20`, name: `pod-${zone}`, role: 'pod' },
]);
const used = new Set<string>();
let dataDir: string;
let sandbox: Sandbox;
let ack: Awaited<ReturnType<typeof connectAck>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ack-contract-'));
  sandbox = await startSandbox({ dataDir, speed: 3_000 });
  ack = await connectAck(sandbox.url, {
    accessKeyId: SANDBOX_ACCESS_KEY_ID,
    accessKeySecret: SANDBOX_ACCESS_KEY_SECRET,
  });
});
beforeEach(() => faults({}));
afterAll(async () => {
  await ack.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

const faults = (body: object) => fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(body) });

/** The result of a call that must succeed. */
async function done(tool: string, args: JsonObject) {
  used.add(tool);
  const { failed, data } = await ack.call(tool, args);
  expect(failed ? data : undefined, tool).toBeUndefined();
  return data;
}

/** The error of a call that must fail. */
async function refused(tool: string, args: JsonObject) {
  const { failed, data } = await ack.call(tool, args);
  expect(failed, `${tool}: ${JSON.stringify(data)}`).toBe(true);
  return data;
}

const finished = (taskId: string) =>
  vi.waitUntil(
    async () => {
      const task = await done('task_get', { taskId });
      return task.state === 'running' ? undefined : task;
    },
    { timeout: 15_000, interval: 50 },
  );

function spec(name: string, network: JsonObject) {
  const { vpcId = '', nodeVswitchIds = [], podVswitchIds = [] } = network;
  return {
    ...clusterSpec,
    name,
    network: { ...clusterSpec.network, vpcId, nodeVswitchIds, podVswitchIds },
    nodepools: clusterSpec.nodepools.map((pool) => ({ ...pool, vswitchIds: nodeVswitchIds })),
    security: { deletionProtection: false },
  } satisfies JsonObject;
}

describe('what the cloud offers', () => {
  it('regions, zones, versions, instance types, stock, prices, quotas and add-ons', async () => {
    expect((await done('cloud_list_regions', {})).items).toContainEqual({
      id: region,
      nameZh: expect.stringContaining('杭州'),
      nameEn: expect.stringContaining('Hangzhou'),
    });
    expect((await done('cloud_list_zones', { region })).items.length).toBeGreaterThanOrEqual(3);
    const versions = (await done('cloud_list_k8s_versions', { region })).items;
    expect(versions).toContainEqual(expect.objectContaining({ version: clusterSpec.version, creatable: true }));
    const instanceTypes = ['ecs.g7.large', 'ecs.g7.xlarge'];
    const types = (await done('cloud_list_instance_types', { region, instanceTypes })).items;
    const shared = Object.fromEntries(
      types.map((type: { id: string; podCapacity: { shared: number } }) => [type.id, type.podCapacity.shared]),
    );
    expect(shared).toEqual({ 'ecs.g7.large': 12, 'ecs.g7.xlarge': 45 });
    const zones = ['cn-hangzhou-i', 'cn-hangzhou-nowhere'];
    expect((await done('cloud_check_stock', { region, zones, instanceTypes: ['ecs.g7.xlarge'] })).items).toEqual([
      { zone: 'cn-hangzhou-i', instanceType: 'ecs.g7.xlarge', status: 'WithStock', available: true },
      { zone: 'cn-hangzhou-nowhere', instanceType: 'ecs.g7.xlarge', status: 'NotSold', available: false },
    ]);
    expect((await done('quota_get', { region })).items).toContainEqual({
      name: 'nodesPerCluster',
      limit: expect.any(Number),
    });
    const addons = (
      await done('cloud_list_addons', { region, version: clusterSpec.version, clusterSpec: 'ack.pro.small' })
    ).items;
    expect(addons).toContainEqual(
      expect.objectContaining({ name: 'terway-eniip', version: expect.stringMatching(/\d/) }),
    );
  });

  it('a price has its source, and what has none is in no total', async () => {
    const price = await done('cloud_get_price', {
      region,
      items: [
        { kind: 'instance', spec: 'ecs.g7.xlarge', quantity: 3 },
        { kind: 'disk', spec: 'cloud_essd/PL0', sizeGiB: 120, quantity: 3 },
        { kind: 'clusterMgmt', spec: 'ack.pro.small' },
        { kind: 'nat' },
      ],
    });
    const [instance, disk, fee, nat] = price.lines;
    expect(instance).toMatchObject({
      source: 'api',
      label: 'FUTURE',
      hourly: { amount: 3.1395, currency: 'CNY', unit: 'hour' },
    });
    expect(disk).toMatchObject({ source: 'api', monthly: { unit: 'month' } });
    expect(fee).toMatchObject({ source: 'catalog', asOf: '2026-11-23', hourly: { amount: 0.64 } });
    expect(nat).not.toHaveProperty('monthly');
    expect(price.unpriced).toEqual(['1 × nat']);
    const sum = [instance, disk, fee].reduce((total, line) => total + line.monthly.amount, 0);
    expect(price.totals.payAsYouGoMonthly.amount).toBeCloseTo(sum, 1);
  });
});

describe('the life of a cluster', () => {
  let network: JsonObject;
  let clusterId: string;

  it('a network is made once, however often it is asked for', async () => {
    network = await done('network_create', { region, vpc, vswitches, idempotencyKey: 'net-1' });
    expect(network).toMatchObject({ nodeVswitchIds: [expect.any(String), expect.any(String), expect.any(String)] });
    expect(await done('network_create', { region, vpc, vswitches, idempotencyKey: 'net-1' })).toEqual(network);
    const [found] = (await done('network_list', { region, name: vpc.name })).items;
    expect(found.vswitches).toHaveLength(6);
    const other = { ...vpc, cidr: '10.0.0.0/8' };
    expect(await refused('network_create', { region, vpc: other, vswitches, idempotencyKey: 'net-1' })).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('a network of the same names under another key is another network, and its end leaves the first', async () => {
    const second = await done('network_create', { region, vpc, vswitches, idempotencyKey: 'net-2' });
    expect(second.vpcId).not.toBe(network.vpcId);
    expect(second.nodeVswitchIds).not.toEqual(network.nodeVswitchIds);
    await done('network_delete', { region, vpcId: second.vpcId, idempotencyKey: 'net-2-gone' });
    const { items } = await done('network_list', { region, name: vpc.name });
    expect(items).toMatchObject([{ vpcId: network.vpcId, vswitches: Array.from({ length: 6 }, () => ({})) }]);
    expect(await done('network_create', { region, vpc, vswitches, idempotencyKey: 'net-1' })).toEqual(network);
  });

  it('a plan that fits passes every check', async () => {
    const { ok, checks } = await done('cloud_precheck', {
      plan: { ...spec('shop-prod', network), zones: ['cn-hangzhou-i', 'cn-hangzhou-j'] },
    });
    expect(checks.filter((check: { status: string }) => check.status !== 'pass')).toEqual([]);
    expect(ok).toBe(true);
  });

  it('a cluster is made once, followed by its task, and found by its key', async () => {
    const made = await done('cluster_create', { ...spec('shop-prod', network), idempotencyKey: 'cluster-1' });
    clusterId = made.clusterId;
    expect(made).toMatchObject({ clusterId: expect.stringMatching(/^c[0-9a-f]{32}$/), adopted: false });
    const again = await done('cluster_create', { ...spec('shop-prod', network), idempotencyKey: 'cluster-1' });
    expect(again).toMatchObject({ clusterId, adopted: true });
    expect(await finished(made.taskId)).toMatchObject({ state: 'success', progress: 100, clusterId });
    const tag = { key: 'k8s-copilot/key', value: 'cluster-1' };
    const found = await done('cluster_list', { region, tag });
    expect(found).toMatchObject({ total: 1, items: [{ clusterId, name: 'shop-prod' }] });
    expect((await done('task_list', { clusterId })).items).toContainEqual(
      expect.objectContaining({ type: 'cluster_create', state: 'success' }),
    );
    expect((await done('cluster_events', { clusterId })).items.length).toBeGreaterThan(0);
  });

  it('it is running, its nodes ready, its add-ons active and its API reachable', async () => {
    expect(await done('cluster_get', { clusterId })).toMatchObject({
      name: 'shop-prod',
      state: 'running',
      spec: 'ack.pro.small',
      version: clusterSpec.version,
      tags: { team: 'shop' },
      nodepools: [{ name: 'default-nodepool', state: 'active', desired: 3, total: 3, healthy: 3 }],
    });
    expect(await done('node_list', { clusterId })).toMatchObject({ total: 3, ready: 3 });
    const addons = await done('addon_list', { clusterId });
    expect(addons.active).toBe(addons.total);
    expect(await done('cluster_check_api', { clusterId })).toMatchObject({
      status: 'reachable',
      version: expect.stringMatching(/^v1\.36/),
    });
    const prometheus = await done('prometheus_get', { region, clusterId });
    expect(prometheus.publicUrl ?? prometheus.privateUrl).toMatch(/^https?:/);
  });

  it('a node pool is added, scaled against the size that was seen, changed and deleted', async () => {
    const pool = { ...spec('', network).nodepools[0], name: 'extra' };
    const { nodepoolId, taskId } = await done('nodepool_create', { clusterId, ...pool, idempotencyKey: 'pool-1' });
    expect(await done('nodepool_create', { clusterId, ...pool, idempotencyKey: 'pool-1' })).toEqual({
      nodepoolId,
      adopted: true,
    });
    await finished(taskId);
    const size = { clusterId, nodepoolId, desiredSize: 4 };
    expect(await refused('nodepool_scale', { ...size, expectedCurrent: 9, idempotencyKey: 's' })).toMatchObject({
      code: 'CONFLICT',
    });
    const scaled = await done('nodepool_scale', { ...size, expectedCurrent: 3, idempotencyKey: 's' });
    await finished(scaled.taskId);
    expect(await done('nodepool_scale', { ...size, expectedCurrent: 3, idempotencyKey: 's' })).toEqual({
      nodepoolId,
      already: true,
    });
    const patch = { labels: { tier: 'batch' } };
    const modified = await done('nodepool_modify', { clusterId, nodepoolId, patch, idempotencyKey: 'm' });
    if (modified.taskId) await finished(modified.taskId);
    const { items } = await done('node_list', { clusterId, nodepoolId });
    const gone = await done('node_remove', {
      clusterId,
      nodepoolId,
      instanceIds: [items[0].instanceId],
      idempotencyKey: 'r',
    });
    await finished(gone.taskId);
    expect((await done('nodepool_list', { clusterId, name: 'extra' })).items).toMatchObject([{ nodepoolId, total: 3 }]);
    const deleted = await done('nodepool_delete', { clusterId, nodepoolId, idempotencyKey: 'd' });
    await finished(deleted.taskId);
    expect(await done('nodepool_delete', { clusterId, nodepoolId, idempotencyKey: 'd' })).toEqual({
      nodepoolId,
      state: 'gone',
    });
  });

  it('an add-on is installed once, and uninstalled', async () => {
    const addons = [{ name: 'ack-cost-exporter' }];
    const install = { clusterId, addons, idempotencyKey: 'a' };
    const { taskId, installed } = await done('addon_install', install);
    expect(installed).toEqual(['ack-cost-exporter']);
    expect(await done('addon_install', install)).toEqual({ clusterId, installed: [], skipped: ['ack-cost-exporter'] });
    await finished(taskId);
    expect(await done('addon_upgrade', install)).toMatchObject({ upgraded: [], skipped: ['ack-cost-exporter'] });
    const removed = await done('addon_uninstall', install);
    await finished(removed.taskId);
    expect(await done('addon_uninstall', install)).toEqual({ clusterId, removed: [] });
  });

  it('an inspection is started and read', async () => {
    const { reportId } = await done('inspect_run', { clusterId });
    expect(await done('inspect_get', { clusterId, reportId })).toMatchObject({
      summary: { errors: expect.any(Number) },
    });
  });

  it('a task that has ended cannot be cancelled any more', async () => {
    const { items } = await done('task_list', { clusterId });
    const { taskId } = items.find((task: { type: string }) => task.type === 'cluster_create');
    expect(await done('task_cancel', { taskId, idempotencyKey: 'x' })).toEqual({ taskId, state: 'success' });
  });

  it('the version that it has already needs no upgrade', async () => {
    const upgrade = { clusterId, nextVersion: clusterSpec.version, idempotencyKey: 'u' };
    expect(await done('cluster_upgrade', upgrade)).toEqual({ clusterId, already: true, reached: true });
  });

  it('an older one is upgraded to the version that the cloud names, and to no other', async () => {
    const { items } = await done('cloud_list_k8s_versions', { region });
    const older = items.find(
      (item: { creatable: boolean; upgradableTo: string[] }) => item.creatable && item.upgradableTo[0],
    );
    const made = await done('cluster_create', {
      ...spec('shop-old', network),
      version: older.version,
      idempotencyKey: 'old-1',
    });
    await finished(made.taskId);
    const upgrade = { clusterId: made.clusterId, idempotencyKey: 'u-1' };
    const wrong = await refused('cluster_upgrade', { ...upgrade, nextVersion: '1.99.0-aliyun.1' });
    expect(wrong).toMatchObject({ code: 'CONFLICT' });
    const [nextVersion] = older.upgradableTo;
    const [pool] = (await done('nodepool_list', { clusterId: made.clusterId })).items;
    expect(pool).toMatchObject({ version: older.version });
    const nodes = { clusterId: made.clusterId, nodepoolId: pool.nodepoolId, kubernetesVersion: nextVersion };
    expect(await refused('nodepool_upgrade', { ...nodes, idempotencyKey: 'n-0' })).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/upgrade it first/),
    });
    const { taskId } = await done('cluster_upgrade', { ...upgrade, nextVersion });
    const meanwhile = await done('cluster_upgrade', { ...upgrade, nextVersion });
    // The world is quick: it may be over by now.
    expect([{ taskId, reached: false }, { reached: true }]).toContainEqual({
      reached: meanwhile.reached,
      ...(meanwhile.taskId && { taskId: meanwhile.taskId }),
    });
    expect(await finished(taskId)).toMatchObject({ state: 'success' });
    expect(await done('cluster_get', { clusterId: made.clusterId })).toMatchObject({ version: nextVersion });
    const rolled = await done('nodepool_upgrade', { ...nodes, maxParallelism: 2, idempotencyKey: 'n-1' });
    expect(rolled).toMatchObject({ from: older.version, already: false });
    const again = await done('nodepool_upgrade', { ...nodes, maxParallelism: 2, idempotencyKey: 'n-1' });
    expect(again).toMatchObject({ already: true });
    expect(again.reached ? rolled.taskId : again.taskId).toBe(rolled.taskId);
    const tasks = { clusterId: made.clusterId, type: 'nodepool_upgrade', target: pool.nodepoolId };
    expect((await done('task_list', { ...tasks, after: taskId })).items).toMatchObject([{ taskId: rolled.taskId }]);
    expect((await done('task_list', { ...tasks, after: rolled.taskId })).items).toEqual([]);
    expect((await done('task_list', { ...tasks, target: 'np-other' })).items).toEqual([]);
    expect(await finished(rolled.taskId)).toMatchObject({ state: 'success', type: 'nodepool_upgrade' });
    expect((await done('nodepool_list', { clusterId: made.clusterId })).items).toMatchObject([
      { version: nextVersion },
    ]);
    expect(await done('nodepool_upgrade', { ...nodes, idempotencyKey: 'n-2' })).toMatchObject({
      already: true,
      reached: true,
    });
    const dns = { clusterId: made.clusterId, addons: [{ name: 'coredns' }], idempotencyKey: 'dns' };
    const newer = await done('addon_upgrade', dns);
    expect(newer).toMatchObject({ upgraded: ['coredns'], reached: false });
    const once = await done('addon_upgrade', dns);
    expect(once.reached ? newer.taskId : once.taskId).toBe(newer.taskId);
    await finished(newer.taskId);
    expect(await done('addon_upgrade', dns)).toMatchObject({ upgraded: [], skipped: ['coredns'], reached: true });
    const erased = await done('cluster_delete', {
      clusterId: made.clusterId,
      confirmName: 'shop-old',
      idempotencyKey: 'd-1',
    });
    await finished(erased.taskId);
  });

  it('it is deleted only unprotected and under its own name, and then its network', async () => {
    await done('cluster_modify', { clusterId, deletionProtection: true, idempotencyKey: 'p1' });
    const erase = { clusterId, confirmName: 'shop-prod', idempotencyKey: 'd' };
    await refused('cluster_delete', erase);
    await done('cluster_modify', { clusterId, deletionProtection: false, idempotencyKey: 'p2' });
    expect(await refused('cluster_delete', { ...erase, confirmName: 'shop' })).toMatchObject({ code: 'CONFLICT' });
    const { taskId } = await done('cluster_delete', erase);
    await finished(taskId);
    expect(await done('cluster_delete', erase)).toEqual({ clusterId, state: 'gone' });
    const { vpcId = '' } = network;
    expect((await done('network_delete', { region, vpcId, idempotencyKey: 'd' })).deleted).toHaveLength(7);
    expect(await done('network_delete', { region, vpcId, idempotencyKey: 'd' })).toMatchObject({
      state: 'gone',
      deleted: [],
    });
  });

  it('every tool was used on the way', () => {
    expect(cloudTools.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('what goes wrong', () => {
  let network: JsonObject;
  beforeAll(async () => {
    network = await done('network_create', {
      region,
      vpc: { ...vpc, name: 'faulty' },
      vswitches,
      idempotencyKey: 'net-9',
    });
  });

  it.each([
    [{ insufficientBalance: true }, 'balance'],
    [{ roleNotAttached: true }, 'roles'],
    [{ ipNotEnough: true }, 'addresses'],
    [{ noStock: [{ instanceType: 'ecs.g7.xlarge' }, { instanceType: 'ecs.g8i.xlarge' }] }, 'stock'],
  ])('%j fails its check before anything is made', async (fault, id) => {
    await faults(fault);
    const { ok, checks } = await done('cloud_precheck', { plan: spec('shop-2', network) });
    expect({ ok, status: checks.find((check: { id: string }) => check.id === id).status }).toEqual({
      ok: false,
      status: 'fail',
    });
  });

  it.each([[{ insufficientBalance: true }], [{ roleNotAttached: true }], [{ quotaExceeded: true }]])(
    '%j refuses a cluster with a hint',
    async (fault) => {
      await faults(fault);
      const error = await refused('cluster_create', { ...spec('shop-3', network), idempotencyKey: 'c-3' });
      expect(error).toMatchObject({ ambiguous: false, hint: expect.any(String), requestId: expect.any(String) });
    },
  );

  it('a pool whose nodes were sold out gets them when it is asked for again with the same key', async () => {
    const { clusterId, taskId } = await done('cluster_create', {
      ...spec('shop-5', network),
      nodepools: [],
      idempotencyKey: 'c-5',
    });
    await finished(taskId);
    await faults({ noStock: [{ zone: 'cn-hangzhou-k' }] });
    const pool = { clusterId, ...spec('', network).nodepools[0], name: 'extra', idempotencyKey: 'pool-5' };
    const made = await done('nodepool_create', pool);
    expect(await finished(made.taskId)).toMatchObject({ state: 'failed', error: { code: 'OperationDenied.NoStock' } });
    await faults({});
    const again = await done('nodepool_create', pool);
    expect(again).toMatchObject({ nodepoolId: made.nodepoolId, adopted: true, taskId: expect.any(String) });
    expect(await finished(again.taskId)).toMatchObject({ state: 'success' });
    expect(await done('nodepool_create', pool)).toEqual({ nodepoolId: made.nodepoolId, adopted: true });
    expect(await done('node_list', { clusterId })).toMatchObject({ total: 3, ready: 3 });
  });

  it('a cluster whose making was answered with an error is found by the same key', async () => {
    await faults({ errorAfterAccept: { action: 'CreateCluster', times: 1 } });
    const create = { ...spec('shop-4', network), idempotencyKey: 'c-4' };
    expect(await refused('cluster_create', create)).toMatchObject({ ambiguous: true, retryable: true });
    expect(await done('cluster_create', create)).toMatchObject({ adopted: true });
  });
});
