import { z } from 'zod';
import { availableAddons, installedAddons } from '../cloud/addons.ts';
import { asSent } from '../cloud/requests.ts';
import { anywhere } from '../cloud/sdk.ts';
import { ADDON_UPGRADE, notListedYet, openTaskOf } from '../cloud/tasks.ts';
import { refusal } from '../errors.ts';
import { writeTool } from '../tool.ts';

const asked = z.strictObject({
  name: z.string(),
  version: z.string().optional(),
  config: z.record(z.string(), z.json()).optional(),
});

/** States of an add-on that is being worked on; the second one is also that of other settings. */
const MOVING = ['upgrading', 'updating'];

export const addonUpgrade = writeTool({
  name: 'addon_upgrade',
  title: 'Upgrade add-ons',
  description: 'Brings add-ons to their newest version or the one given; those that have it already are left alone.',
  destructive: false,
  input: { clusterId: z.string(), addons: z.array(asked).min(1).max(20) },
  output: {
    clusterId: z.string(),
    taskId: z.string().optional(),
    upgraded: z.array(z.string()),
    skipped: z.array(z.string()),
    /** All have the version, and nothing of them is under way. */
    reached: z.boolean(),
  },
  say: ({ upgraded, skipped }) =>
    `Upgrading ${upgraded.join(', ') || 'nothing'}; already new: ${skipped.join(', ') || 'none'}.`,
  preview: ({ clusterId, addons }) => asSent({ clusterId, addons }),
  async run({ clusterId, addons }, { cloud }) {
    // Before the states: a task that ends in between is then over in both.
    const open = await openTaskOf(cloud, clusterId, { type: ADDON_UPGRADE });
    const installed = await installedAddons(cloud, clusterId);
    const present = new Map(installed.map(({ name, version }) => [name, version]));
    const newest = new Map((await availableAddons(cloud, { clusterId })).map(({ name, version }) => [name, version]));
    const wanted = addons.map((addon) => {
      const version = present.get(addon.name);
      const nextVersion = addon.version ?? newest.get(addon.name);
      if (version === undefined) throw refusal('NOT_FOUND', `The cluster ${clusterId} has no add-on ${addon.name}`);
      if (!nextVersion) throw refusal('NOT_FOUND', `No newer version of ${addon.name} is known`);
      const config = addon.config && JSON.stringify(addon.config);
      return { componentName: addon.name, version, nextVersion, config, policy: 'overwrite' };
    });
    const due = wanted.filter(({ version, nextVersion }) => version !== nextVersion);
    const names = (items: typeof wanted) => items.map(({ componentName }) => componentName);
    const skipped = names(wanted.filter((addon) => !due.includes(addon)));
    const moving = installed.find(
      ({ name, state }) => MOVING.includes(state) && addons.some((addon) => addon.name === name),
    );
    if (moving) {
      if (!open) throw notListedYet(`Add-on ${moving.name}`);
      return { clusterId, taskId: open.taskId, upgraded: names(due), skipped, reached: false };
    }
    if (due.length === 0) return { clusterId, upgraded: [], skipped, reached: true };
    /** https://api.alibabacloud.com/document/CS/2015-12-15/UpgradeClusterAddons */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.upgradeClusterAddons(clusterId, new sdk.UpgradeClusterAddonsRequest({ body: due })),
    );
    return { clusterId, taskId: done.taskId, upgraded: names(due), skipped, reached: false };
  },
});
