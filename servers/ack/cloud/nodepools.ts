import { z } from 'zod';
import { refusal } from '../errors.ts';
import { keyTag } from './requests.ts';
import { anywhere, type Cloud } from './sdk.ts';
import { tagRecord } from './values.ts';

export const nodePoolFields = {
  nodepoolId: z.string(),
  name: z.string(),
  state: z.string(),
  /** Kubernetes of its nodes; absent where the cloud does not say. */
  version: z.string().optional(),
  /** Nodes asked for; absent while an autoscaler decides. */
  desired: z.number().optional(),
  total: z.number(),
  healthy: z.number(),
  failed: z.number(),
  instanceTypes: z.array(z.string()),
  vswitchIds: z.array(z.string()),
  autoscaling: z.object({ enabled: z.boolean(), min: z.number().optional(), max: z.number().optional() }).optional(),
  tags: z.record(z.string(), z.string()),
};

type NodePool = z.input<z.ZodObject<typeof nodePoolFields>>;

/** The node pools of a cluster, or those of one name. https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterNodePools */
export async function listNodePools(cloud: Cloud, clusterId: string, name?: string): Promise<NodePool[]> {
  const body = await cloud.cs.read(anywhere, (client, sdk) =>
    client.describeClusterNodePools(clusterId, new sdk.DescribeClusterNodePoolsRequest({})),
  );
  const pools = (body.nodepools ?? []).map(({ nodepoolInfo, scalingGroup, autoScaling, nodeComponents, status }) => ({
    nodepoolId: nodepoolInfo?.nodepoolId ?? '',
    name: nodepoolInfo?.name ?? '',
    state: status?.state ?? 'unknown',
    version: nodeComponents?.find(({ name: component }) => component === 'kubelet')?.version,
    desired: scalingGroup?.desiredSize,
    total: status?.totalNodes ?? 0,
    healthy: status?.healthyNodes ?? 0,
    failed: status?.failedNodes ?? 0,
    instanceTypes: scalingGroup?.instanceTypes ?? [],
    vswitchIds: scalingGroup?.vswitchIds ?? [],
    autoscaling: autoScaling && {
      enabled: autoScaling.enable ?? false,
      min: autoScaling.minInstances,
      max: autoScaling.maxInstances,
    },
    tags: tagRecord(scalingGroup?.tags),
  }));
  return name === undefined ? pools : pools.filter((pool) => pool.name === name);
}

/** One node pool; refuses with NOT_FOUND. */
export async function nodePool(cloud: Cloud, clusterId: string, nodepoolId: string): Promise<NodePool> {
  const pools = await listNodePools(cloud, clusterId);
  const found = pools.find((pool) => pool.nodepoolId === nodepoolId);
  if (!found) throw refusal('NOT_FOUND', `The cluster ${clusterId} has no node pool ${nodepoolId}`);
  return found;
}

/** True where a pool is at rest with fewer nodes than `desiredSize`: the cloud could not get them all. */
export function isShort({ state, total, failed, autoscaling }: NodePool, desiredSize: number): boolean {
  return state === 'active' && !autoscaling?.enabled && total - failed < desiredSize;
}

/** Asks for a size, which may be the one asked for before; the id of the cloud's task. https://api.alibabacloud.com/document/CS/2015-12-15/ModifyClusterNodePool */
export async function resizeNodePool(cloud: Cloud, clusterId: string, nodepoolId: string, desiredSize: number) {
  const done = await cloud.cs.write(anywhere, (client, sdk) =>
    client.modifyClusterNodePool(
      clusterId,
      nodepoolId,
      new sdk.ModifyClusterNodePoolRequest({ scalingGroup: { desiredSize } }),
    ),
  );
  return done.taskId;
}

/** The pool that an idempotency key has made; a pool of the same name that it has not made is a CONFLICT. */
export async function nodePoolOfKey(cloud: Cloud, clusterId: string, name: string, key: string) {
  const pools = await listNodePools(cloud, clusterId);
  const own = pools.find((pool) => pool.tags[keyTag] === key && pool.state !== 'deleting');
  if (own) return own;
  const other = pools.find((pool) => pool.name === name);
  if (other) {
    const { nodepoolId } = other;
    throw refusal('CONFLICT', `The cluster already has a node pool named ${name} (${nodepoolId})`, { nodepoolId });
  }
  return undefined;
}
