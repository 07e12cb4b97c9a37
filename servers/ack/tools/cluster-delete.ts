import { z } from 'zod';
import { describeCluster } from '../cloud/clusters.ts';
import { anywhere } from '../cloud/sdk.ts';
import { orGone } from '../cloud/values.ts';
import { refusal } from '../errors.ts';
import { writeTool } from '../tool.ts';

const resources = z.enum(['SLB', 'ALB', 'SLS_Data', 'SLS_ControlPlane', 'PrivateZone']);

/** Every kind of resource by name, so that nothing depends on the vendor's defaults. */
const deleteOptions = (retain: string[]) =>
  resources.options.map((resourceType) => ({
    resourceType,
    deleteMode: retain.includes(resourceType) ? 'retain' : 'delete',
  }));

export const clusterDelete = writeTool({
  name: 'cluster_delete',
  title: 'Delete a cluster',
  description:
    'Deletes a cluster with its nodes. Cannot be taken back. Refused while deletion protection is on: switch that off with cluster_modify first. A cluster that is gone already counts as done.',
  destructive: true,
  input: {
    clusterId: z.string(),
    /** The cluster's name once more, against mistakes. */
    confirmName: z.string(),
    retain: z.array(resources).default(['SLS_Data', 'SLS_ControlPlane']),
  },
  output: { clusterId: z.string(), taskId: z.string().optional(), state: z.enum(['deleting', 'gone']) },
  say: ({ clusterId, state }) => `Cluster ${clusterId}: ${state}.`,
  preview: ({ clusterId, retain }) => ({ clusterId, delete_options: deleteOptions(retain) }),
  async run({ clusterId, confirmName, retain }, { cloud }) {
    const cluster = await orGone(describeCluster(cloud, clusterId));
    if (!cluster || cluster.state === 'deleted') return { clusterId, state: 'gone' as const };
    if (cluster.name !== confirmName)
      throw refusal('CONFLICT', `The cluster ${clusterId} is named ${cluster.name}, not ${confirmName}`);
    if (cluster.state === 'deleting') return { clusterId, state: 'deleting' as const };
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DeleteCluster */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.deleteCluster(clusterId, new sdk.DeleteClusterRequest({ deleteOptions: deleteOptions(retain) })),
    );
    return { clusterId, taskId: done.taskId, state: 'deleting' as const };
  },
});
