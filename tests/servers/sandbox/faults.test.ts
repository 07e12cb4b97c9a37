import * as csSdk from '@alicloud/cs20151215';
import * as ecsSdk from '@alicloud/ecs20140526';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildNetwork, callCs, seedBody, startWorld, type TestWorld } from './harness.ts';

let world: TestWorld;
let body: ReturnType<typeof seedBody>;
beforeEach(async () => {
  world = await startWorld();
  body = seedBody(await buildNetwork(world));
});
afterEach(() => world.close());

const create = () => callCs(world.url(), 'POST', '/clusters', body);
const listed = async () => {
  const request = new csSdk.DescribeClustersForRegionRequest({ name: 'shop-prod' });
  return (await world.sdk().cs.describeClustersForRegion('cn-hangzhou', request)).body?.clusters ?? [];
};
const running = async () => {
  const { cluster_id: id } = await create();
  world.pass(600);
  const poolId = (await world.state()).clusters[0]?.nodePools[0]?.id;
  const resize = (desired_size: number) =>
    callCs(world.url(), 'PUT', `/clusters/${id}/nodepools/${poolId}`, { scaling_group: { desired_size } });
  return { id, poolId, resize };
};
const task = async (id: string) => (await world.sdk().cs.describeTaskInfo(id)).body;

it('a zone without stock shows in the stock query and fails the scaling task there, but not elsewhere', async () => {
  const { resize } = await running();
  await world.faults({ noStock: [{ zone: 'cn-hangzhou-i' }] });
  const request = new ecsSdk.DescribeAvailableResourceRequest({
    regionId: 'cn-hangzhou',
    destinationResource: 'InstanceType',
    instanceType: 'ecs.g7.xlarge',
  });
  const zones = (await world.sdk().ecs.describeAvailableResource(request)).body?.availableZones?.availableZone ?? [];
  expect(zones.filter((zone) => zone.statusCategory === 'WithoutStock').map((zone) => zone.zoneId)).toEqual([
    'cn-hangzhou-i',
  ]);
  const { task_id } = await resize(6);
  world.pass(240);
  expect(await task(task_id)).toMatchObject({ state: 'fail', error: { code: 'OperationDenied.NoStock' } });
  expect((await world.state()).clusters[0]?.nodePools[0]).toMatchObject({ total_nodes: 5, healthy_nodes: 5 });
  await world.faults({});
  await resize(6);
  world.pass(240);
  expect((await world.state()).clusters[0]?.nodePools[0]).toMatchObject({ healthy_nodes: 6 });
});

it('a sold-out type gives way to the next type of the pool', async () => {
  await world.faults({ noStock: [{ instanceType: 'ecs.g7.xlarge' }] });
  const { id } = await running();
  const nodes =
    (await world.sdk().cs.describeClusterNodes(id, new csSdk.DescribeClusterNodesRequest({}))).body?.nodes ?? [];
  expect(nodes.map((node) => node.instanceType)).toEqual(['ecs.g8i.xlarge', 'ecs.g8i.xlarge', 'ecs.g8i.xlarge']);
});

it.each([
  ['ipNotEnough', 'InvalidVSwitchId.IpNotEnough'],
  ['insufficientBalance', 'InvalidAccountStatus.NotEnoughBalance'],
  ['quotaExceeded', 'QuotaExceeded.ElasticQuota'],
])('%s fails the scaling task with %s', async (fault, code) => {
  const { resize } = await running();
  await world.faults({ [fault]: true });
  const { task_id } = await resize(5);
  world.pass(240);
  expect(await task(task_id)).toMatchObject({ state: 'fail', error: { code } });
});

it.each([
  ['insufficientBalance', 'InsufficientBalance'],
  ['quotaExceeded', 'QuotaExceed.Cluster'],
  ['roleNotAttached', 'ErrManagedAddonRoleNotAttach'],
])('%s refuses a cluster with %s', async (fault, code) => {
  await world.faults({ [fault]: true });
  await expect(create()).rejects.toMatchObject({ code, statusCode: 400 });
  expect(await listed()).toEqual([]);
});

