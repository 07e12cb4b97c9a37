import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Bss from '@alicloud/bssopenapi20171214';
import Cs from '@alicloud/cs20151215';
import Ecs from '@alicloud/ecs20140526';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import Vpc from '@alicloud/vpc20160428';
import { z } from 'zod';
import { SANDBOX_ACCESS_KEY_ID, SANDBOX_ACCESS_KEY_SECRET, startSandbox } from '../../../servers/sandbox/sandbox.ts';

/** The client class of a CommonJS package, which some loaders have unwrapped already. */
function classOf<Class extends new (config: never) => unknown>(loaded: Class | { default: Class }): Class {
  return typeof loaded === 'function' ? loaded : loaded.default;
}

/** The real SDK clients, pointed at a sandbox. */
export function clients(url: string, keys = { id: SANDBOX_ACCESS_KEY_ID, secret: SANDBOX_ACCESS_KEY_SECRET }) {
  const config = new $OpenApiUtil.Config({
    accessKeyId: keys.id,
    accessKeySecret: keys.secret,
    endpoint: new URL(url).host,
    protocol: 'HTTP',
    regionId: 'cn-hangzhou',
    readTimeout: 400,
    connectTimeout: 400,
  });
  return {
    cs: new (classOf(Cs))(config),
    ecs: new (classOf(Ecs))(config),
    vpc: new (classOf(Vpc))(config),
    bss: new (classOf(Bss))(config),
  };
}

const poolSchema = z.looseObject({ id: z.string(), name: z.string() });

const stateSchema = z.object({
  clusters: z.array(z.looseObject({ id: z.string(), nodePools: z.array(poolSchema) })),
  vpcs: z.array(z.json()),
  accepted: z.record(z.string(), z.number()),
});

const answerSchema = z.object({ cluster_id: z.string().default(''), task_id: z.string().default('') });

/** A sandbox in a folder of its own whose clock stands still until `pass` moves it; speed 1, so a second is a second. */
export async function startWorld() {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  let now = Date.parse('2026-11-24T00:00:00Z');
  const start = () => startSandbox({ dataDir, speed: 1, clock: () => now });
  let sandbox = await start();
  return {
    url: () => sandbox.url,
    sdk: () => clients(sandbox.url),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    reopen: async () => {
      await sandbox.close();
      sandbox = await start();
    },
    faults: async (faults: object) => {
      const response = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(faults) });
      return response.status;
    },
    state: async () => stateSchema.parse(await (await fetch(`${sandbox.url}/_sandbox/state`)).json()),
    close: async () => {
      await sandbox.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export type TestWorld = Awaited<ReturnType<typeof startWorld>>;

const ZONES = ['i', 'j', 'k'];

/** A VPC with a node and a pod vSwitch in each of three zones, all available. */
export async function buildNetwork(world: Pick<TestWorld, 'sdk' | 'pass'>) {
  const { vpc } = world.sdk();
  const sdk = await import('@alicloud/vpc20160428');
  const made = await vpc.createVpc(new sdk.CreateVpcRequest({ regionId: 'cn-hangzhou', cidrBlock: '172.16.0.0/12' }));
  const vpcId = made.body?.vpcId ?? '';
  world.pass(3);
  const vswitch = async (zone: string, cidrBlock: string) => {
    const zoneId = `cn-hangzhou-${zone}`;
    const answer = await vpc.createVSwitch(
      new sdk.CreateVSwitchRequest({ regionId: 'cn-hangzhou', vpcId, zoneId, cidrBlock }),
    );
    world.pass(5);
    return answer.body?.vSwitchId ?? '';
  };
  const nodes: string[] = [];
  const pods: string[] = [];
  for (const [n, zone] of ZONES.entries()) {
    nodes.push(await vswitch(zone, `172.16.${n * 2}.0/23`));
    pods.push(await vswitch(zone, `172.16.${208 + n * 16}.0/20`));
  }
  return { vpcId, nodes, pods };
}

/** The body of the seed case: three zones, Terway, Pro, the production add-ons. */
export const seedBody = (network: { vpcId: string; nodes: string[]; pods: string[] }) => ({
  name: 'shop-prod',
  region_id: 'cn-hangzhou',
  cluster_type: 'ManagedKubernetes',
  profile: 'Default',
  cluster_spec: 'ack.pro.small',
  kubernetes_version: '1.36.1-aliyun.1',
  timezone: 'Asia/Shanghai',
  vpcid: network.vpcId,
  vswitch_ids: network.nodes,
  pod_vswitch_ids: network.pods,
  service_cidr: '192.168.0.0/16',
  proxy_mode: 'nftables',
  snat_entry: true,
  endpoint_public_access: false,
  deletion_protection: true,
  addons: [
    { name: 'terway-controlplane', config: '{"ENITrunking":"true"}' },
    { name: 'terway-eniip', config: '{"IPVlan":"true"}' },
    { name: 'csi-plugin' },
    { name: 'arms-prometheus' },
    { name: 'nginx-ingress-controller', disabled: true },
  ],
  nodepools: [
    {
      nodepool_info: { name: 'default-nodepool' },
      scaling_group: {
        vswitch_ids: network.nodes,
        instance_types: ['ecs.g7.xlarge', 'ecs.g8i.xlarge'],
        desired_size: 3,
        system_disk_category: 'cloud_essd',
        system_disk_size: 120,
        key_pair: 'shop',
      },
      kubernetes_config: { runtime: 'containerd', runtime_version: '2.1.6' },
    },
  ],
  tags: [{ key: 'k8s-copilot/plan', value: 'P-1' }],
});

/** Calls CS through the SDK's generic call, so that tests write wire fields. */
export async function callCs(url: string, method: string, pathname: string, body?: object) {
  const { cs } = clients(url);
  const params = new $OpenApiUtil.Params({
    action: 'Call',
    version: '2015-12-15',
    protocol: 'HTTP',
    pathname,
    method,
    authType: 'AK',
    style: 'ROA',
    reqBodyType: 'json',
    bodyType: 'json',
  });
  const request = new $OpenApiUtil.OpenApiRequest({ ...(body && { body }) });
  const answer = await cs.callApi(params, request, { toMap: () => ({}) });
  return answerSchema.parse(answer.body);
}
