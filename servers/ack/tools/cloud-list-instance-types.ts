import { z } from 'zod';
import type { Cloud } from '../cloud/sdk.ts';
import { checkStock, inStock } from '../cloud/stock.ts';
import { readTool } from '../tool.ts';

const instanceType = z.object({
  id: z.string(),
  family: z.string(),
  vcpu: z.number(),
  memoryGiB: z.number(),
  arch: z.string(),
  eni: z.object({ quantity: z.number(), ipsPerEni: z.number() }),
  /** Pods with an address of their own, by Terway mode; host-network pods come on top. */
  podCapacity: z.object({ shared: z.number(), trunk: z.number(), exclusive: z.number() }),
});

type InstanceType = z.infer<typeof instanceType>;

export const cloudListInstanceTypes = readTool({
  name: 'cloud_list_instance_types',
  title: 'List instance types',
  description:
    'Instance types of a region by size, family and architecture, with how many pods Terway fits on each. With zones, only those in stock in every one of them.',
  input: {
    region: z.string(),
    vcpu: z.int().positive().optional(),
    memoryGiB: z.number().positive().optional(),
    family: z.string().optional(),
    instanceTypes: z.array(z.string()).max(50).optional(),
    arch: z.enum(['amd64', 'arm64']).optional(),
    zones: z.array(z.string()).max(10).optional(),
    limit: z.int().min(1).max(100).default(20),
  },
  output: { items: z.array(instanceType) },
  say: ({ items }) => items.map(({ id, vcpu, memoryGiB }) => `${id} (${vcpu} vCPU, ${memoryGiB} GiB)`).join(', '),
  async run({ region, vcpu, memoryGiB, family, instanceTypes, arch, zones, limit }, { cloud }) {
    /** https://api.alibabacloud.com/document/Ecs/2014-05-26/DescribeInstanceTypes */
    const body = await cloud.ecs.read(region, (client, sdk) =>
      client.describeInstanceTypes(
        new sdk.DescribeInstanceTypesRequest({
          minimumCpuCoreCount: vcpu,
          maximumCpuCoreCount: vcpu,
          minimumMemorySize: memoryGiB,
          maximumMemorySize: memoryGiB,
          instanceTypeFamily: family,
          instanceTypes,
          cpuArchitecture: arch && (arch === 'arm64' ? 'ARM' : 'X86'),
          maxResults: 100,
        }),
      ),
    );
    const found = (body.instanceTypes?.instanceType ?? []).map((type) => {
      const {
        eniQuantity = 0,
        eniPrivateIpAddressQuantity = 0,
        eniTotalQuantity = eniQuantity,
        cpuArchitecture,
      } = type;
      return {
        id: type.instanceTypeId ?? '',
        family: type.instanceTypeFamily ?? '',
        vcpu: type.cpuCoreCount ?? 0,
        memoryGiB: type.memorySize ?? 0,
        arch: cpuArchitecture === 'ARM' ? 'arm64' : 'amd64',
        eni: { quantity: eniQuantity, ipsPerEni: eniPrivateIpAddressQuantity },
        podCapacity: {
          shared: Math.max(0, (eniQuantity - 1) * eniPrivateIpAddressQuantity),
          trunk: Math.max(0, eniTotalQuantity - eniQuantity),
          exclusive: Math.max(0, eniQuantity - 1),
        },
      };
    });
    const items = found.slice(0, limit);
    return { items: zones ? await stocked(cloud, region, items, zones) : items };
  },
});

async function stocked(cloud: Cloud, region: string, items: InstanceType[], zones: string[]): Promise<InstanceType[]> {
  const stock = await checkStock(cloud, { region, zones, instanceTypes: items.map(({ id }) => id) });
  return items.filter(({ id }) => stock.every((entry) => entry.instanceType !== id || inStock(entry.status)));
}