it('a missing role is told with the page that grants it', async () => {
  await world.faults({ roleNotAttached: true });
  await expect(create()).rejects.toThrow(/https:\/\/ram\.console\.aliyun\.com\//);
  const request = new csSdk.CheckServiceRoleRequest({ roles: [{ name: 'AliyunCSManagedLogRole' }] });
  expect((await world.sdk().cs.checkServiceRole(request)).body?.roles?.[0]?.granted).toBe(false);
});

it('every nth call is throttled', async () => {
  await world.faults({ throttleEvery: 2 });
  const calls = await Promise.allSettled([1, 2, 3, 4].map(() => world.sdk().cs.describeUserQuota()));
  const refused = calls.filter((call) => call.status === 'rejected');
  expect(refused.map((call) => call.reason.code)).toEqual(['Throttling.User', 'Throttling.User']);
});

it('a stuck task runs for ever, until it is cancelled', async () => {
  await world.faults({ taskStuck: { taskType: 'cluster_create', stage: 'CreateControlPlane' } });
  const { cluster_id: id, task_id } = await create();
  world.pass(7200);
  expect(await task(task_id)).toMatchObject({ state: 'running', currentStage: 'CreateControlPlane' });
  expect((await listed())[0]?.state).toBe('initial');
  await world.sdk().cs.cancelTask(task_id);
  expect(await task(task_id)).toMatchObject({ state: 'canceled' });
  expect((await world.sdk().cs.describeClusterDetail(id)).body?.state).toBe('failed');
});

it('a failing task says why, and its cluster is failed', async () => {
  await world.faults({
    taskFail: { taskType: 'cluster_create', stage: 'CreateLoadBalancer', code: 'SLB.Broken', message: 'no' },
  });
  const { task_id } = await create();
  world.pass(600);
  expect(await task(task_id)).toMatchObject({ state: 'fail', error: { code: 'SLB.Broken', message: 'no' } });
  expect((await listed())[0]?.state).toBe('failed');
});

it('a paused task stands still and ends as much later', async () => {
  const { cluster_id: id, task_id } = await create();
  world.pass(300);
  await world.sdk().cs.pauseTask(task_id);
  world.pass(1000);
  expect(await task(task_id)).toMatchObject({ state: 'paused' });
  await world.sdk().cs.resumeTask(task_id);
  world.pass(299);
  expect((await world.sdk().cs.describeClusterDetail(id)).body?.state).toBe('initial');
  world.pass(1);
  expect((await world.sdk().cs.describeClusterDetail(id)).body?.state).toBe('running');
});

it('a call that hangs after it was accepted has made its cluster, once', async () => {
  await world.faults({ hangAfterAccept: { action: 'CreateCluster', times: 1 } });
  await expect(create()).rejects.toThrow(/timeout/i);
  expect(await listed()).toHaveLength(1);
  await expect(create()).rejects.toMatchObject({ code: 'ErrorClusterNameAlreadyExist' });
  expect((await world.state()).accepted.CreateCluster).toBe(1);
});

it('a call that is answered with an error after it was accepted has made its cluster', async () => {
  await world.faults({ errorAfterAccept: { action: 'CreateCluster', status: 502, times: 1 } });
  await expect(create()).rejects.toMatchObject({ statusCode: 502 });
  expect(await listed()).toHaveLength(1);
});

it('a call that is answered with an error before has made nothing, and works when the fault is spent', async () => {
  await world.faults({ errorBefore: { action: 'CreateCluster', times: 1 } });
  await expect(create()).rejects.toMatchObject({ statusCode: 503 });
  expect(await listed()).toEqual([]);
  await create();
  expect(await listed()).toHaveLength(1);
});

it('late listing hides a new cluster from lists, not from its id', async () => {
  await world.faults({ lateListing: 30 });
  const { cluster_id: id } = await create();
  expect(await listed()).toEqual([]);
  expect((await world.sdk().cs.describeClusterDetail(id)).body?.name).toBe('shop-prod');
  world.pass(30);
  expect(await listed()).toHaveLength(1);
});

it('latency makes an answer late', async () => {
  await world.faults({ latencyMs: 50 });
  const started = performance.now();
  await world.sdk().cs.describeUserQuota();
  expect(performance.now() - started).toBeGreaterThanOrEqual(49);
});

it('unknown faults are refused, faults survive a restart, and a reset forgets everything', async () => {
  expect(await world.faults({ rain: true })).toBe(400);
  await world.faults({ latencyMs: 1 });
  await create();
  await world.reopen();
  expect(await (await fetch(`${world.url()}/_sandbox/faults`)).json()).toEqual({ latencyMs: 1 });
  await fetch(`${world.url()}/_sandbox/reset`, { method: 'POST' });
  expect(await world.state()).toMatchObject({ clusters: [], vpcs: [], accepted: {} });
});
