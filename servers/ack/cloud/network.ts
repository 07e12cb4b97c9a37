import { z } from 'zod';
import type { Cloud } from './sdk.ts';
import { everyPage, tagRecord } from './values.ts';

export const vswitchFields = {
  id: z.string(),
  name: z.string(),
  zone: z.string(),
  cidr: z.string(),
  vpcId: z.string(),
  state: z.string(),
  freeIps: z.number(),
};

type VSwitch = z.infer<z.ZodObject<typeof vswitchFields>>;

/** The VPC API gives at most fifty a page. */
const size = 50;

/** The VPCs of a region, or those of one name, id or tag. https://api.alibabacloud.com/document/Vpc/2016-04-28/DescribeVpcs */
export async function listVpcs(
  cloud: Cloud,
  region: string,
  filter: { vpcId?: string | undefined; name?: string | undefined; tag?: { key: string; value: string } } = {},
) {
  const vpcs = await everyPage(async (pageNumber) => {
    const body = await cloud.vpc.read(region, (client, sdk) =>
      client.describeVpcs(
        new sdk.DescribeVpcsRequest({
          regionId: region,
          vpcId: filter.vpcId,
          vpcName: filter.name,
          ...(filter.tag && { tag: [new sdk.DescribeVpcsRequestTag(filter.tag)] }),
          pageNumber,
          pageSize: size,
        }),
      ),
    );
    return body.vpcs?.vpc ?? [];
  }, size);
  return vpcs
    .map((vpc) => ({
      vpcId: vpc.vpcId ?? '',
      name: vpc.vpcName ?? '',
      cidr: vpc.cidrBlock ?? '',
      state: vpc.status ?? 'unknown',
      tags: tagRecord(vpc.tags?.tag),
    }))
    .filter(({ name }) => filter.name === undefined || name === filter.name)
    .filter(({ tags }) => filter.tag === undefined || tags[filter.tag.key] === filter.tag.value);
}

/** The vSwitches of a VPC, or one by id. https://api.alibabacloud.com/document/Vpc/2016-04-28/DescribeVSwitches */
export async function listVSwitches(
  cloud: Cloud,
  region: string,
  filter: { vpcId?: string | undefined; vswitchId?: string | undefined },
): Promise<VSwitch[]> {
  const vswitches = await everyPage(async (pageNumber) => {
    const body = await cloud.vpc.read(region, (client, sdk) =>
      client.describeVSwitches(
        new sdk.DescribeVSwitchesRequest({
          regionId: region,
          vpcId: filter.vpcId,
          vSwitchId: filter.vswitchId,
          pageNumber,
          pageSize: size,
        }),
      ),
    );
    return body.vSwitches?.vSwitch ?? [];
  }, size);
  return vswitches.map((vswitch) => ({
    id: vswitch.vSwitchId ?? '',
    name: vswitch.vSwitchName ?? '',
    zone: vswitch.zoneId ?? '',
    cidr: vswitch.cidrBlock ?? '',
    vpcId: vswitch.vpcId ?? '',
    state: vswitch.status ?? 'unknown',
    freeIps: vswitch.availableIpAddressCount ?? 0,
  }));
}
