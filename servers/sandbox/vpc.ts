import { type Call, type Handler, numbered, once, pageOf, regionOf, required, tagsOf, utcTime } from './call.ts';
import { findRegion, regions } from './catalogue.ts';
import { contains, isPrivate, overlaps, parseCidr } from './cidr.ts';
import type { Vpc, VSwitch } from './documents.ts';
import { notFound, refusal } from './errors.ts';
import { resourceId } from './ids.ts';
import { freeAddresses } from './placement.ts';
import { clusterState } from './state.ts';
import { STAGES } from './tasks.ts';
import type { World } from './world.ts';

/** 10 VPCs a region and 150 vSwitches a VPC: https://help.aliyun.com/zh/ack/product-overview/limits */
const VPCS_PER_REGION = 10;
const VSWITCHES_PER_VPC = 150;

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-createvpc */
const createVpc: Handler = (call) =>
  once(call, () => {
    const { world, query } = call;
    const region = regionOf(query);
    const cidr = query.CidrBlock || '172.16.0.0/12';
    const block = parseCidr(cidr);
    if (!block || block.mask < 8 || block.mask > 28 || !isPrivate(block)) {
      throw refusal('InvalidCidrBlock.Malformed', 'Specified CIDR block is not valid.');
    }
    const owned = world.vpcs.list().filter((vpc) => vpc.region === region.id);
    if (world.faults().quotaExceeded || owned.length >= VPCS_PER_REGION) {
      throw refusal('QuotaExceeded.Vpc', `VPC quota exceeded: ${VPCS_PER_REGION} in region ${region.id}.`);
    }
    const id = resourceId('vpc', region.id);
    const name = query.VpcName ?? '';
    world.vpcs.put({ id, region: region.id, name, cidr, createdAt: world.now(), tags: tagsOf(query) });
    return {
      VpcId: id,
      VRouterId: `vrt-${id.slice(4)}`,
      RouteTableId: `vtb-${id.slice(4)}`,
      ResourceGroupId: 'rg-default',
    };
  });

const vpcStatus = (world: World, vpc: Vpc): string =>
  world.now() < vpc.createdAt + STAGES.vpcSeconds * 1000 ? 'Pending' : 'Available';

const vswitchStatus = (world: World, vswitch: VSwitch): string =>
  world.now() < vswitch.createdAt + STAGES.vswitchSeconds * 1000 ? 'Pending' : 'Available';

const findVpc = (world: World, id: string): Vpc => {
  const vpc = world.vpcs.get(id);
  if (!vpc) throw notFound('InvalidVpcId.NotFound', `Specified VPC ${id} does not exist.`);
  return vpc;
};

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-describevpcs */
const describeVpcs: Handler = ({ world, query }) => {
  const region = regionOf(query);
  const tags = tagsOf(query);
  const wanted = query.VpcId?.split(',');
  const found = world.vpcs
    .list()
    .filter((vpc) => vpc.region === region.id && (!wanted || wanted.includes(vpc.id)))
    .filter((vpc) => query.VpcName === undefined || vpc.name === query.VpcName)
    .filter((vpc) => hasTags(vpc, tags));
  const page = pageOf(found, query.PageNumber, query.PageSize);
  const Vpc = page.items.map((vpc) => ({
    VpcId: vpc.id,
    VpcName: vpc.name,
    RegionId: vpc.region,
    CidrBlock: vpc.cidr,
    Status: vpcStatus(world, vpc),
    CreationTime: utcTime(vpc.createdAt),
    IsDefault: false,
    VRouterId: `vrt-${vpc.id.slice(4)}`,
    VSwitchIds: { VSwitchId: world.vswitches.list(vpc.id).map(({ id }) => id) },
    Tags: wireTags(vpc),
  }));
  return { TotalCount: page.total, PageNumber: page.number, PageSize: page.size, Vpcs: { Vpc } };
};

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-deletevpc */
const deleteVpc: Handler = ({ world, query, action }) => {
  const vpc = findVpc(world, required(query, 'VpcId'));
  if (world.vswitches.list(vpc.id).length > 0)
    throw refusal('DependencyViolation.VSwitch', 'The VPC still has vSwitches.');
  world.vpcs.remove(vpc.id);
  world.countAccepted(action);
  return {};
};

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-createvswitch */
const createVSwitch: Handler = (call) =>
  once(call, () => {
    const { world, query } = call;
    const vpc = findVpc(world, required(query, 'VpcId'));
    const zone = required(query, 'ZoneId');
    const cidr = required(query, 'CidrBlock');
    checkVSwitch(world, vpc, zone, cidr);
    const id = resourceId('vsw', vpc.region);
    const name = query.VSwitchName ?? '';
    const createdAt = world.now();
    world.vswitches.put({ id, region: vpc.region, vpcId: vpc.id, zone, cidr, name, createdAt, tags: tagsOf(query) });
    return { VSwitchId: id };
  });

