import { z } from 'zod';
import { clusterOfKey, runtimeVersion } from '../cloud/clusters.ts';
import { asSent, createClusterBody } from '../cloud/requests.ts';
import { clusterSpec } from '../spec.ts';
import { writeTool } from '../tool.ts';

export const clusterCreate = writeTool({
  name: 'cluster_create',
  title: 'Create a cluster',
  description:
    'Creates a managed cluster with its node pools and add-ons; costs money from then on. Takes about 15 minutes: follow it with task_get. The cluster is tagged with the idempotency key, and a second call with the key adopts it.',
  destructive: false,
  input: clusterSpec.shape,
  output: { clusterId: z.string(), taskId: z.string().optional(), adopted: z.boolean() },
  say: ({ clusterId, adopted }) =>
    adopted ? `Cluster ${clusterId} was already made by this key.` : `Cluster ${clusterId} is being made.`,
  preview: ({ idempotencyKey, ...spec }) => asSent(createClusterBody(spec, idempotencyKey, undefined)),
  async run({ idempotencyKey, ...spec }, { cloud }) {
    const made = await clusterOfKey(cloud, spec.region, idempotencyKey);
    if (made) return { clusterId: made.clusterId, adopted: true };
    const body = createClusterBody(spec, idempotencyKey, await runtimeVersion(cloud, spec.region, spec.version));
    /** https://api.alibabacloud.com/document/CS/2015-12-15/CreateCluster */
    const created = await cloud.cs.write(spec.region, (client, sdk) =>
      client.createCluster(new sdk.CreateClusterRequest(body)),
    );
    return { clusterId: created.clusterId ?? '', taskId: created.taskId, adopted: false };
  },
});
