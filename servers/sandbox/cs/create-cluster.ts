import { z } from 'zod';
import type { Handler } from '../call.ts';
import {
  addonVersion,
  clusterSpecs,
  findAddonKind,
  findRegion,
  findVersion,
  kubernetesVersions,
} from '../catalogue.ts';
import { isPrivate, overlaps, parseCidr } from '../cidr.ts';
import { type Cluster, poolSpecSchema, tagSchema } from '../documents.ts';
import { notFound, parseInput, refusal } from '../errors.ts';
import { clusterId, requestId, resourceId } from '../ids.ts';
import { clusterState } from '../state.ts';
import { STAGES, secondsBefore, startTask } from '../tasks.ts';
import type { World } from '../world.ts';
import { authoriseUrl, CLUSTERS_PER_ACCOUNT } from './account.ts';
import { putAddons, startingAddons } from './addons.ts';
import { checkNodeLimit, checkPool, createPool } from './pools.ts';

/**
 * Fields that CreateCluster no longer takes: marked deprecated in @alicloud/cs20151215 7.2.0 and announced for retirement in
 * https://help.aliyun.com/zh/ack/product-overview/announcement-on-ack-openapi-parameter-changes-and-deprecation
 * `pod_vswitch_ids` is marked too, but has no replacement: it stays.
 */
const RETIRED = new Set(
  `access_control_list auto_renew auto_renew_period charge_type cis_enabled cloud_monitor_flags cpu_policy custom_san
  disable_rollback enable_rrsa format_disk image_id image_type instances keep_instance_name key_pair load_balancer_spec
  logging_type login_password nat_gateway node_name_mode node_port_range num_of_nodes os_type period period_unit platform
  rds_instances runtime security_hardening_os service_discovery_types soc_enabled taints timeout_mins user_data zone_id`.split(
    /\s+/,
  ),
);

/** Refuses a body that names a retired field. */
export function refuseRetired(body: unknown, retired: (field: string) => boolean): void {
  const field = Object.keys(body ?? {}).find(retired);
  if (field) throw refusal('InvalidParameter', `The parameter ${field} has been retired.`);
}

/** Digits, Chinese characters, letters and hyphens, not starting with a hyphen. */
export const clusterName = z
  .string()
  .regex(/^[\p{Script=Han}A-Za-z0-9][\p{Script=Han}A-Za-z0-9-]{0,62}$/u, 'not a cluster name');

const bodySchema = z.looseObject({
  name: clusterName,
  region_id: z.string(),
  cluster_type: z.literal('ManagedKubernetes', 'the sandbox has managed clusters only'),
  profile: z.literal('Default', 'the sandbox has profile Default only').default('Default'),
  cluster_spec: z.string().default('ack.standard'),
  kubernetes_version: z.string().optional(),
  vpcid: z.string(),
  vswitch_ids: z.array(z.string()).min(1).max(5),
  pod_vswitch_ids: z.array(z.string()).default([]),
  container_cidr: z.string().optional(),
  service_cidr: z.string().default('172.21.0.0/20'),
  proxy_mode: z.enum(['iptables', 'ipvs', 'nftables']).optional(),
  snat_entry: z.boolean().default(false),
  endpoint_public_access: z.boolean().default(false),
  deletion_protection: z.boolean().default(false),
  addons: z
    .array(
      z.looseObject({
        name: z.string(),
        version: z.string().optional(),
        config: z.string().optional(),
        disabled: z.boolean().optional(),
      }),
    )
    .default([]),
  nodepools: z.array(poolSpecSchema).default([]),
  tags: z.array(tagSchema).max(20).default([]),
});
type CreateClusterBody = z.infer<typeof bodySchema>;

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-createcluster */
export const createCluster: Handler = ({ world, body, action }) => {
  refuseRetired(body, (field) => RETIRED.has(field) || /^(worker|master)_/.test(field));
  const want = parseInput(bodySchema, body);
  const version = checkPlace(want);
  checkNetwork(world, want);
  checkAddons(want);
  const terway = want.pod_vswitch_ids.length > 0;
  for (const pool of want.nodepools) checkPool(world, { vpcId: want.vpcid, terway }, pool);
  checkAccount(world, want);
  const cluster = buildCluster(world, want, version);
  world.countAccepted(action);
  return { cluster_id: cluster.id, request_id: requestId(), task_id: cluster.createTaskId };
};

function checkPlace(want: CreateClusterBody): string {
  if (!findRegion(want.region_id))
    throw notFound('InvalidRegionId.NotFound', `region ${want.region_id} does not exist`);
  if (!clusterSpecs.some((spec) => spec.id === want.cluster_spec))
    throw refusal('InvalidParameter', `cluster_spec ${want.cluster_spec} does not exist`);
  const version = want.kubernetes_version ?? kubernetesVersions[0]?.version ?? '';
  const known = findVersion(version);
  if (!known?.creatable) throw refusal('InvalidKubernetesVersion', `kubernetes_version ${version} can't be created`);
  if (want.proxy_mode === 'nftables' && Number(known.minor.split('.')[1]) < 35) {
    throw refusal('InvalidParameter', 'proxy_mode nftables needs Kubernetes 1.35 or later');
  }
  return version;
}

