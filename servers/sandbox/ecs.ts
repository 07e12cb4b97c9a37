import { z } from 'zod';
import { type Handler, numbered, regionOf, required } from './call.ts';
import { diskPrice, findInstanceType, type InstanceType, instanceTypes, regions } from './catalogue.ts';
import { notFound, parseInput, refusal } from './errors.ts';
import { soldOut } from './faults.ts';

const DISKS = ['cloud_essd', 'cloud_auto', 'cloud_essd_entry', 'cloud_efficiency'];

/** https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-describeregions */
const describeRegions: Handler = ({ query }) => ({
  Regions: {
    Region: regions.map((region) => ({
      RegionId: region.id,
      LocalName: localName(region, query.AcceptLanguage),
      RegionEndpoint: `ecs.${region.id}.aliyuncs.com`,
      Status: 'available',
    })),
  },
});

const localName = (region: { zh: string; en: string }, language = 'zh-CN') =>
  language.startsWith('en') ? region.en : region.zh;

/** https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-describezones */
const describeZones: Handler = ({ query }) => {
  const region = regionOf(query);
  const english = query.AcceptLanguage?.startsWith('en');
  const Zone = region.zones.map((id) => {
    const letter = id.slice(-1).toUpperCase();
    return {
      ZoneId: id,
      LocalName: english ? `${region.en} Zone ${letter}` : `${region.zh} 可用区 ${letter}`,
      ZoneType: 'AvailabilityZone',
      AvailableResourceCreation: { ResourceTypes: ['VSwitch', 'Instance', 'Disk'] },
      AvailableDiskCategories: { DiskCategories: DISKS },
      AvailableInstanceTypes: { InstanceTypes: instanceTypes.map((type) => type.id) },
    };
  });
  return { Zones: { Zone } };
};

const typeFilter = z.object({
  InstanceTypeFamily: z.string().optional(),
  InstanceFamilyLevel: z.string().optional(),
  CpuArchitecture: z.enum(['X86', 'ARM']).optional(),
  MinimumCpuCoreCount: z.coerce.number().default(0),
  MaximumCpuCoreCount: z.coerce.number().default(Number.POSITIVE_INFINITY),
  MinimumMemorySize: z.coerce.number().default(0),
  MaximumMemorySize: z.coerce.number().default(Number.POSITIVE_INFINITY),
  MinimumEniQuantity: z.coerce.number().default(0),
  MaxResults: z.coerce.number().int().min(1).max(1600).default(100),
  NextToken: z.coerce.number().int().min(0).default(0),
});

/** https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-describeinstancetypes */
const describeInstanceTypes: Handler = ({ query }) => {
  const want = parseInput(typeFilter, query);
  const named = numbered(query, 'InstanceTypes');
  const found = instanceTypes
    .filter((type) => named.length === 0 || named.includes(type.id))
    .filter((type) => !want.InstanceTypeFamily || type.family === want.InstanceTypeFamily)
    .filter((type) => !want.InstanceFamilyLevel || type.level === want.InstanceFamilyLevel)
    .filter((type) => !want.CpuArchitecture || architecture(type) === want.CpuArchitecture)
    .filter((type) => type.vcpu >= want.MinimumCpuCoreCount && type.vcpu <= want.MaximumCpuCoreCount)
    .filter((type) => type.memoryGiB >= want.MinimumMemorySize && type.memoryGiB <= want.MaximumMemorySize)
    .filter((type) => type.eniQuantity >= want.MinimumEniQuantity);
  const end = want.NextToken + want.MaxResults;
  return {
    InstanceTypes: { InstanceType: found.slice(want.NextToken, end).map(wireType) },
    NextToken: end < found.length ? String(end) : '',
  };
};

const architecture = (type: InstanceType) => (type.arch === 'arm64' ? 'ARM' : 'X86');

const wireType = (type: InstanceType) => ({
  InstanceTypeId: type.id,
  InstanceTypeFamily: type.family,
  InstanceFamilyLevel: type.level,
  CpuCoreCount: type.vcpu,
  MemorySize: type.memoryGiB,
  CpuArchitecture: architecture(type),
  EniQuantity: type.eniQuantity,
  EniPrivateIpAddressQuantity: type.eniPrivateIps,
  EniTotalQuantity: type.eniTotal,
  EniTrunkSupported: type.eniTotal > type.eniQuantity,
  GPUAmount: 0,
});

