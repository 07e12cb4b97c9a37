import { z } from 'zod';
import { listNodePools, nodePoolFields } from '../cloud/nodepools.ts';
import { readTool } from '../tool.ts';

export const nodepoolList = readTool({
  name: 'nodepool_list',
  title: 'List node pools',
  description: 'The node pools of a cluster, or those of one exact name.',
  input: { clusterId: z.string(), name: z.string().optional() },
  output: { items: z.array(z.object(nodePoolFields)) },
  say: ({ items }) =>
    items
      .map(({ name, state, healthy, total }) => `${name}: ${state}, ${healthy} of ${total} nodes healthy`)
      .join('; '),
  run: async ({ clusterId, name }, { cloud }) => ({ items: await listNodePools(cloud, clusterId, name) }),
});
