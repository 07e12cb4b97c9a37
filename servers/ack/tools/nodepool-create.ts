import { z } from 'zod';
import { describeCluster, runtimeVersion } from '../cloud/clusters.ts';
import { isShort, nodePoolOfKey, resizeNodePool } from '../cloud/nodepools.ts';
import { asSent, createNodePoolBody } from '../cloud/requests.ts';
import { anywhere } from '../cloud/sdk.ts';
import { nodePoolSpec } from '../spec.ts';
import { writeTool } from '../tool.ts';

export const nodepoolCreate = writeTool({
  name: 'nodepool_create',
  title: 'Create a node pool',
  description:
    'Adds a node pool to a cluster; its nodes cost money from then on. Follow it with task_get. A second call with the same idempotency key adopts the pool, and asks again for the nodes that could not be had.',
  destructive: false,
  input: { clusterId: z.string(), ...nodePoolSpec.shape },
  output: { nodepoolId: z.string(), taskId: z.string().optional(), adopted: z.boolean() },
  say: ({ nodepoolId, adopted }) =>
    adopted ? `Node pool ${nodepoolId} was already made by this key.` : `Node pool ${nodepoolId} is being made.`,
  preview: ({ clusterId, idempotencyKey, ...spec }) => ({
    clusterId,
    ...asSent(createNodePoolBody(spec, idempotencyKey, undefined)),
  }),
  async run({ clusterId, idempotencyKey, ...spec }, { cloud }) {
    const made = await nodePoolOfKey(cloud, clusterId, spec.name, idempotencyKey);
    if (made) {
      const taskId = isShort(made, spec.desiredSize)
        ? await resizeNodePool(cloud, clusterId, made.nodepoolId, spec.desiredSize)
        : undefined;
      return { nodepoolId: made.nodepoolId, taskId, adopted: true };
    }
    const { regionId = '', currentVersion = '' } = await describeCluster(cloud, clusterId);
    const body = createNodePoolBody(spec, idempotencyKey, await runtimeVersion(cloud, regionId, currentVersion));
    /** https://api.alibabacloud.com/document/CS/2015-12-15/CreateClusterNodePool */
    const created = await cloud.cs.write(anywhere, (client, sdk) =>
      client.createClusterNodePool(clusterId, new sdk.CreateClusterNodePoolRequest(body)),
    );
    return { nodepoolId: created.nodepoolId ?? '', taskId: created.taskId, adopted: false };
  },
});
