import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { clusterSpec, connectAck, startStub } from './support.ts';

/** Fields of CreateCluster that are alive after the retirements of 2026-07; everything else must never leave the house. */
const living = new Set(
  `name region_id cluster_type profile cluster_spec kubernetes_version timezone vpcid vswitch_ids pod_vswitch_ids container_cidr
  node_cidr_mask service_cidr ip_stack proxy_mode snat_entry endpoint_public_access is_enterprise_security_group
  deletion_protection rrsa_config maintenance_window operation_policy controlplane_log_components controlplane_log_ttl
  audit_log_config addons nodepools tags`.split(/\s+/),
);

const versions = [
  {
    version: '1.36.1-aliyun.1',
    creatable: true,
    runtimes: [
      { name: 'containerd', version: '2.1.6' },
      { name: 'containerd', version: '1.6.39' },
    ],
  },
];
let clusters: unknown[] = [];
let pools: unknown[] = [];
let stub: Awaited<ReturnType<typeof startStub>>;
let ack: Awaited<ReturnType<typeof connectAck>>;

beforeAll(async () => {
  stub = await startStub({
    DescribeClustersForRegion: () => ({ body: { clusters } }),
    DescribeClusterDetail: () => ({
      body: { cluster_id: 'c1', region_id: 'cn-hangzhou', current_version: '1.36.1-aliyun.1' },
    }),
    DescribeClusterNodePools: () => ({ body: { nodepools: pools } }),
    DescribeKubernetesVersionMetadata: () => ({ body: versions }),
    CreateCluster: () => ({ status: 202, body: { cluster_id: 'c1', task_id: 'T-1' } }),
    CreateClusterNodePool: () => ({ body: { nodepool_id: 'np1', task_id: 'T-2' } }),
  });
  ack = await connectAck(stub.url);
});
beforeEach(() => {
  stub.received.length = 0;
  clusters = [];
  pools = [];
});
afterAll(async () => {
  await ack.close();
  await stub.stop();
});

async function createdBody(change: object = {}) {
  const { data } = await ack.call('cluster_create', { ...clusterSpec, ...change, idempotencyKey: 'key-1' });
  expect(data).toEqual({ clusterId: 'c1', taskId: 'T-1', adopted: false });
  return stub.sent('CreateCluster')[0]?.body ?? {};
}

it('sends no field of CreateCluster that was retired', async () => {
  const body = await createdBody();
  expect(Object.keys(body).filter((field) => !living.has(field))).toEqual([]);
});

it('sends a Terway cluster as the official example writes it', async () => {
  expect(await createdBody()).toMatchObject({
    region_id: 'cn-hangzhou',
    cluster_type: 'ManagedKubernetes',
    vpcid: 'vpc-1',
    pod_vswitch_ids: ['vsw-pi', 'vsw-pj', 'vsw-pk'],
    proxy_mode: 'nftables',
    endpoint_public_access: false,
    deletion_protection: true,
    rrsa_config: { enabled: true },
    maintenance_window: { enable: true, maintenance_time: '18:00:00Z', duration: '3h', weekly_period: 'Thursday' },
    operation_policy: { cluster_auto_upgrade: { enabled: true, channel: 'stable' } },
    controlplane_log_ttl: '30',
    addons: [
      { name: 'terway-controlplane', config: '{"ENITrunking":"true"}' },
      { name: 'terway-eniip', config: '{"IPVlan":"true","NetworkPolicy":"true","ENITrunking":"true"}' },
      { name: 'csi-plugin' },
      { name: 'arms-prometheus', config: '{"prometheusMode":"default"}' },
    ],
    nodepools: [
      {
        nodepool_info: { name: 'default-nodepool' },
        scaling_group: {
          desired_size: 3,
          instance_charge_type: 'PostPaid',
          system_disk_category: 'cloud_essd',
          system_disk_performance_level: 'PL0',
          system_disk_size: 120,
          multi_az_policy: 'BALANCE',
        },
        kubernetes_config: {
          runtime: 'containerd',
          runtime_version: '2.1.6',
          labels: [{ key: 'tier', value: 'web' }],
          taints: [{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }],
        },
        management: {
          enable: true,
          auto_repair: true,
          auto_vul_fix_policy: { vul_level: 'asap', restart_node: false },
        },
      },
    ],
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'managed-by', value: 'k8s-copilot' },
      { key: 'k8s-copilot/key', value: 'key-1' },
    ],
  });
});

