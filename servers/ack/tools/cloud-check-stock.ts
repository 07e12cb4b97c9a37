import { z } from 'zod';
import { checkStock, inStock } from '../cloud/stock.ts';
import { readTool } from '../tool.ts';

export const cloudCheckStock = readTool({
  name: 'cloud_check_stock',
  title: 'Check stock',
  description:
    'Whether instance types can be bought now in the given zones: WithStock, ClosedWithStock, WithoutStock, ClosedWithoutStock or NotSold.',
  input: {
    region: z.string(),
    zones: z.array(z.string()).min(1).max(20).optional(),
    instanceTypes: z.array(z.string()).min(1).max(20),
    diskCategory: z.string().optional(),
    chargeType: z.enum(['PostPaid', 'PrePaid']).default('PostPaid'),
  },
  output: {
    items: z.array(
      z.object({ zone: z.string(), instanceType: z.string(), status: z.string(), available: z.boolean() }),
    ),
  },
  say: ({ items }) => items.map(({ zone, instanceType, status }) => `${instanceType} in ${zone}: ${status}`).join('; '),
  async run(query, { cloud }) {
    const items = await checkStock(cloud, query);
    return { items: items.map((item) => ({ ...item, available: inStock(item.status) })) };
  },
});
