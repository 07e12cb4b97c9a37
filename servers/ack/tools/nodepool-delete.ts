import { z } from 'zod';
import { listNodePools } from '../cloud/nodepools.ts';
import { anywhere } from '../cloud/sdk.ts';
import { refusal } from '../errors.ts';
import { writeTool } from '../tool.ts';

export const nodepoolDelete = writeTool({
  name: 'nodepool_delete',
  title: 'Delete a node pool',
  description:
    'Deletes a node pool and releases its nodes. Cannot be taken back. A pool that is gone already counts as done.',
  destructive: true,
  input: {
    clusterId: z.string(),
    nodepoolId: z.string(),
    /** The pool's name once more, against mistakes. */
    confirmName: z.string().optional(),
  },
  output: { nodepoolId: z.string(), taskId: z.string().optional(), state: z.enum(['deleting', 'gone']) },
  say: ({ nodepoolId, state }) => `Node pool ${nodepoolId}: ${state}.`,
  preview: ({ clusterId, nodepoolId }) => ({ clusterId, nodepoolId, force: true }),
  async run({ clusterId, nodepoolId, confirmName }, { cloud }) {
    const pool = (await listNodePools(cloud, clusterId)).find((found) => found.nodepoolId === nodepoolId);
    if (!pool) return { nodepoolId, state: 'gone' as const };
    if (confirmName !== undefined && pool.name !== confirmName) {
      throw refusal('CONFLICT', `The node pool ${nodepoolId} is named ${pool.name}, not ${confirmName}`);
    }
    if (pool.state === 'deleting') return { nodepoolId, state: 'deleting' as const };
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DeleteClusterNodepool */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.deleteClusterNodepool(clusterId, nodepoolId, new sdk.DeleteClusterNodepoolRequest({ force: true })),
    );
    return { nodepoolId, taskId: done.taskId, state: 'deleting' as const };
  },
});
