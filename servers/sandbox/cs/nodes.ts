import { type Handler, pageOf, utcTime } from '../call.ts';
import { findInstanceType } from '../catalogue.ts';
import type { Cluster, Node, Pool } from '../documents.ts';
import { findCluster, livePools, type NodeState, nodeState } from '../state.ts';
import type { World } from '../world.ts';

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeclusternodes */
export const describeClusterNodes: Handler = ({ world, path, query }) => {
  const cluster = findCluster(world, path.cluster);
  const ids = query.instanceIds?.split(',');
  const names = query.nodeNames?.split(',');
  const nodes = livePools(world, cluster.id)
    .filter((pool) => !query.nodepool_id || pool.id === query.nodepool_id)
    .flatMap((pool) => world.nodes.list(pool.id).flatMap((node) => wireNode(world, { cluster, pool, node }) ?? []))
    .filter((node) => !ids || ids.includes(node.instance_id))
    .filter((node) => !names || names.includes(node.node_name))
    .filter((node) => !query.state || query.state === 'all' || node.state === query.state);
  const page = pageOf(nodes, query.pageNumber, query.pageSize);
  return { nodes: page.items, page: { page_number: page.number, page_size: page.size, total_count: page.total } };
};

const NODE_STATUS: Record<NodeState, string> = {
  initial: 'Unknown',
  running: 'Ready',
  removing: 'Ready',
  failed: 'NotReady',
};

function wireNode(world: World, { cluster, pool, node }: { cluster: Cluster; pool: Pool; node: Node }) {
  const state = nodeState(world, node);
  if (!state) return undefined;
  const task = world.tasks.get(node.joinTaskId);
  return {
    instance_id: node.id,
    instance_name: `worker-k8s-for-cs-${cluster.id}`,
    node_name: `${cluster.region}.${node.ip}`,
    host_name: `iZ${node.id.slice(2)}Z`,
    ip_address: [node.ip],
    instance_type: node.instanceType,
    instance_type_family: findInstanceType(node.instanceType)?.family ?? '',
    instance_role: 'Worker',
    instance_status: state === 'initial' ? 'Starting' : 'Running',
    instance_charge_type: pool.spec.scaling_group.instance_charge_type,
    image_id: pool.spec.scaling_group.image_type,
    node_status: NODE_STATUS[state],
    state,
    error_message: state === 'failed' && task?.fault?.kind === 'fail' ? task.fault.message : '',
    nodepool_id: pool.id,
    creation_time: utcTime((task?.startsAt ?? 0) + node.showsAfter * 1000),
    expired_time: '2099-12-31T15:59:00Z',
    is_aliyun_node: true,
    source: 'ess_attach',
    spot_strategy: 'NoSpot',
  };
}
