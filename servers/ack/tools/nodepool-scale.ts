import { z } from 'zod';
import { nodePool, resizeNodePool } from '../cloud/nodepools.ts';
import { refusal } from '../errors.ts';
import { writeTool } from '../tool.ts';

export const nodepoolScale = writeTool({
  name: 'nodepool_scale',
  title: 'Scale a node pool',
  description:
    'Sets how many nodes a pool has, up or down; going down removes nodes. Refused when the pool no longer has the size the plan was made for, or an autoscaler owns it.',
  destructive: true,
  input: {
    clusterId: z.string(),
    nodepoolId: z.string(),
    desiredSize: z.int().min(0).max(500),
    /** The size that the plan was made for. */
    expectedCurrent: z.int().min(0).optional(),
  },
  output: { nodepoolId: z.string(), taskId: z.string().optional(), already: z.boolean() },
  say: ({ nodepoolId, already }) =>
    already ? `Node pool ${nodepoolId} already has this size.` : `Node pool ${nodepoolId} is being scaled.`,
  preview: ({ clusterId, nodepoolId, desiredSize }) => ({
    clusterId,
    nodepoolId,
    scaling_group: { desired_size: desiredSize },
  }),
  async run({ clusterId, nodepoolId, desiredSize, expectedCurrent }, { cloud }) {
    const pool = await nodePool(cloud, clusterId, nodepoolId);
    if (pool.autoscaling?.enabled)
      throw refusal('CONFLICT', `An autoscaler sizes ${pool.name}: change its minimum and maximum instead`);
    const current = pool.desired ?? pool.total;
    if (current === desiredSize) return { nodepoolId, already: true };
    if (expectedCurrent !== undefined && current !== expectedCurrent) {
      throw refusal('CONFLICT', `${pool.name} has ${current} nodes, not ${expectedCurrent}`, { current });
    }
    return { nodepoolId, taskId: await resizeNodePool(cloud, clusterId, nodepoolId, desiredSize), already: false };
  },
});
