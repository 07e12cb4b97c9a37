import type { Cloud } from './sdk.ts';

interface StockQuery {
  region: string;
  instanceTypes: string[];
  zones?: string[] | undefined;
  chargeType?: 'PostPaid' | 'PrePaid' | undefined;
  diskCategory?: string | undefined;
}

/**
 * The stock of each instance type in each zone, in the vendor's words (`WithStock`, `ClosedWithStock`, `WithoutStock`,
 * `ClosedWithoutStock`), or `NotSold` where a zone asked for does not list the type.
 * https://api.alibabacloud.com/document/Ecs/2014-05-26/DescribeAvailableResource
 */
export async function checkStock(
  cloud: Cloud,
  { region, instanceTypes, zones, chargeType = 'PostPaid', diskCategory }: StockQuery,
) {
  const items: { zone: string; instanceType: string; status: string }[] = [];
  for (const instanceType of instanceTypes) {
    const body = await cloud.ecs.read(region, (client, sdk) =>
      client.describeAvailableResource(
        new sdk.DescribeAvailableResourceRequest({
          regionId: region,
          destinationResource: 'InstanceType',
          instanceType,
          instanceChargeType: chargeType,
          systemDiskCategory: diskCategory,
        }),
      ),
    );
    const found = new Map<string, string>();
    for (const { zoneId, availableResources } of body.availableZones?.availableZone ?? []) {
      const resources = availableResources?.availableResource?.flatMap(
        ({ supportedResources }) => supportedResources?.supportedResource ?? [],
      );
      const resource = resources?.find(({ value }) => value === instanceType);
      if (zoneId !== undefined && resource) found.set(zoneId, resource.statusCategory ?? resource.status ?? 'unknown');
    }
    for (const zone of zones ?? [...found.keys()].sort())
      items.push({ zone, instanceType, status: found.get(zone) ?? 'NotSold' });
  }
  return items;
}

/** Whether a stock status means that nodes can be bought now. */
export const inStock = (status: string): boolean => status === 'WithStock' || status === 'ClosedWithStock';
