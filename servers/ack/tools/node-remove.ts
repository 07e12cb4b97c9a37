import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { writeTool } from '../tool.ts';

export const nodeRemove = writeTool({
  name: 'node_remove',
  title: 'Remove nodes',
  description:
    'Takes chosen nodes out of a pool, one after another; by default they are drained first and their instances released.',
  destructive: true,
  input: {
    clusterId: z.string(),
    nodepoolId: z.string(),
    instanceIds: z.array(z.string()).min(1).max(50),
    drain: z.boolean().default(true),
    release: z.boolean().default(true),
  },
  output: { nodepoolId: z.string(), taskId: z.string().optional() },
  say: ({ nodepoolId }) => `Nodes are being removed from ${nodepoolId}.`,
  preview: ({ clusterId, nodepoolId, instanceIds, drain, release }) => ({
    clusterId,
    nodepoolId,
    instance_ids: instanceIds,
    drain_node: drain,
    release_node: release,
  }),
  async run({ clusterId, nodepoolId, instanceIds, drain, release }, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/RemoveNodePoolNodes */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.removeNodePoolNodes(
        clusterId,
        nodepoolId,
        new sdk.RemoveNodePoolNodesRequest({ instanceIds, drainNode: drain, releaseNode: release, concurrency: false }),
      ),
    );
    return { nodepoolId, taskId: done.taskId };
  },
});
