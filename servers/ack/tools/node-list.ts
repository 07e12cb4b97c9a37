import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { isoTime, nextToken, page, pageSize } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const nodeList = readTool({
  name: 'node_list',
  title: 'List nodes',
  description: 'The nodes of a cluster or of one node pool, with whether Kubernetes finds each Ready.',
  input: {
    clusterId: z.string(),
    nodepoolId: z.string().optional(),
    state: z.enum(['all', 'running', 'removing', 'initial', 'failed']).default('all'),
    nextToken,
  },
  output: {
    items: z.array(
      z.object({
        instanceId: z.string(),
        name: z.string(),
        /** The cloud's word for its life: pending, running, ... */
        state: z.string(),
        ready: z.boolean(),
        ip: z.string().optional(),
        nodepoolId: z.string().optional(),
        instanceType: z.string().optional(),
        createdAt: z.string().optional(),
        error: z.string().optional(),
      }),
    ),
    total: z.number(),
    /** How many of these items are Ready. */
    ready: z.number(),
    nextToken: z.string().optional(),
  },
  say: ({ total, ready }) => `${ready} of ${total} nodes ready.`,
  async run({ clusterId, nodepoolId, state, nextToken: token = '1' }, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterNodes */
    const body = await cloud.cs.read(anywhere, (client, sdk) =>
      client.describeClusterNodes(
        clusterId,
        new sdk.DescribeClusterNodesRequest({ nodepoolId, state, pageNumber: token, pageSize: String(pageSize) }),
      ),
    );
    const items = (body.nodes ?? []).map((node) => ({
      instanceId: node.instanceId ?? '',
      name: node.nodeName ?? node.hostName ?? '',
      state: node.state ?? 'unknown',
      ready: node.nodeStatus === 'Ready',
      ip: node.ipAddress?.[0],
      nodepoolId: node.nodepoolId,
      instanceType: node.instanceType,
      createdAt: isoTime(node.creationTime),
      error: node.errorMessage || undefined,
    }));
    const total = body.page?.totalCount ?? items.length;
    return { ...page(items, Number(token), total), total, ready: items.filter((node) => node.ready).length };
  },
});
