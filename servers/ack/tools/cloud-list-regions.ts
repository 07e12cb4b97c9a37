import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { readTool } from '../tool.ts';

export const cloudListRegions = readTool({
  name: 'cloud_list_regions',
  title: 'List regions',
  description: 'The regions where a Kubernetes cluster can be made, with their names in Chinese and English.',
  input: {},
  output: { items: z.array(z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string() })) },
  say: ({ items }) => `${items.length} regions.`,
  async run(_, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeRegions */
    const names = async (acceptLanguage: string) => {
      const body = await cloud.cs.read(anywhere, (client, sdk) =>
        client.describeRegions(new sdk.DescribeRegionsRequest({ acceptLanguage, clusterType: 'ManagedKubernetes' })),
      );
      return new Map((body.regions ?? []).map(({ regionId = '', localName = regionId }) => [regionId, localName]));
    };
    const [zh, en] = await Promise.all([names('zh-CN'), names('en-US')]);
    return { items: [...zh].map(([id, nameZh]) => ({ id, nameZh, nameEn: en.get(id) ?? id })) };
  },
});