/** https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-describeavailableresource */
const describeAvailableResource: Handler = ({ world, query }) => {
  const region = regionOf(query);
  const destination = required(query, 'DestinationResource');
  const cores = query.Cores && Number(query.Cores);
  const memory = query.Memory && Number(query.Memory);
  const types = instanceTypes
    .filter((type) => !query.InstanceType || type.id === query.InstanceType)
    .filter((type) => (!cores || type.vcpu === cores) && (!memory || type.memoryGiB === memory));
  const resources = (zone: string) =>
    /Disk$/.test(destination)
      ? DISKS.map((disk) => stock(disk, true))
      : types.map((type) => stock(type.id, !soldOut(world.faults(), zone, type.id)));
  const AvailableZone = region.zones
    .filter((zone) => !query.ZoneId || zone === query.ZoneId)
    .map((zone) => {
      const supported = resources(zone);
      const any = supported.some(({ Status }) => Status === 'Available');
      return {
        RegionId: region.id,
        ZoneId: zone,
        ...availability(any),
        AvailableResources: {
          AvailableResource: [{ Type: destination, SupportedResources: { SupportedResource: supported } }],
        },
      };
    });
  return { AvailableZones: { AvailableZone } };
};

const availability = (inStock: boolean) => ({
  Status: inStock ? 'Available' : 'SoldOut',
  StatusCategory: inStock ? 'WithStock' : 'WithoutStock',
});

const stock = (value: string, inStock: boolean) => ({ Value: value, ...availability(inStock) });

const HOURS_PER_MONTH = 730;
/** A subscription month costs about 480 pay-as-you-go hours: an inference from public list prices. */
const SUBSCRIPTION_HOURS = 480;

const priceQuery = z.object({
  ResourceType: z.enum(['instance', 'disk']).default('instance'),
  InstanceType: z.string().optional(),
  Amount: z.coerce.number().int().min(1).max(1000).default(1),
  Period: z.coerce.number().int().min(1).max(60).default(1),
  PriceUnit: z.enum(['Hour', 'Month', 'Year']).default('Hour'),
});

/** https://help.aliyun.com/zh/ecs/developer-reference/api-ecs-2014-05-26-describeprice (list prices, no discount) */
const describePrice: Handler = ({ query }) => {
  regionOf(query);
  const want = parseInput(priceQuery, query);
  const months = want.PriceUnit === 'Year' ? 12 : 1;
  const instanceHours = want.PriceUnit === 'Hour' ? 1 : SUBSCRIPTION_HOURS * months;
  const diskMonths = want.PriceUnit === 'Hour' ? 1 / HOURS_PER_MONTH : months;
  const lines = [
    ...(want.ResourceType === 'instance'
      ? [{ Resource: 'instanceType', price: typePrice(want.InstanceType) * instanceHours }]
      : []),
    ...disks(query).map(({ resource, perMonth }) => ({ Resource: resource, price: perMonth * diskMonths })),
  ].map(({ Resource, price }) => ({ Resource, ...priced(price * want.Amount * want.Period) }));
  const total = lines.reduce((sum, line) => sum + line.TradePrice, 0);
  return {
    PriceInfo: {
      Price: { ...priced(total), Currency: 'CNY', DetailInfos: { DetailInfo: lines } },
      Rules: { Rule: [] },
    },
  };
};

function typePrice(id: string | undefined): number {
  const type = findInstanceType(id ?? '');
  if (!type)
    throw notFound('InvalidInstanceType.ValueNotSupported', `The specified InstanceType ${id} is not supported.`);
  return type.cnyPerHour;
}

/** The disks a price is asked for: the system disk, then `DataDisk.1` and so on. */
function disks(query: Record<string, string>): { resource: string; perMonth: number }[] {
  const prefixes = [
    'SystemDisk',
    ...Object.keys(query).flatMap((key) => /^(DataDisk\.\d+)\.Category$/.exec(key)?.[1] ?? []),
  ];
  return prefixes.flatMap((prefix) => {
    const category = query[`${prefix}.Category`];
    if (!category) return [];
    if (!DISKS.includes(category) && category !== 'cloud_ssd')
      throw refusal('InvalidDiskCategory.ValueNotSupported', `Disk category ${category} is not supported.`);
    const perGiB = diskPrice(category, query[`${prefix}.PerformanceLevel`]);
    const resource = prefix === 'SystemDisk' ? 'systemDisk' : 'dataDisk';
    return [{ resource, perMonth: perGiB * Number(query[`${prefix}.Size`] ?? 40) }];
  });
}

const priced = (amount: number) => {
  const price = Math.round(amount * 1e6) / 1e6;
  return { OriginalPrice: price, DiscountPrice: 0, TradePrice: price };
};

/** The actions of ECS 2014-05-26. */
export const ecsActions: Record<string, Handler> = {
  DescribeRegions: describeRegions,
  DescribeZones: describeZones,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeAvailableResource: describeAvailableResource,
  DescribePrice: describePrice,
};
