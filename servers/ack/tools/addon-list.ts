import { z } from 'zod';
import { availableAddons, installedAddons } from '../cloud/addons.ts';
import { readTool } from '../tool.ts';

export const addonList = readTool({
  name: 'addon_list',
  title: 'List installed add-ons',
  description: 'The add-ons that a cluster has, their state, and the newer version where there is one.',
  input: { clusterId: z.string(), name: z.string().optional() },
  output: {
    items: z.array(
      z.object({ name: z.string(), version: z.string(), state: z.string(), nextVersion: z.string().optional() }),
    ),
    total: z.number(),
    active: z.number(),
  },
  say: ({ total, active }) => `${active} of ${total} add-ons active.`,
  async run({ clusterId, name }, { cloud }) {
    const [installed, available] = await Promise.all([
      installedAddons(cloud, clusterId),
      availableAddons(cloud, { clusterId }),
    ]);
    const newest = new Map(available.map((addon) => [addon.name, addon.version]));
    const items = installed
      .filter((addon) => name === undefined || addon.name === name)
      .map((addon) => {
        const next = newest.get(addon.name);
        return { ...addon, ...(next && next !== addon.version && { nextVersion: next }) };
      });
    return { items, total: items.length, active: items.filter(({ state }) => state === 'active').length };
  },
});
