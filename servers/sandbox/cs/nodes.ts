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

/** As the API words it for a machine that is paid as it goes. */
const NEVER = '2099-12-31T15:59:00Z';
const DAY_MS = 86_400_000;
/** A month is taken as 30 days. */
const PERIOD_DAYS = { Week: 7, Month: 30 };

interface Charge {
  chargeType: string;
  expiresAt?: number;
}

/** A subscription runs to the end of its present period: in this world each is renewed. */
function chargeOf(world: World, { spec }: Pool, createdAt: number): Charge {
  const { instance_charge_type: chargeType, period = 1, period_unit = 'Month' } = spec.scaling_group;
  if (chargeType !== 'PrePaid') return { chargeType };
  const length = period * PERIOD_DAYS[period_unit] * DAY_MS;
  const periods = Math.floor((world.now() - createdAt) / length) + 1;
  return { chargeType, expiresAt: createdAt + periods * length };
}

function wireNode(world: World, { cluster, pool, node }: { cluster: Cluster; pool: Pool; node: Node }) {
  const state = nodeState(world, node);
  if (!state) return undefined;
  const task = world.tasks.get(node.joinTaskId);
  const name = `${cluster.region}.${node.ip}`;
  const createdAt = (task?.startsAt ?? 0) + node.showsAfter * 1000;
  const charge = world.grounds.get(cluster.id)?.charges[name] ?? chargeOf(world, pool, createdAt);
  return {
    instance_id: node.id,
    instance_name: `worker-k8s-for-cs-${cluster.id}`,
    node_name: name,
    host_name: `iZ${node.id.slice(2)}Z`,
    ip_address: [node.ip],
    instance_type: node.instanceType,
    instance_type_family: findInstanceType(node.instanceType)?.family ?? '',
    instance_role: 'Worker',
    instance_status: state === 'initial' ? 'Starting' : 'Running',
    instance_charge_type: charge.chargeType,
    image_id: pool.spec.scaling_group.image_type,
    node_status: NODE_STATUS[state],
    state,
    error_message: state === 'failed' && task?.fault?.kind === 'fail' ? task.fault.message : '',
    nodepool_id: pool.id,
    creation_time: utcTime(createdAt),
    expired_time: charge.expiresAt === undefined ? NEVER : utcTime(charge.expiresAt),
    is_aliyun_node: true,
    source: 'ess_attach',
    spot_strategy: 'NoSpot',
  };
}
