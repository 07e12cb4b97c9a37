import type { Addon, Cluster, Node, Pool } from './documents.ts';
import { notFound, refusal } from './errors.ts';
import { progressById, progressOf } from './tasks.ts';
import type { World } from './world.ts';

/** What things are at this moment: derived from stored tasks and the time, never stored. */

export type ClusterState = 'initial' | 'failed' | 'running' | 'upgrading' | 'deleting' | 'delete_failed' | 'deleted';

export function clusterState(world: World, cluster: Cluster): ClusterState {
  if (cluster.deleteTaskId) {
    const { state } = progressById(world, cluster.deleteTaskId);
    if (state === 'success') return 'deleted';
    return state === 'fail' ? 'delete_failed' : 'deleting';
  }
  const { state } = progressById(world, cluster.createTaskId);
  if (state === 'fail' || state === 'canceled') return 'failed';
  if (state !== 'success') return 'initial';
  return cluster.upgrades.some(({ taskId }) => isOpen(world, taskId)) ? 'upgrading' : 'running';
}

const isOpen = (world: World, taskId: string): boolean =>
  ['running', 'paused'].includes(progressById(world, taskId).state);

/** The cluster with this id, unless it is gone. */
export function findCluster(world: World, id: string | undefined): Cluster {
  const cluster = world.clusters.get(id ?? '');
  if (!cluster || clusterState(world, cluster) === 'deleted')
    throw notFound('ErrorClusterNotFound', `cluster ${id} not found`);
  return cluster;
}

/** The cluster with this id, which must be running: changes are refused otherwise. The code is this world's guess. */
export function runningCluster(world: World, id: string | undefined): Cluster {
  const cluster = findCluster(world, id);
  const state = clusterState(world, cluster);
  if (state !== 'running') throw refusal('ErrorClusterState', `cluster ${cluster.id} is ${state}, not running`);
  return cluster;
}

/** Whether a pool is gone: it was deleted, or it never came because its cluster failed first. */
function poolGone(world: World, pool: Pool): boolean {
  if (pool.deleteTaskId && progressById(world, pool.deleteTaskId).state === 'success') return true;
  const creating = progressById(world, pool.createTaskId);
  return creating.seconds === 0 && creating.state === 'canceled';
}

export const livePools = (world: World, clusterId: string): Pool[] =>
  world.pools.list(clusterId).filter((pool) => !poolGone(world, pool));

/** The pool with this id in this cluster, unless it is gone. */
export function findPool(world: World, clusterId: string, id: string | undefined): Pool {
  const pool = world.pools.get(id ?? '');
  if (!pool || pool.clusterId !== clusterId || poolGone(world, pool)) {
    throw notFound('ErrorNodePoolNotFound', `nodepool ${id} not found in cluster ${clusterId}`);
  }
  return pool;
}

export type NodeState = 'initial' | 'running' | 'removing' | 'failed';

/** Where a node stands; undefined before it shows and after it is gone. */
export function nodeState(world: World, node: Node): NodeState | undefined {
  if (node.leaveTaskId) {
    const leaving = progressById(world, node.leaveTaskId).state;
    if (leaving === 'success') return undefined;
    if (leaving === 'running' || leaving === 'paused') return 'removing';
  }
  const joining = progressById(world, node.joinTaskId);
  if (joining.seconds < node.showsAfter) return undefined;
  if (joining.seconds >= node.readyAfter) return 'running';
  return joining.state === 'fail' || joining.state === 'canceled' ? 'failed' : 'initial';
}

/** True for a node that is there, or is still to come, and is not on its way out. */
export function nodeCounts(world: World, node: Node): boolean {
  const state = nodeState(world, node);
  if (state === 'running' || state === 'initial') return true;
  return state === undefined && isOpen(world, node.joinTaskId);
}

/** True for a node that holds an address of its vSwitch. */
export const nodeHoldsAddress = (world: World, node: Node): boolean =>
  nodeCounts(world, node) || nodeState(world, node) !== undefined;

/** The node counts and the state of a pool, as the status of DescribeClusterNodePoolDetail. */
export function poolStatus(world: World, pool: Pool) {
  const states = world.nodes.list(pool.id).flatMap((node) => nodeState(world, node) ?? []);
  const count = (state: NodeState) => states.filter((other) => other === state).length;
  return {
    state: poolState(world, pool),
    total_nodes: states.length,
    healthy_nodes: count('running'),
    serving_nodes: count('running'),
    initial_nodes: count('initial'),
    removing_nodes: count('removing'),
    failed_nodes: count('failed'),
    offline_nodes: 0,
  };
}

const POOL_STATES: Record<string, string> = {
  nodepool_create: 'scaling',
  nodepool_scaleout: 'scaling',
  nodepool_scalein: 'removing',
  node_remove: 'removing',
  nodepool_delete: 'deleting',
  nodepool_update: 'updating',
  nodepool_upgrade: 'updating',
};

function poolState(world: World, pool: Pool): string {
  const now = world.now();
  const open = world.tasks
    .list(pool.clusterId)
    .filter((task) => task.target.id === pool.id && progressOf(task, now).state === 'running')
    .at(-1);
  return (open && POOL_STATES[open.type]) ?? 'active';
}

export type AddonState = 'initial' | 'active' | 'unhealthy' | 'upgrading' | 'updating' | 'deleting' | 'deleted';

export function addonState(world: World, addon: Addon): AddonState {
  if (addon.removeTaskId) {
    const removing = progressById(world, addon.removeTaskId).state;
    if (removing === 'success') return 'deleted';
    if (removing === 'running') return 'deleting';
  }
  const installing = progressById(world, addon.installTaskId);
  if (installing.seconds < addon.activeAfter) {
    return installing.state === 'running' || installing.state === 'paused' ? 'initial' : 'unhealthy';
  }
  if (addon.upgrades.some(({ taskId }) => isOpen(world, taskId))) return 'upgrading';
  return addon.configTaskId && isOpen(world, addon.configTaskId) ? 'updating' : 'active';
}

/** The add-ons of a cluster that have begun to be installed and are not gone. */
export const liveAddons = (world: World, clusterId: string): Addon[] =>
  world.addons
    .list(clusterId)
    .filter((addon) => progressById(world, addon.installTaskId).seconds > 0 && addonState(world, addon) !== 'deleted');
