import { z } from 'zod';
import type { Handler } from '../call.ts';
import { findVersion } from '../catalogue.ts';
import { type Cluster, type Pool, poolSpecSchema, type Task } from '../documents.ts';
import { parseInput, refusal } from '../errors.ts';
import { bringNodes, place, shortageFault } from '../placement.ts';
import { findPool, nodeCounts, nodeState, runningCluster } from '../state.ts';
import { currentVersion, STAGES, startTask } from '../tasks.ts';
import type { World } from '../world.ts';
import { accepted, checkNodeLimit, checkPool, usesTerway } from './pools.ts';

const modifySchema = poolSpecSchema.partial().extend({
  nodepool_info: z.looseObject({ name: z.string().min(1).max(63).optional() }).optional(),
  scaling_group: z.looseObject({ desired_size: z.int().min(0).max(1000).optional() }).optional(),
});

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-modifyclusternodepool */
export const modifyClusterNodePool: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const pool = findPool(world, cluster.id, path.pool);
  const change = parseInput(modifySchema, call.body);
  const size = change.scaling_group?.desired_size;
  const spec = parseInput(poolSpecSchema, {
    ...pool.spec,
    ...change,
    nodepool_info: { ...pool.spec.nodepool_info, ...change.nodepool_info },
    scaling_group: { ...pool.spec.scaling_group, ...change.scaling_group },
  });
  if (size !== undefined && spec.auto_scaling?.enable) {
    throw refusal(
      'InvalidParameter',
      'desired_size belongs to the autoscaler while auto_scaling is enabled: change min_instances and max_instances',
    );
  }
  checkPool(world, { vpcId: cluster.vpcId, terway: usesTerway(cluster) }, spec);
  const changed = world.pools.put({ ...pool, spec, updatedAt: world.now() });
  const task = size === undefined ? updateTask(world, changed) : resize(world, cluster, changed, size);
  return accepted(call, { nodepool_id: pool.id, task_id: task.id });
};

const updateTask = (world: World, pool: Pool): Task =>
  startTask(world, {
    clusterId: pool.clusterId,
    type: 'nodepool_update',
    target: { id: pool.id, type: 'nodepool' },
    stages: STAGES.update,
  });

const scaleSchema = z.object({ count: z.int().min(1).max(500) });

/** Adds nodes. https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-scaleclusternodepool */
export const scaleClusterNodePool: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const pool = findPool(world, cluster.id, path.pool);
  const { count } = parseInput(scaleSchema, call.body);
  const task = resize(world, cluster, pool, expectedNodes(world, pool).length + count);
  return accepted(call, { task_id: task.id });
};

const expectedNodes = (world: World, pool: Pool) => world.nodes.list(pool.id).filter((node) => nodeCounts(world, node));

/** Starts what brings a pool to `size` nodes. */
function resize(world: World, cluster: Cluster, pool: Pool, size: number): Task {
  const nodes = expectedNodes(world, pool);
  const stored = world.pools.put({ ...pool, desiredSize: size, updatedAt: world.now() });
  if (size === nodes.length) return updateTask(world, stored);
  const task = { clusterId: cluster.id, target: { id: pool.id, type: 'nodepool' } };
  if (size < nodes.length)
    return takeNodes(
      world,
      { ...task, type: 'nodepool_scalein' },
      nodes.slice(size).map(({ id }) => id),
    );
  checkNodeLimit(world, cluster, size - nodes.length);
  const { places, shortage } = place(world, stored, size - nodes.length);
  const stages = STAGES.poolScaleOut;
  const fault = shortageFault(stages, shortage);
  const started = startTask(world, {
    ...task,
    type: 'nodepool_scaleout',
    stages,
    fault,
    instanceIds: places.map(({ id }) => id),
  });
  bringNodes(world, stored, started, places);
  return started;
}

interface Taking {
  clusterId: string;
  type: string;
  target: Task['target'];
  /** Default true. */
  drain?: boolean;
}

/** Starts a task that drains these nodes and takes them out. Whether an instance stays in ECS cannot be seen: this world lists none. */
function takeNodes(world: World, { drain = true, ...task }: Taking, ids: string[]): Task {
  const started = startTask(world, { ...task, stages: STAGES.poolScaleIn, instanceIds: ids });
  for (const id of ids) {
    const node = world.nodes.get(id);
    if (node) world.nodes.put({ ...node, leaveTaskId: started.id, ...(!drain && { undrained: true }) });
  }
  return started;
}

const idList = z.array(z.string()).min(1);

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-removenodepoolnodes */
export const removeNodePoolNodes: Handler = (call) => {
  const { world, path, query } = call;
  const cluster = runningCluster(world, path.cluster);
  const pool = findPool(world, cluster.id, path.pool);
  const ids = parseInput(idList, jsonOf(query.instance_ids));
  for (const id of ids) {
    const node = world.nodes.get(id);
    if (node?.poolId !== pool.id || nodeState(world, node) === undefined) {
      throw refusal('ErrorInstanceNotFound', `instance ${id} is not in node pool ${pool.id}`);
    }
  }
  world.pools.put({ ...pool, desiredSize: Math.max(0, pool.desiredSize - ids.length), updatedAt: world.now() });
  const target = { id: pool.id, type: 'nodepool' };
  const drain = query.drain_node !== 'false';
  const task = takeNodes(world, { clusterId: cluster.id, type: 'node_remove', target, drain }, ids);
  return accepted(call, { task_id: task.id });
};

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return text?.split(',');
  }
}

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-deleteclusternodepool */
export const deleteClusterNodepool: Handler = (call) => {
  const { world, path, query } = call;
  const cluster = runningCluster(world, path.cluster);
  const pool = findPool(world, cluster.id, path.pool);
  const ids = expectedNodes(world, pool).map((node) => node.id);
  if (ids.length > 0 && query.force !== 'true') {
    throw refusal(
      'ErrorNodePoolNotEmpty',
      `node pool ${pool.id} still has ${ids.length} nodes: remove them first or set force`,
    );
  }
  const task = { clusterId: cluster.id, type: 'nodepool_delete', target: { id: pool.id, type: 'nodepool' } };
  const started = takeNodes(world, task, ids);
  world.pools.put({ ...pool, deleteTaskId: started.id, updatedAt: world.now() });
  return accepted(call, { task_id: started.id });
};

const upgradeSchema = z.looseObject({ kubernetes_version: z.string().optional() });

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-upgradeclusternodepool */
export const upgradeClusterNodepool: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const pool = findPool(world, cluster.id, path.pool);
  const to = parseInput(upgradeSchema, call.body).kubernetes_version ?? currentVersion(world, cluster);
  if (!findVersion(to) || to > currentVersion(world, cluster)) {
    throw refusal(
      'InvalidKubernetesVersion',
      `nodes can't run ${to}: the control plane runs ${currentVersion(world, cluster)}`,
    );
  }
  const target = { id: pool.id, type: 'nodepool' };
  const task = startTask(world, {
    clusterId: cluster.id,
    type: 'nodepool_upgrade',
    target,
    stages: STAGES.poolUpgrade,
  });
  world.pools.put({ ...pool, upgrades: [...pool.upgrades, { to, taskId: task.id }], updatedAt: world.now() });
  return accepted(call, { task_id: task.id });
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-repairclusternodepool */
export const repairClusterNodePool: Handler = (call) => {
  const cluster = runningCluster(call.world, call.path.cluster);
  const pool = findPool(call.world, cluster.id, call.path.pool);
  return accepted(call, { task_id: updateTask(call.world, pool).id });
};
