import * as bssSdk from '@alicloud/bssopenapi20171214';
import * as csSdk from '@alicloud/cs20151215';
import * as ecsSdk from '@alicloud/ecs20140526';
import * as vpcSdk from '@alicloud/vpc20160428';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildNetwork, callCs, clients, seedBody, startWorld, type TestWorld } from './harness.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const create = async (change: object = {}) => {
  const network = await buildNetwork(world);
  const body = { ...seedBody(network), ...change };
  return callCs(world.url(), 'POST', '/clusters', body);
};

describe('a cluster', () => {
  it('runs after ten minutes, with Ready nodes in three zones and active add-ons', async () => {
    const { cluster_id: id, task_id } = await create();
    expect(id).toMatch(/^c[0-9a-f]{32}$/);
    expect(task_id).toMatch(/^T-[0-9a-f]{24}$/);
    const { cs } = world.sdk();
    expect((await cs.describeClusterDetail(id)).body?.state).toBe('initial');
    expect((await cs.describeTaskInfo(task_id)).body?.currentStage).toBe('CreateSecurityGroup');
    world.pass(600);
    expect((await cs.describeClusterDetail(id)).body?.state).toBe('running');
    expect((await cs.describeTaskInfo(task_id)).body?.state).toBe('success');
    const nodes = (await cs.describeClusterNodes(id, new csSdk.DescribeClusterNodesRequest({}))).body?.nodes ?? [];
    expect(nodes.map((node) => node.nodeStatus)).toEqual(['Ready', 'Ready', 'Ready']);
    expect(new Set(nodes.map((node) => node.ipAddress?.[0]?.split('.')[2])).size).toBe(3);
    const addons = (await cs.listClusterAddonInstances(id)).body?.addons ?? [];
    expect(addons.every((addon) => addon.state === 'active')).toBe(true);
    expect(addons.map((addon) => addon.name)).not.toContain('nginx-ingress-controller');
  });

  it('is all there after the world was closed and opened again, later', async () => {
    const { cluster_id: id } = await create();
    world.pass(30);
    await world.reopen();
    expect((await world.sdk().cs.describeClusterDetail(id)).body?.state).toBe('initial');
    world.pass(600);
    await world.reopen();
    expect((await world.sdk().cs.describeClusterDetail(id)).body?.state).toBe('running');
    expect((await world.state()).accepted.CreateCluster).toBe(1);
  });

  it('hands out a kubeconfig whose server answers once it runs', async () => {
    const { cluster_id: id } = await create();
    expect((await fetch(`${world.url()}/kubernetes/${id}/readyz`)).status).toBe(503);
    world.pass(600);
    const request = new csSdk.DescribeClusterUserKubeconfigRequest({ temporaryDurationMinutes: 15 });
    const { body } = await world.sdk().cs.describeClusterUserKubeconfig(id, request);
    const { server } = JSON.parse(body?.config ?? '').clusters[0].cluster;
    expect(await (await fetch(`${server}/readyz`)).text()).toBe('ok');
    expect(await (await fetch(`${server}/version`)).json()).toMatchObject({ minor: '36' });
  });

  it('is refused for retired fields, a missing Terway add-on, overlapping blocks and a taken name', async () => {
    const network = await buildNetwork(world);
    const body = seedBody(network);
    const post = (change: object) => callCs(world.url(), 'POST', '/clusters', { ...body, ...change });
    await expect(post({ num_of_nodes: 3 })).rejects.toMatchObject({ code: 'InvalidParameter', statusCode: 400 });
    await expect(post({ addons: [] })).rejects.toMatchObject({ code: 'EmptyCIDR' });
    await expect(post({ pod_vswitch_ids: [] })).rejects.toMatchObject({ code: 'InvalidPodVswitchIds' });
    await expect(post({ service_cidr: '172.16.0.0/16' })).rejects.toMatchObject({ code: 'InvalidCIDR' });
    await expect(post({ kubernetes_version: '1.34.1-aliyun.1' })).rejects.toMatchObject({
      code: 'InvalidKubernetesVersion',
    });
    await expect(post({ name: '-shop' })).rejects.toMatchObject({ code: 'InvalidParameter' });
    await post({});
    await expect(post({})).rejects.toMatchObject({ code: 'ErrorClusterNameAlreadyExist' });
    expect((await world.state()).accepted.CreateCluster).toBe(1);
  });

  it('is deleted only after its protection was switched off, and frees its vSwitches', async () => {
    const { cluster_id: id } = await create();
    world.pass(600);
    const { cs } = world.sdk();
    const request = new csSdk.DeleteClusterRequest({});
    await expect(cs.deleteCluster(id, request)).rejects.toMatchObject({ statusCode: 400 });
    await cs.modifyCluster(id, new csSdk.ModifyClusterRequest({ deletionProtection: false }));
    await cs.deleteCluster(id, request);
    expect((await cs.describeClusterDetail(id)).body?.state).toBe('deleting');
    world.pass(180);
    await expect(cs.describeClusterDetail(id)).rejects.toMatchObject({ code: 'ErrorClusterNotFound', statusCode: 404 });
  });
});

