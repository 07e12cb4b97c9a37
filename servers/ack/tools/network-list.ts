import { z } from 'zod';
import { listVpcs, listVSwitches, vswitchFields } from '../cloud/network.ts';
import { readTool } from '../tool.ts';

export const networkList = readTool({
  name: 'network_list',
  title: 'List networks',
  description:
    'The VPCs of a region, or one by id or exact name; asked for one, its vSwitches with their free addresses too.',
  input: { region: z.string(), vpcId: z.string().optional(), name: z.string().optional() },
  output: {
    items: z.array(
      z.object({
        vpcId: z.string(),
        name: z.string(),
        cidr: z.string(),
        state: z.string(),
        tags: z.record(z.string(), z.string()),
        vswitches: z.array(z.object(vswitchFields)).optional(),
      }),
    ),
  },
  say: ({ items }) => items.map(({ vpcId, name, cidr }) => `${name || vpcId} ${cidr}`).join(', ') || 'No VPC.',
  async run({ region, ...filter }, { cloud }) {
    const vpcs = (await listVpcs(cloud, region, filter)).slice(0, 200);
    if (filter.vpcId === undefined && filter.name === undefined) return { items: vpcs };
    const items = [];
    for (const vpc of vpcs) items.push({ ...vpc, vswitches: await listVSwitches(cloud, region, { vpcId: vpc.vpcId }) });
    return { items };
  },
});
