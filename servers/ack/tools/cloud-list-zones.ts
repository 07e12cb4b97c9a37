import { z } from 'zod';
import { readTool } from '../tool.ts';

export const cloudListZones = readTool({
  name: 'cloud_list_zones',
  title: 'List zones',
  description: 'The zones of a region that sell instances.',
  input: { region: z.string() },
  output: { items: z.array(z.object({ id: z.string(), localName: z.string() })) },
  say: ({ items }) => items.map(({ id }) => id).join(', '),
  async run({ region }, { cloud }) {
    /** https://api.alibabacloud.com/document/Ecs/2014-05-26/DescribeZones */
    const body = await cloud.ecs.read(region, (client, sdk) =>
      client.describeZones(new sdk.DescribeZonesRequest({ regionId: region, verbose: false })),
    );
    const zones = body.zones?.zone ?? [];
    return {
      items: zones.flatMap(({ zoneId, localName }) =>
        zoneId === undefined ? [] : [{ id: zoneId, localName: localName ?? zoneId }],
      ),
    };
  },
});
