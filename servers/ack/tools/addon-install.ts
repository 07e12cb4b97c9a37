import { z } from 'zod';
import { availableAddons, installedAddons } from '../cloud/addons.ts';
import { addonBody, asSent } from '../cloud/requests.ts';
import { anywhere } from '../cloud/sdk.ts';
import { refusal } from '../errors.ts';
import { addonSpec } from '../spec.ts';
import { writeTool } from '../tool.ts';

const addons = z
  .array(addonSpec.omit({ disabled: true }))
  .min(1)
  .max(20);

export const addonInstall = writeTool({
  name: 'addon_install',
  title: 'Install add-ons',
  description:
    'Installs add-ons in their newest version or the one given; those that are there already are left alone.',
  destructive: false,
  input: { clusterId: z.string(), addons },
  output: {
    clusterId: z.string(),
    taskId: z.string().optional(),
    installed: z.array(z.string()),
    skipped: z.array(z.string()),
  },
  say: ({ installed, skipped }) =>
    `Installing ${installed.join(', ') || 'nothing'}; already there: ${skipped.join(', ') || 'none'}.`,
  preview: ({ clusterId, addons: asked }) => ({ clusterId, body: asked.map((addon) => asSent(addonBody(addon))) }),
  async run({ clusterId, addons: asked }, { cloud }) {
    const present = new Set((await installedAddons(cloud, clusterId)).map(({ name }) => name));
    const missing = asked.filter(({ name }) => !present.has(name));
    const skipped = asked.filter(({ name }) => present.has(name)).map(({ name }) => name);
    if (missing.length === 0) return { clusterId, installed: [], skipped };
    const newest = new Map((await availableAddons(cloud, { clusterId })).map(({ name, version }) => [name, version]));
    const body = missing.map((addon) => {
      const version = addon.version ?? newest.get(addon.name);
      if (!version) throw refusal('NOT_FOUND', `The cluster ${clusterId} cannot have an add-on ${addon.name}`);
      return addonBody({ ...addon, version });
    });
    /** https://api.alibabacloud.com/document/CS/2015-12-15/InstallClusterAddons */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.installClusterAddons(clusterId, new sdk.InstallClusterAddonsRequest({ body })),
    );
    return { clusterId, taskId: done.taskId, installed: missing.map(({ name }) => name), skipped };
  },
});
