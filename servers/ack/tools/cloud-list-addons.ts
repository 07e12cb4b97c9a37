import { z } from 'zod';
import { availableAddons } from '../cloud/addons.ts';
import { refusal } from '../errors.ts';
import { readTool } from '../tool.ts';

export const cloudListAddons = readTool({
  name: 'cloud_list_addons',
  title: 'List available add-ons',
  description:
    'The add-ons that a cluster can have, by cluster id, or for a cluster to be by region, version and spec.',
  input: {
    clusterId: z.string().optional(),
    region: z.string().optional(),
    version: z.string().optional(),
    clusterSpec: z.string().optional(),
    /** Adds each add-on's JSON schema of settings, which can be long. */
    withConfigSchema: z.boolean().default(false),
  },
  output: {
    items: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        category: z.string(),
        managed: z.boolean(),
        installByDefault: z.boolean(),
        configSchema: z.string().optional(),
      }),
    ),
  },
  say: ({ items }) => items.map(({ name, version }) => `${name} ${version}`).join(', '),
  async run({ withConfigSchema, ...query }, { cloud }) {
    if (!query.clusterId && !(query.region && query.version && query.clusterSpec)) {
      throw refusal('INVALID_ARGUMENT', 'Give clusterId, or region, version and clusterSpec');
    }
    const addons = await availableAddons(cloud, query);
    return {
      items: addons.map(({ configSchema, ...addon }) => ({ ...addon, ...(withConfigSchema && { configSchema }) })),
    };
  },
});
