import { z } from 'zod';
import { listVpcs, listVSwitches } from '../cloud/network.ts';
import { orGone, settled } from '../cloud/values.ts';
import { writeTool } from '../tool.ts';

export const networkDelete = writeTool({
  name: 'network_delete',
  title: 'Delete a network',
  description:
    'Deletes a VPC with its vSwitches. Cannot be taken back; refused by the cloud while something uses them. What is gone already counts as done.',
  destructive: true,
  input: { region: z.string(), vpcId: z.string() },
  output: { vpcId: z.string(), state: z.literal('gone'), deleted: z.array(z.string()) },
  say: ({ vpcId }) => `VPC ${vpcId} is gone.`,
  preview: ({ region, vpcId }) => ({ region, vpcId }),
  async run({ region, vpcId }, { cloud, signal }) {
    const gone = { vpcId, state: 'gone' as const };
    if ((await listVpcs(cloud, region, { vpcId })).length === 0) return { ...gone, deleted: [] };
    const deleted: string[] = [];
    for (const { id } of await listVSwitches(cloud, region, { vpcId })) {
      /** https://api.alibabacloud.com/document/Vpc/2016-04-28/DeleteVSwitch */
      await orGone(
        cloud.vpc.write(region, (client, sdk) =>
          client.deleteVSwitch(new sdk.DeleteVSwitchRequest({ regionId: region, vSwitchId: id })),
        ),
      );
      deleted.push(id);
    }
    const empty = async () => (await listVSwitches(cloud, region, { vpcId })).length === 0 || undefined;
    await settled(empty, `The end of the vSwitches of ${vpcId}`, signal);
    /** https://api.alibabacloud.com/document/Vpc/2016-04-28/DeleteVpc */
    await orGone(
      cloud.vpc.write(region, (client, sdk) => client.deleteVpc(new sdk.DeleteVpcRequest({ regionId: region, vpcId }))),
    );
    return { ...gone, deleted: [...deleted, vpcId] };
  },
});
