import { z } from 'zod';
import { installedAddons } from '../cloud/addons.ts';
import { anywhere } from '../cloud/sdk.ts';
import { writeTool } from '../tool.ts';

export const addonUninstall = writeTool({
  name: 'addon_uninstall',
  title: 'Uninstall add-ons',
  description: 'Removes add-ons from a cluster; those that are gone already are left out.',
  destructive: true,
  input: {
    clusterId: z.string(),
    addons: z
      .array(z.strictObject({ name: z.string() }))
      .min(1)
      .max(20),
    /** Deletes what the add-on made in the cloud, too. */
    cleanupCloudResources: z.boolean().default(false),
  },
  output: { clusterId: z.string(), taskId: z.string().optional(), removed: z.array(z.string()) },
  say: ({ removed }) => `Removing ${removed.join(', ') || 'nothing'}.`,
  preview: ({ clusterId, addons, cleanupCloudResources }) => ({
    clusterId,
    addons,
    cleanup_cloud_resources: cleanupCloudResources,
  }),
  async run({ clusterId, addons, cleanupCloudResources }, { cloud }) {
    const present = new Set((await installedAddons(cloud, clusterId)).map(({ name }) => name));
    const due = addons.filter(({ name }) => present.has(name)).map(({ name }) => ({ name, cleanupCloudResources }));
    if (due.length === 0) return { clusterId, removed: [] };
    /** https://api.alibabacloud.com/document/CS/2015-12-15/UnInstallClusterAddons */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.unInstallClusterAddons(clusterId, new sdk.UnInstallClusterAddonsRequest({ addons: due })),
    );
    return { clusterId, taskId: done.taskId, removed: due.map(({ name }) => name) };
  },
});
