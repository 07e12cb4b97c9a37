import { z } from 'zod';
import { ToolFailure } from '../errors.ts';
import { clusterSpec, nodePoolSpec } from '../spec.ts';
import { overlaps } from './cidr.ts';
import { kubernetesVersions, listClusters } from './clusters.ts';
import { listVpcs, listVSwitches } from './network.ts';
import type { Cloud } from './sdk.ts';
import { checkStock, inStock } from './stock.ts';

/** A ClusterSpec before its network exists: ids may be missing, the zones and the VPC range stand for them. */
export const precheckPlan = clusterSpec.extend({
  zones: z.array(z.string()).max(8).default([]),
  vpcCidr: z.string().optional(),
  network: clusterSpec.shape.network.extend({
    vpcId: z.string().optional(),
    nodeVswitchIds: z.array(z.string()).max(8).default([]),
  }),
  nodepools: z
    .array(nodePoolSpec.extend({ vswitchIds: z.array(z.string()).max(8).default([]) }))
    .min(1)
    .max(20),
});

export type PrecheckPlan = z.infer<typeof precheckPlan>;

export const checkResult = z.object({
  id: z.enum(['service', 'roles', 'balance', 'quota', 'version', 'stock', 'cidr', 'addresses']),
  status: z.enum(['pass', 'warn', 'fail']),
  message: z.string(),
  hint: z.string().optional(),
});

type CheckResult = z.infer<typeof checkResult>;
type Check = (cloud: Cloud, plan: PrecheckPlan) => Promise<Omit<CheckResult, 'id'>>;

/** Runs every check; one that cannot be made is a warning, because it says nothing about the plan. */
export async function precheck(cloud: Cloud, plan: PrecheckPlan): Promise<CheckResult[]> {
  const entries: [CheckResult['id'], Check][] = [
    ['service', serviceOpened],
    ['roles', serviceRoles],
    ['balance', balance],
    ['quota', quota],
    ['version', version],
    ['stock', stock],
    ['cidr', ranges],
    ['addresses', freeAddresses],
  ];
  return Promise.all(
    entries.map(async ([id, check]) => {
      const result = await check(cloud, plan).catch((error): Omit<CheckResult, 'id'> => {
        if (!(error instanceof ToolFailure)) throw error;
        const { code, message } = error.error;
        return { status: 'warn', message: `Could not be checked: ${code}: ${message}` };
      });
      return { id, ...result };
    }),
  );
}

const pass = (message: string) => ({ status: 'pass' as const, message });
const fail = (message: string, hint: string) => ({ status: 'fail' as const, message, hint });

/** There is no call that only asks: an account that may read its ACK quota has opened ACK. */
const serviceOpened: Check = async (cloud, { region }) => {
  await cloud.cs.read(region, (client) => client.describeUserQuota());
  return pass('Container Service is open for this account.');
};

const roles = [
  'AliyunCSDefaultRole',
  'AliyunCSManagedKubernetesRole',
  'AliyunCSManagedNetworkRole',
  'AliyunCSManagedCsiRole',
  'AliyunCSManagedCmsRole',
  'AliyunCSManagedLogRole',
  'AliyunCSManagedAutoScalerRole',
];

/** https://api.alibabacloud.com/document/CS/2015-12-15/CheckServiceRole */
const serviceRoles: Check = async (cloud, { region }) => {
  const request = { roles: roles.map((name) => ({ name })) };
  const body = await cloud.cs.read(region, (client, sdk) =>
    client.checkServiceRole(new sdk.CheckServiceRoleRequest(request)),
  );
  const missing = (body.roles ?? []).filter(({ granted }) => granted === false).map(({ name }) => name);
  if (missing.length === 0) return pass('The ACK service roles are authorised.');
  return fail(
    `Not authorised: ${missing.join(', ')}.`,
    'An administrator authorises the ACK service roles in the console.',
  );
};

const leastCny = 100;

/** https://api.alibabacloud.com/document/BssOpenApi/2017-12-14/QueryAccountBalance */
const balance: Check = async (cloud, { region }) => {
  const body = await cloud.bss.read(region, (client) => client.queryAccountBalance());
  const { availableAmount = '', currency = 'CNY' } = body.data ?? {};
  const amount = Number(availableAmount.replaceAll(',', ''));
  if (availableAmount === '' || Number.isNaN(amount)) return { status: 'warn', message: 'The balance is not known.' };
  if (currency === 'CNY' && amount < leastCny) {
    return fail(`The balance is ${amount} ${currency}; ACK wants at least ${leastCny}.`, 'Top up the account.');
  }
  return pass(`The balance is ${amount} ${currency}.`);
};

/** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeUserQuota */
const quota: Check = async (cloud, { region, nodepools }) => {
  const limits = await cloud.cs.read(region, (client) => client.describeUserQuota());
  const clusters = await listClusters(cloud, region);
  const nodes = nodepools.reduce((sum, pool) => sum + Math.max(pool.desiredSize, pool.autoscaling?.max ?? 0), 0);
  const ask = 'Ask for more in the Quota Center.';
  const { amkClusterQuota = Infinity, nodeQuota = Infinity, clusterNodepoolQuota = Infinity } = limits;
  if (clusters.length >= amkClusterQuota) return fail(`All ${amkClusterQuota} managed clusters are in use.`, ask);
  if (nodes > nodeQuota) return fail(`${nodes} nodes are planned, ${nodeQuota} are allowed.`, ask);
  if (nodepools.length > clusterNodepoolQuota)
    return fail(`${nodepools.length} node pools are planned, ${clusterNodepoolQuota} are allowed.`, ask);
  return pass('The plan is within the quotas.');
};

const version: Check = async (cloud, plan) => {
  const versions = await kubernetesVersions(cloud, plan.region);
  const creatable = versions.flatMap((item) => (item.creatable && item.version !== undefined ? [item.version] : []));
  if (creatable.includes(plan.version)) return pass(`Kubernetes ${plan.version} can be created.`);
  return fail(`Kubernetes ${plan.version} cannot be created here.`, `Choose one of ${creatable.join(', ')}.`);
};

const stock: Check = async (cloud, { region, zones, nodepools }) => {
  const short: string[] = [];
  const thin: string[] = [];
  for (const pool of nodepools) {
    const { instanceTypes, chargeType, systemDisk } = pool;
    const asked = { region, instanceTypes, chargeType, diskCategory: systemDisk.category };
    const items = await checkStock(cloud, { ...asked, ...(zones.length > 0 && { zones }) });
    const missing = [...new Set(items.map(({ zone }) => zone))].filter(
      (zone) => !items.some((item) => item.zone === zone && inStock(item.status)),
    );
    if (items.length === 0 || missing.length > 0)
      short.push(`${pool.name}: ${instanceTypes.join(', ')} in ${missing.join(', ') || region}`);
    else
      thin.push(
        ...items.filter(({ status }) => !inStock(status)).map(({ zone, instanceType }) => `${instanceType} in ${zone}`),
      );
  }
  if (short.length > 0) return fail(`Out of stock: ${short.join('; ')}.`, 'Choose another instance type or zone.');
  if (thin.length > 0)
    return { status: 'warn', message: `Not everywhere in stock: ${thin.join(', ')}; the other types serve.` };
  return pass('Every instance type is in stock in every zone.');
};

const ranges: Check = async (cloud, { region, network, vpcCidr }) => {
  const vpcs = await listVpcs(cloud, region);
  const own = vpcCidr ?? vpcs.find(({ vpcId }) => vpcId === network.vpcId)?.cidr;
  const named = [
    ['VPC', own],
    ['Pod', network.podCidr],
    ['Service', network.serviceCidr],
  ].flatMap(([name, cidr]) => (name !== undefined && cidr !== undefined ? [{ name, cidr }] : []));
  for (const [index, one] of named.entries()) {
    const other = named.slice(index + 1).find(({ cidr }) => overlaps(cidr, one.cidr));
    if (other)
      return fail(
        `The ${one.name} range ${one.cidr} overlaps the ${other.name} range ${other.cidr}.`,
        'Choose ranges apart.',
      );
  }
  const near = vpcs.filter(
    ({ vpcId, cidr }) => vpcId !== network.vpcId && named.some((range) => overlaps(range.cidr, cidr)),
  );
  if (near.length === 0) return pass('The address ranges overlap nothing.');
  const names = near.map(({ vpcId, cidr }) => `${vpcId} (${cidr})`).join(', ');
  return { status: 'warn', message: `They overlap ${names}: this matters once the VPCs are joined.` };
};

const freeAddresses: Check = async (cloud, { region, network, nodepools }) => {
  if (network.vpcId === undefined) return pass('The vSwitches are made with the cluster.');
  const vswitches = new Map(
    (await listVSwitches(cloud, region, { vpcId: network.vpcId })).map((vswitch) => [vswitch.id, vswitch.freeIps]),
  );
  const free = (ids: string[]) => ids.reduce((sum, id) => sum + (vswitches.get(id) ?? 0), 0);
  const hint = 'Add a vSwitch with free addresses.';
  for (const pool of nodepools) {
    const ids = pool.vswitchIds.length > 0 ? pool.vswitchIds : network.nodeVswitchIds;
    if (free(ids) < pool.desiredSize)
      return fail(`${pool.name} wants ${pool.desiredSize} addresses, ${free(ids)} are free.`, hint);
  }
  const full = network.podVswitchIds.filter((id) => free([id]) === 0);
  return full.length > 0
    ? fail(`No address for pods is free in ${full.join(', ')}.`, hint)
    : pass('The vSwitches have free addresses.');
};