function checkVSwitch(world: World, vpc: Vpc, zone: string, cidr: string): void {
  if (!findRegion(vpc.region)?.zones.includes(zone)) {
    throw notFound('InvalidZoneId.NotFound', `Specified zone ${zone} does not exist in region ${vpc.region}.`);
  }
  if (vpcStatus(world, vpc) !== 'Available')
    throw refusal('IncorrectVpcStatus', 'Current VPC status does not support this operation.');
  const block = parseCidr(cidr);
  const whole = parseCidr(vpc.cidr);
  if (!block || !whole || block.mask < 16 || block.mask > 29 || !contains(whole, block)) {
    throw refusal('InvalidCidrBlock.Malformed', `Specified CIDR block ${cidr} is not a /16 to /29 inside ${vpc.cidr}.`);
  }
  const siblings = world.vswitches.list(vpc.id);
  if (siblings.length >= VSWITCHES_PER_VPC) throw refusal('QuotaExceeded.VSwitch', 'VSwitch quota exceeded.');
  const taken = siblings.find((other) => overlaps(block, parseCidr(other.cidr) ?? block));
  if (taken) throw refusal('InvalidCidrBlock.Overlapped', `Specified CIDR block overlaps with vSwitch ${taken.id}.`);
  if (siblings.some((other) => vswitchStatus(world, other) === 'Pending')) {
    throw refusal('TaskConflict', 'The operation is too frequent, please wait a moment and try again.');
  }
}

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-describevswitches */
const describeVSwitches: Handler = ({ world, query }) => {
  const tags = tagsOf(query);
  const wanted = query.VSwitchId?.split(',');
  const found = world.vswitches
    .list(query.VpcId)
    .filter((vswitch) => !query.RegionId || vswitch.region === query.RegionId)
    .filter((vswitch) => !wanted || wanted.includes(vswitch.id))
    .filter((vswitch) => !query.ZoneId || vswitch.zone === query.ZoneId)
    .filter((vswitch) => query.VSwitchName === undefined || vswitch.name === query.VSwitchName)
    .filter((vswitch) => hasTags(vswitch, tags));
  const page = pageOf(found, query.PageNumber, query.PageSize);
  const VSwitch = page.items.map((vswitch) => wireVSwitch(world, vswitch));
  return { TotalCount: page.total, PageNumber: page.number, PageSize: page.size, VSwitches: { VSwitch } };
};

const findVSwitch = ({ world, query }: Call): VSwitch => {
  const id = required(query, 'VSwitchId');
  const vswitch = world.vswitches.get(id);
  if (!vswitch) throw notFound('InvalidVSwitchId.NotFound', `Specified vSwitch ${id} does not exist.`);
  return vswitch;
};

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-describevswitchattributes */
const describeVSwitchAttributes: Handler = (call) => wireVSwitch(call.world, findVSwitch(call));

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-deletevswitch */
const deleteVSwitch: Handler = (call) => {
  const vswitch = findVSwitch(call);
  const user = call.world.clusters
    .list()
    .find(
      (cluster) =>
        [...cluster.vswitchIds, ...cluster.podVswitchIds].includes(vswitch.id) &&
        clusterState(call.world, cluster) !== 'deleted',
    );
  if (user) throw refusal('DependencyViolation', `The vSwitch is used by cluster ${user.id}.`);
  call.world.vswitches.remove(vswitch.id);
  call.world.countAccepted(call.action);
  return {};
};

/** https://help.aliyun.com/zh/vpc/developer-reference/api-vpc-2016-04-28-tagresources */
const tagResources: Handler = ({ world, query }) => {
  const tags = tagsOf(query);
  const merged = (old: { key: string; value: string }[]) => [
    ...old.filter(({ key }) => !tags.some((tag) => tag.key === key)),
    ...tags,
  ];
  for (const id of numbered(query, 'ResourceId')) {
    const vpc = world.vpcs.get(id);
    const vswitch = world.vswitches.get(id);
    if (vpc) world.vpcs.put({ ...vpc, tags: merged(vpc.tags) });
    else if (vswitch) world.vswitches.put({ ...vswitch, tags: merged(vswitch.tags) });
    else throw notFound('InvalidResourceId.NotFound', `The specified resource ${id} is not found.`);
  }
  return {};
};

const hasTags = (thing: Vpc, tags: { key: string; value: string }[]): boolean =>
  tags.every((tag) => thing.tags.some(({ key, value }) => key === tag.key && (!tag.value || value === tag.value)));

const wireTags = (thing: Vpc) => ({ Tag: thing.tags.map(({ key, value }) => ({ Key: key, Value: value })) });

const wireVSwitch = (world: World, vswitch: VSwitch) => ({
  VSwitchId: vswitch.id,
  VSwitchName: vswitch.name,
  VpcId: vswitch.vpcId,
  ZoneId: vswitch.zone,
  CidrBlock: vswitch.cidr,
  Status: vswitchStatus(world, vswitch),
  AvailableIpAddressCount: freeAddresses(world, vswitch),
  CreationTime: utcTime(vswitch.createdAt),
  IsDefault: false,
  Tags: wireTags(vswitch),
});

const describeRegions: Handler = () => ({
  Regions: {
    Region: regions.map(({ id, zh }) => ({ RegionId: id, LocalName: zh, RegionEndpoint: `vpc.${id}.aliyuncs.com` })),
  },
});

/** The actions of VPC 2016-04-28. */
export const vpcActions: Record<string, Handler> = {
  CreateVpc: createVpc,
  DescribeVpcs: describeVpcs,
  DeleteVpc: deleteVpc,
  CreateVSwitch: createVSwitch,
  DescribeVSwitches: describeVSwitches,
  DescribeVSwitchAttributes: describeVSwitchAttributes,
  DeleteVSwitch: deleteVSwitch,
  TagResources: tagResources,
  DescribeRegions: describeRegions,
};