function checkNetwork(world: World, want: CreateClusterBody): void {
  const vpc = world.vpcs.get(want.vpcid);
  if (!vpc || vpc.region !== want.region_id)
    throw notFound('InvalidVpcId.NotFound', `VPC ${want.vpcid} does not exist in ${want.region_id}`);
  const zonesOf = (ids: string[], code: string) =>
    ids.map((id) => {
      const vswitch = world.vswitches.get(id);
      if (vswitch?.vpcId !== vpc.id) throw refusal(code, `vSwitch ${id} is not in VPC ${vpc.id}`, [id]);
      return vswitch.zone;
    });
  const zones = zonesOf(want.vswitch_ids, 'InvalidVSwitchId.NotFound');
  const podZones = zonesOf(want.pod_vswitch_ids, 'InvalidPodVswitchIds');
  const terway = want.addons.some((addon) => addon.name === 'terway-eniip' && !addon.disabled);
  if (terway !== podZones.length > 0) {
    // Without the add-on the cloud assumes Flannel, and Flannel wants a pod CIDR.
    if (terway) throw refusal('InvalidPodVswitchIds', 'terway-eniip needs pod_vswitch_ids', []);
    throw refusal('EmptyCIDR', 'container_cidr is empty: add-on terway-eniip is not in addons, so Flannel is assumed', [
      'container_cidr',
    ]);
  }
  const uncovered = terway ? zones.find((zone) => !podZones.includes(zone)) : undefined;
  if (uncovered) throw refusal('InvalidPodVswitchIds', `no pod vSwitch in zone ${uncovered}`, [uncovered]);
  checkBlocks(want, { vpc: vpc.cidr, terway });
}

/** Service and pod blocks are private and apart from each other and from the VPC. */
function checkBlocks(want: CreateClusterBody, { vpc, terway }: { vpc: string; terway: boolean }): void {
  const service = parseCidr(want.service_cidr);
  if (!service || !isPrivate(service) || service.mask < 16 || service.mask > 24) {
    throw refusal('InvalidCIDR', `service_cidr ${want.service_cidr} is not a private /16 to /24`, ['service_cidr']);
  }
  const pods = terway ? undefined : parseCidr(want.container_cidr);
  if (!terway && !want.container_cidr) throw refusal('EmptyCIDR', 'container_cidr is empty', ['container_cidr']);
  if (!terway && (!pods || !isPrivate(pods)))
    throw refusal('InvalidCIDR', `container_cidr ${want.container_cidr} is not a private block`, ['container_cidr']);
  const whole = parseCidr(vpc);
  if (whole && overlaps(service, whole))
    throw refusal('InvalidCIDR', `service_cidr ${want.service_cidr} overlaps with VPC ${vpc}`, ['service_cidr']);
  if (pods && (overlaps(pods, service) || (whole && overlaps(pods, whole)))) {
    throw refusal('InvalidCIDR', `container_cidr ${want.container_cidr} overlaps with the VPC or service_cidr`, [
      'container_cidr',
    ]);
  }
}

function checkAddons(want: CreateClusterBody): void {
  const unknown = want.addons.find((addon) => !findAddonKind(addon.name));
  if (unknown) throw notFound('AddonNotFound', `addon ${unknown.name} not found`);
}

function checkAccount(world: World, want: CreateClusterBody): void {
  const faults = world.faults();
  const alive = world.clusters.list().filter((cluster) => clusterState(world, cluster) !== 'deleted');
  if (alive.some((cluster) => cluster.name === want.name))
    throw refusal('ErrorClusterNameAlreadyExist', `cluster name ${want.name} already exists`);
  if (faults.roleNotAttached) {
    const role = 'AliyunCSManagedLogRole';
    throw refusal(
      'ErrManagedAddonRoleNotAttach',
      `Role ${role} has not been granted to the managed add-ons. Authorise it at ${authoriseUrl(role)}`,
    );
  }
  if (faults.insufficientBalance) throw refusal('InsufficientBalance', 'The account balance is less than 100 CNY.');
  if (faults.quotaExceeded || alive.length >= CLUSTERS_PER_ACCOUNT) {
    throw refusal('QuotaExceed.Cluster', `The account has reached its quota of ${CLUSTERS_PER_ACCOUNT} clusters.`);
  }
  const nodes = want.nodepools.reduce((sum, pool) => sum + (pool.scaling_group.desired_size ?? 0), 0);
  checkNodeLimit(world, { id: '', settings: { cluster_spec: want.cluster_spec } }, nodes);
}

function buildCluster(world: World, want: CreateClusterBody, version: string): Cluster {
  const id = clusterId();
  const region = want.region_id;
  const now = world.now();
  const { name, nodepools, addons, tags, vpcid, vswitch_ids, pod_vswitch_ids, ...settings } = want;
  const stages = STAGES.clusterCreate({ nat: want.snat_entry, pools: nodepools.length > 0 });
  const task = startTask(world, { clusterId: id, type: 'cluster_create', target: { id, type: 'cluster' }, stages });
  const cluster = world.clusters.put({
    id,
    region,
    name,
    version,
    upgrades: [],
    createdAt: now,
    updatedAt: now,
    createTaskId: task.id,
    vpcId: vpcid,
    vswitchIds: vswitch_ids,
    podVswitchIds: pod_vswitch_ids,
    deletionProtection: want.deletion_protection,
    publicAccess: want.endpoint_public_access,
    securityGroupId: resourceId('sg', region),
    loadBalancerId: resourceId('lb', region),
    ...(want.snat_entry && { natGatewayId: resourceId('ngw', region), eipId: resourceId('eip', region) }),
    tags,
    settings: z.record(z.string(), z.json()).parse(settings),
  });
  const installing = stages.findIndex((stage) => stage.name === 'InstallAddons');
  putAddons(world, task, { stage: installing, addons: startingAddons(addons, addonVersion(version)) });
  const pooling = stages.findIndex((stage) => stage.name === 'CreateNodePools');
  // A cluster that will stop before its pools never has any.
  if (task.fault && task.fault.stage < pooling) return cluster;
  const startsAt = now + secondsBefore(task, pooling) * 1000;
  for (const [n, spec] of nodepools.entries()) {
    createPool(world, cluster, spec, { startsAt, parentId: task.id, isDefault: n === 0 });
  }
  return cluster;
}
