import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { isoTime, nextToken, page, pageSize } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const nodeList = readTool({
  name: 'node_list',
  title: 'List nodes',
  description:
    'The nodes of a cluster or of one node pool, with whether Kubernetes finds each Ready and how it is paid for.',
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
        chargeType: z.enum(['PostPaid', 'PrePaid', 'Spot', 'unknown']),
        /** Of a prepaid one. */
        expiresAt: z.string().optional(),
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
      ...charge(node),
      createdAt: isoTime(node.creationTime),
      error: node.errorMessage || undefined,
    }));
    const total = body.page?.totalCount ?? items.length;
    return { ...page(items, Number(token), total), total, ready: items.filter((node) => node.ready).length };
  },
});

/** The cloud gives every node a day on which it expires; for one that is paid as it goes that lies in 2099. */
function charge({ instanceChargeType, spotStrategy, expiredTime }: Charged) {
  if (instanceChargeType === 'PrePaid') return { chargeType: 'PrePaid' as const, expiresAt: isoTime(expiredTime) };
  if (spotStrategy?.startsWith('Spot')) return { chargeType: 'Spot' as const };
  return { chargeType: instanceChargeType === 'PostPaid' ? ('PostPaid' as const) : ('unknown' as const) };
}

interface Charged {
  instanceChargeType?: string;
  spotStrategy?: string;
  expiredTime?: string;
}
