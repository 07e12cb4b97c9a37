import { z } from 'zod';
import { readTool } from '../tool.ts';

export const quotaGet = readTool({
  name: 'quota_get',
  title: 'Get quotas',
  description: 'How many clusters, node pools and nodes the account may have.',
  input: { region: z.string() },
  output: { items: z.array(z.object({ name: z.string(), limit: z.number() })) },
  say: ({ items }) => items.map(({ name, limit }) => `${name}: ${limit}`).join(', '),
  async run({ region }, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeUserQuota */
    const body = await cloud.cs.read(region, (client) => client.describeUserQuota());
    const limits = {
      managedClusters: body.amkClusterQuota,
      clusters: body.clusterQuota,
      nodepoolsPerCluster: body.clusterNodepoolQuota,
      nodesPerCluster: body.nodeQuota,
    };
    return { items: Object.entries(limits).flatMap(([name, limit]) => (limit === undefined ? [] : [{ name, limit }])) };
  },
});
