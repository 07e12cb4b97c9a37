import { createHash } from 'node:crypto';
import { z } from 'zod';
import { listVpcs, listVSwitches } from '../cloud/network.ts';
import { keyTag, ownTags, pairs } from '../cloud/requests.ts';
import { settled } from '../cloud/values.ts';
import { refusal } from '../errors.ts';
import { type ToolContext, writeTool } from '../tool.ts';

const vswitch = z.strictObject({ zone: z.string(), cidr: z.string(), name: z.string(), role: z.enum(['node', 'pod']) });
type Wanted = z.infer<typeof vswitch>;
type Made = { id: string; zone: string; role: 'node' | 'pod'; cidr: string };

export const networkCreate = writeTool({
  name: 'network_create',
  title: 'Create a network',
  description:
    'Makes a VPC and its vSwitches, one after another, and waits until they can be used. What an earlier call with the same idempotency key has made is adopted, so a second call finishes an interrupted first one; a VPC of the same name that it has not made is left alone.',
  destructive: false,
  input: {
    region: z.string(),
    vpc: z.strictObject({ cidr: z.string(), name: z.string().min(1).max(128) }),
    vswitches: z.array(vswitch).min(1).max(16),
  },
  output: {
    vpcId: z.string(),
    vswitches: z.array(z.object({ id: z.string(), zone: z.string(), role: z.enum(['node', 'pod']), cidr: z.string() })),
    /** The ids by role, in the order asked for. */
    nodeVswitchIds: z.array(z.string()),
    podVswitchIds: z.array(z.string()),
  },
  say: ({ vpcId, vswitches }) => `VPC ${vpcId} with ${vswitches.length} vSwitches is ready.`,
  preview: ({ region, vpc, vswitches }) => ({ region, vpc, vswitches }),
  async run({ region, vpc, vswitches, idempotencyKey }, context) {
    const vpcId = await ensureVpc(region, vpc, idempotencyKey, context);
    const made: Made[] = [];
    // A VPC takes one vSwitch at a time.
    for (const wanted of vswitches) made.push(await ensureVSwitch(region, vpcId, wanted, idempotencyKey, context));
    const ids = (role: string) => made.filter((one) => one.role === role).map(({ id }) => id);
    return { vpcId, vswitches: made, nodeVswitchIds: ids('node'), podVswitchIds: ids('pod') };
  },
});

async function ensureVpc(
  region: string,
  { name, cidr }: { name: string; cidr: string },
  key: string,
  { cloud, signal }: ToolContext,
) {
  // Names of VPCs need not be unique: only the tag says that this key has made it.
  const [known] = await listVpcs(cloud, region, { tag: { key: keyTag, value: key } });
  if (known && known.cidr !== cidr)
    throw refusal('CONFLICT', `This key has made the VPC ${known.vpcId} with the range ${known.cidr}, not ${cidr}`);
  /** https://api.alibabacloud.com/document/Vpc/2016-04-28/CreateVpc */
  const created =
    known ??
    (await cloud.vpc.write(region, (client, sdk) =>
      client.createVpc(
        new sdk.CreateVpcRequest({
          regionId: region,
          vpcName: name,
          cidrBlock: cidr,
          clientToken: clientToken(key, 'vpc', name),
          tag: pairs({ ...ownTags, [keyTag]: key }).map((tag) => new sdk.CreateVpcRequestTag(tag)),
        }),
      ),
    ));
  const vpcId = created.vpcId ?? '';
  await settled(
    async () => (await listVpcs(cloud, region, { vpcId })).find(({ state }) => state === 'Available'),
    `VPC ${vpcId}`,
    signal,
  );
  return vpcId;
}

async function ensureVSwitch(
  region: string,
  vpcId: string,
  wanted: Wanted,
  key: string,
  { cloud, signal }: ToolContext,
): Promise<Made> {
  const { name, zone, cidr, role } = wanted;
  const known = (await listVSwitches(cloud, region, { vpcId })).find((one) => one.name === name);
  if (known && (known.cidr !== cidr || known.zone !== zone)) {
    throw refusal(
      'CONFLICT',
      `A vSwitch named ${name} exists with ${known.cidr} in ${known.zone}, not ${cidr} in ${zone}`,
    );
  }
  /** https://api.alibabacloud.com/document/Vpc/2016-04-28/CreateVSwitch */
  const created = known
    ? { vSwitchId: known.id }
    : await cloud.vpc.write(region, (client, sdk) =>
        client.createVSwitch(
          new sdk.CreateVSwitchRequest({
            regionId: region,
            vpcId,
            zoneId: zone,
            cidrBlock: cidr,
            vSwitchName: name,
            clientToken: clientToken(key, vpcId, name),
          }),
        ),
      );
  const id = created.vSwitchId ?? '';
  const ready = async () =>
    (await listVSwitches(cloud, region, { vpcId })).find((one) => one.id === id && one.state === 'Available');
  await settled(ready, `vSwitch ${id}`, signal);
  return { id, zone, role, cidr };
}

/** At most 64 ASCII characters, the same for the same thing of the same key. */
const clientToken = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');
