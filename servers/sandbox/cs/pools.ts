import { type Call, chinaTime, type Handler } from '../call.ts';
import { clusterSpecs, findInstanceType, terwayPods } from '../catalogue.ts';
import { type Cluster, type Pool, type PoolSpec, poolSpecSchema, type Task } from '../documents.ts';
import { parseInput, refusal } from '../errors.ts';
import { nodePoolId, requestId, resourceId } from '../ids.ts';
import { bringNodes, place, shortageFault } from '../placement.ts';
import { findCluster, findPool, livePools, nodeCounts, poolStatus, runningCluster } from '../state.ts';
import { currentVersion, STAGES, startTask } from '../tasks.ts';
import type { World } from '../world.ts';

/** 100 node pools a cluster: https://help.aliyun.com/zh/ack/product-overview/limits */
export const POOLS_PER_CLUSTER = 100;

/** Refuses a pool that the cloud would refuse at once, given the VPC it goes into. */
export function checkPool(world: World, { vpcId, terway }: { vpcId: string; terway: boolean }, spec: PoolSpec): void {
  const group = spec.scaling_group;
  for (const id of group.vswitch_ids) {
    if (world.vswitches.get(id)?.vpcId !== vpcId)
      throw refusal('InvalidVSwitchId.NotFound', `vSwitch ${id} is not in VPC ${vpcId}`);
  }
  for (const id of group.instance_types) {
    const type = findInstanceType(id);
    if (!type) throw refusal('InvalidInstanceType.NotSupported', `instance type ${id} is not supported`);
    // A node with 11 Terway pods or fewer can't join.
    if (terway && terwayPods(type) <= 11) {
      throw refusal('InvalidInstanceType.NotSupported', `instance type ${id} has too few ENI addresses for Terway`);
    }
  }
  if (spec.management?.enable && group.login_password) {
    throw refusal('InvalidParameter', 'a managed node pool takes key_pair, not login_password');
  }
  const { enable, min_instances: min = 0, max_instances: max = 0 } = spec.auto_scaling ?? {};
  if (enable && max < min) throw refusal('InvalidParameter', 'auto_scaling.max_instances is below min_instances');
}

/** Stores a pool, its creation task and the nodes that find a place. */
export function createPool(
  world: World,
  cluster: Cluster,
  spec: PoolSpec,
  {
    startsAt = world.now(),
    parentId,
    isDefault = false,
  }: { startsAt?: number; parentId?: string; isDefault?: boolean } = {},
): { pool: Pool; task: Task } {
  const now = world.now();
  const id = nodePoolId();
  const { login_password: _, ...group } = spec.scaling_group;
  const desiredSize = spec.auto_scaling?.enable ? (spec.auto_scaling.min_instances ?? 0) : (group.desired_size ?? 0);
  const draft = { id, clusterId: cluster.id, isDefault, createdAt: now, updatedAt: now, upgrades: [], desiredSize };
  const pool: Pool = {
    ...draft,
    createTaskId: '',
    version: currentVersion(world, cluster),
    scalingGroupId: resourceId('asg', cluster.region),
    spec: { ...spec, scaling_group: group },
  };
  const { places, shortage } = place(world, pool, desiredSize);
  const stages = STAGES.poolCreate(desiredSize);
  const task = startTask(world, {
    clusterId: cluster.id,
    type: 'nodepool_create',
    target: { id, type: 'nodepool' },
    stages,
    startsAt,
    ...(parentId && { parentId }),
    instanceIds: places.map((spot) => spot.id),
    fault: shortageFault(stages, shortage),
  });
  const stored = world.pools.put({ ...pool, createTaskId: task.id });
  bringNodes(world, stored, task, places);
  return { pool: stored, task };
}

/** Refuses more nodes than the cluster's edition allows. */
export function checkNodeLimit(world: World, cluster: Pick<Cluster, 'id' | 'settings'>, more: number): void {
  const limit = clusterSpecs.find((spec) => spec.id === cluster.settings.cluster_spec)?.maxNodes;
  const nodes = livePools(world, cluster.id).flatMap((pool) =>
    world.nodes.list(pool.id).filter((node) => nodeCounts(world, node)),
  );
  if (limit !== undefined && nodes.length + more > limit) {
    throw refusal(
      'QuotaExceed.Node',
      `a ${String(cluster.settings.cluster_spec)} cluster holds ${limit} nodes at most`,
    );
  }
}

export const usesTerway = (cluster: Cluster): boolean => cluster.podVswitchIds.length > 0;

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-createclusternodepool */
export const createClusterNodePool: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const spec = parseInput(poolSpecSchema, call.body);
  if (livePools(world, cluster.id).length >= POOLS_PER_CLUSTER)
    throw refusal('QuotaExceed.NodePool', `${POOLS_PER_CLUSTER} node pools a cluster`);
  checkPool(world, { vpcId: cluster.vpcId, terway: usesTerway(cluster) }, spec);
  checkNodeLimit(world, cluster, spec.scaling_group.desired_size ?? 0);
  const { pool, task } = createPool(world, cluster, spec);
  return accepted(call, { nodepool_id: pool.id, task_id: task.id });
};

/** Counts an accepted change and words its answer. */
export function accepted(call: Call, answer: object) {
  call.world.countAccepted(call.action);
  return { ...answer, request_id: requestId() };
}

const isListed = (world: World, createdAt: number): boolean =>
  world.now() >= createdAt + (world.faults().lateListing ?? 0) * 1000;

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclusternodepools */
export const describeClusterNodePools: Handler = ({ world, path, query }) => {
  const cluster = findCluster(world, path.cluster);
  const nodepools = livePools(world, cluster.id)
    .filter((pool) => isListed(world, pool.createdAt))
    .filter((pool) => !query.NodepoolName || pool.spec.nodepool_info.name === query.NodepoolName)
    .map((pool) => wirePool(world, cluster, pool));
  return { nodepools };
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclusternodepooldetail */
export const describeClusterNodePoolDetail: Handler = ({ world, path }) => {
  const cluster = findCluster(world, path.cluster);
  return wirePool(world, cluster, findPool(world, cluster.id, path.pool));
};

const wirePool = (world: World, cluster: Cluster, pool: Pool) => ({
  ...pool.spec,
  nodepool_info: {
    type: 'ess',
    ...pool.spec.nodepool_info,
    nodepool_id: pool.id,
    region_id: cluster.region,
    is_default: pool.isDefault,
    created: chinaTime(pool.createdAt),
    updated: chinaTime(pool.updatedAt),
  },
  scaling_group: {
    ...pool.spec.scaling_group,
    desired_size: pool.desiredSize,
    scaling_group_id: pool.scalingGroupId,
    security_group_id: cluster.securityGroupId,
    security_group_ids: [cluster.securityGroupId],
  },
  node_components: [{ name: 'kubelet', version: currentVersion(world, pool) }],
  status: poolStatus(world, pool),
});