describe('a running cluster', () => {
  let id: string;
  beforeEach(async () => {
    id = (await create()).cluster_id;
    world.pass(600);
  });
  const pools = async () =>
    (await world.sdk().cs.describeClusterNodePools(id, new csSdk.DescribeClusterNodePoolsRequest({}))).body
      ?.nodepools ?? [];

  it('scales a pool out, in, and loses chosen nodes', async () => {
    const { cs } = world.sdk();
    const poolId = (await pools())[0]?.nodepoolInfo?.nodepoolId ?? '';
    const resize = (desired_size: number) =>
      callCs(world.url(), 'PUT', `/clusters/${id}/nodepools/${poolId}`, { scaling_group: { desired_size } });
    await resize(5);
    expect((await pools())[0]?.status?.state).toBe('scaling');
    world.pass(240);
    expect((await pools())[0]?.status).toMatchObject({ state: 'active', healthyNodes: 5 });
    await resize(4);
    world.pass(120);
    expect((await pools())[0]?.status?.totalNodes).toBe(4);
    const nodes = (await cs.describeClusterNodes(id, new csSdk.DescribeClusterNodesRequest({}))).body?.nodes ?? [];
    const gone = nodes[0]?.instanceId ?? '';
    await cs.removeNodePoolNodes(
      id,
      poolId,
      new csSdk.RemoveNodePoolNodesRequest({ instanceIds: [gone], drainNode: true, releaseNode: true }),
    );
    world.pass(120);
    const left = (await cs.describeClusterNodes(id, new csSdk.DescribeClusterNodesRequest({}))).body?.nodes ?? [];
    expect(left.map((node) => node.instanceId)).not.toContain(gone);
    expect(left).toHaveLength(3);
  });

  it('gets another pool and another add-on, and says so in tasks and events', async () => {
    const { cs } = world.sdk();
    const [first] = seedBody({
      vpcId: '',
      nodes: (await pools())[0]?.scalingGroup?.vswitchIds ?? [],
      pods: [],
    }).nodepools;
    await callCs(world.url(), 'POST', `/clusters/${id}/nodepools`, { ...first, nodepool_info: { name: 'extra' } });
    const item = new csSdk.InstallClusterAddonsRequestBody({ name: 'ack-cost-exporter' });
    const installed = await cs.installClusterAddons(id, new csSdk.InstallClusterAddonsRequest({ body: [item] }));
    world.pass(300);
    expect((await cs.getClusterAddonInstance(id, 'ack-cost-exporter')).body?.state).toBe('active');
    expect((await pools()).map((pool) => pool.status?.healthyNodes)).toEqual([3, 3]);
    const tasks = (await cs.describeClusterTasks(id, new csSdk.DescribeClusterTasksRequest({}))).body?.tasks ?? [];
    expect(tasks.map((task) => task.state)).toEqual(['success', 'success', 'success', 'success']);
    const taskId = installed.body?.taskId ?? '';
    const events = await cs.describeClusterEvents(id, new csSdk.DescribeClusterEventsRequest({ taskId }));
    expect(events.body?.events?.map((event) => event.data?.reason)).toEqual(['Succeeded', 'Succeeded', 'Started']);
    await cs.unInstallClusterAddons(
      id,
      new csSdk.UnInstallClusterAddonsRequest({ addons: [{ name: 'ack-cost-exporter' }] }),
    );
    world.pass(60);
    await expect(cs.getClusterAddonInstance(id, 'ack-cost-exporter')).rejects.toMatchObject({ code: 'AddonNotFound' });
  });

  it('is inspected', async () => {
    const { cs } = world.sdk();
    const run = await cs.runClusterInspect(id, new csSdk.RunClusterInspectRequest({}));
    const reportId = run.body?.reportId ?? '';
    world.pass(60);
    const request = new csSdk.GetClusterInspectReportDetailRequest({ language: 'en_US' });
    const { body } = await cs.getClusterInspectReportDetail(id, reportId, request);
    expect(body).toMatchObject({ status: 'completed', summary: { code: 'normal', normalCount: 4 } });
  });
});