it('sends a Flannel cluster its pod range and no pod vSwitches', async () => {
  const { podVswitchIds: _, ...network } = clusterSpec.network;
  const body = await createdBody({ network: { ...network, plugin: 'flannel', podCidr: '10.0.0.0/16' } });
  expect(body).toMatchObject({ container_cidr: '10.0.0.0/16', node_cidr_mask: '26' });
  expect(body).not.toHaveProperty('pod_vswitch_ids');
  expect(body.addons).toContainEqual({ name: 'flannel' });
});

it('leaves the number of nodes to the autoscaler where there is one', async () => {
  const nodepools = clusterSpec.nodepools.map((pool) => ({ ...pool, autoscaling: { enabled: true, min: 3, max: 9 } }));
  const [pool] = JSON.parse(JSON.stringify((await createdBody({ nodepools })).nodepools));
  expect(pool.auto_scaling).toMatchObject({ enable: true, min_instances: 3, max_instances: 9 });
  expect(pool.scaling_group).not.toHaveProperty('desired_size');
});

it.each(['num_of_nodes', 'worker_instance_types', 'login_password', 'enable_rrsa', 'zone_id'])(
  'refuses the retired argument %s before anything is sent',
  async (field) => {
    const { failed, data } = await ack.call('cluster_create', {
      ...clusterSpec,
      [field]: 'x',
      idempotencyKey: 'key-1',
    });
    expect({ failed, code: data.code }).toEqual({ failed: true, code: 'INVALID_ARGUMENT' });
    expect(stub.received).toEqual([]);
  },
);

it('adopts the cluster that the same key has made', async () => {
  clusters = [
    { cluster_id: 'c9', name: 'shop-prod', state: 'initial', tags: [{ key: 'k8s-copilot/key', value: 'key-1' }] },
  ];
  const { data } = await ack.call('cluster_create', { ...clusterSpec, idempotencyKey: 'key-1' });
  expect(data).toEqual({ clusterId: 'c9', adopted: true });
  expect(stub.sent('CreateCluster')).toEqual([]);
});

it('makes a new cluster where the one of the same key is being deleted', async () => {
  clusters = [{ cluster_id: 'c9', state: 'deleting', tags: [{ key: 'k8s-copilot/key', value: 'key-1' }] }];
  await createdBody();
});

it('adopts the node pool of the same key, and refuses one of the same name that it has not made', async () => {
  const [pool] = clusterSpec.nodepools;
  const create = (key: string) =>
    ack.call('nodepool_create', { clusterId: 'c1', ...pool, name: 'extra', idempotencyKey: key });
  expect((await create('key-2')).data).toEqual({ nodepoolId: 'np1', taskId: 'T-2', adopted: false });
  const { scaling_group: group } = stub.sent('CreateClusterNodePool')[0]?.body ?? {};
  pools = [
    { nodepool_info: { nodepool_id: 'np1', name: 'extra' }, scaling_group: group, status: { state: 'scaling' } },
  ];
  expect((await create('key-2')).data).toEqual({ nodepoolId: 'np1', adopted: true });
  expect((await create('key-3')).data).toMatchObject({ code: 'CONFLICT', details: { nodepoolId: 'np1' } });
});

it('shows what a dry run would send, and sends nothing', async () => {
  const { data } = await ack.call('cluster_create', { ...clusterSpec, idempotencyKey: 'key-1', dryRun: true });
  expect(data).toMatchObject({ dryRun: true, request: { name: 'shop-prod', vpcid: 'vpc-1' } });
  expect(stub.received).toEqual([]);
});