describe('the network', () => {
  const vpcOf = (clientToken: string, cidrBlock = '10.0.0.0/8', dryRun = false) =>
    world.sdk().vpc.createVpc(new vpcSdk.CreateVpcRequest({ regionId: 'cn-hangzhou', cidrBlock, clientToken, dryRun }));

  it('gives the same VPC for the same client token, and refuses the token for another request', async () => {
    const first = await vpcOf('t-1');
    await world.reopen();
    expect((await vpcOf('t-1')).body?.vpcId).toBe(first.body?.vpcId);
    await expect(vpcOf('t-1', '192.168.0.0/16')).rejects.toMatchObject({ code: 'IdempotentParameterMismatch' });
    expect((await world.state()).vpcs).toHaveLength(1);
  });

  it('makes nothing in a dry run', async () => {
    await expect(vpcOf('t-2', '10.0.0.0/8', true)).rejects.toMatchObject({ code: 'DryRunOperation' });
    expect((await world.state()).vpcs).toEqual([]);
  });

  it('makes the vSwitches of a VPC one at a time, apart from each other and in a zone that exists', async () => {
    const vpcId = (await vpcOf('t-3')).body?.vpcId ?? '';
    world.pass(3);
    const vswitch = (zoneId: string, cidrBlock: string) =>
      world
        .sdk()
        .vpc.createVSwitch(new vpcSdk.CreateVSwitchRequest({ regionId: 'cn-hangzhou', vpcId, zoneId, cidrBlock }));
    const made = await vswitch('cn-hangzhou-i', '10.0.0.0/24');
    await expect(vswitch('cn-hangzhou-j', '10.0.1.0/24')).rejects.toMatchObject({ code: 'TaskConflict' });
    world.pass(5);
    await expect(vswitch('cn-hangzhou-i', '10.0.0.0/20')).rejects.toMatchObject({
      code: 'InvalidCidrBlock.Overlapped',
    });
    await expect(vswitch('cn-hangzhou-z', '10.0.1.0/24')).rejects.toMatchObject({ code: 'InvalidZoneId.NotFound' });
    const request = new vpcSdk.DescribeVSwitchAttributesRequest({ vSwitchId: made.body?.vSwitchId });
    const { body } = await world.sdk().vpc.describeVSwitchAttributes(request);
    expect(body).toMatchObject({ status: 'Available', availableIpAddressCount: 252 });
  });
});

describe('the catalogue', () => {
  it('pages instance types and knows their ENI figures', async () => {
    const { ecs } = world.sdk();
    const one = await ecs.describeInstanceTypes(
      new ecsSdk.DescribeInstanceTypesRequest({ instanceTypes: ['ecs.g7.large'] }),
    );
    expect(one.body?.instanceTypes?.instanceType?.[0]).toMatchObject({
      cpuCoreCount: 2,
      eniQuantity: 3,
      eniPrivateIpAddressQuantity: 6,
    });
    const page = await ecs.describeInstanceTypes(new ecsSdk.DescribeInstanceTypesRequest({ maxResults: 10 }));
    expect(page.body?.instanceTypes?.instanceType).toHaveLength(10);
    expect(page.body?.nextToken).toBe('10');
  });

  it('prices an instance with its system disk, and knows the balance', async () => {
    const systemDisk = new ecsSdk.DescribePriceRequestSystemDisk({
      category: 'cloud_essd',
      size: 120,
      performanceLevel: 'PL0',
    });
    const request = new ecsSdk.DescribePriceRequest({
      regionId: 'cn-hangzhou',
      instanceType: 'ecs.g7.xlarge',
      systemDisk,
      priceUnit: 'Hour',
    });
    const { body } = await world.sdk().ecs.describePrice(request);
    expect(body?.priceInfo?.price?.tradePrice).toBeCloseTo(1.0465 + (120 * 0.5) / 730, 3);
    const price = new bssSdk.GetPayAsYouGoPriceRequest({
      productCode: 'cs',
      subscriptionType: 'PayAsYouGo',
      moduleList: [{ moduleCode: 'm', config: 'c', priceType: 'Hour' }],
    });
    expect(
      (await world.sdk().bss.getPayAsYouGoPrice(price)).body?.data?.moduleDetails?.moduleDetail?.[0]?.originalCost,
    ).toBe(0.64);
    expect((await world.sdk().bss.queryAccountBalance()).body?.data?.availableAmount).toBe('100,000.00');
  });
});

describe('the signature', () => {
  it('is refused when the key is unknown or the secret is wrong, in the shape of each product', async () => {
    const unknown = clients(world.url(), { id: 'nobody', secret: 'x' });
    await expect(unknown.bss.queryAccountBalance()).rejects.toMatchObject({
      code: 'InvalidAccessKeyId.NotFound',
      statusCode: 404,
    });
    const wrong = clients(world.url(), { id: 'sandbox-access-key', secret: 'x' });
    await expect(wrong.cs.describeUserQuota()).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
      statusCode: 400,
    });
    expect((await fetch(`${world.url()}/clusters`)).status).toBe(400);
  });
});
