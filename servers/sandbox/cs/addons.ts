import { z } from 'zod';
import type { Handler } from '../call.ts';
import { type AddonKind, addonKinds, addonVersion, addonVersions, findAddonKind, findVersion } from '../catalogue.ts';
import type { Addon, Task } from '../documents.ts';
import { notFound, parseInput, refusal } from '../errors.ts';
import { addonState, findCluster, liveAddons, runningCluster } from '../state.ts';
import { currentVersion, STAGES, secondsBefore, startTask } from '../tasks.ts';
import type { World } from '../world.ts';
import { accepted } from './pools.ts';

interface WantedAddon {
  name: string;
  version?: string | undefined;
  config?: string | undefined;
  disabled?: boolean | undefined;
}

/** What a new cluster starts with: the defaults and what was asked for, less what was disabled. */
export function startingAddons(asked: WantedAddon[], version: string): (WantedAddon & { version: string })[] {
  const names = new Set(asked.map(({ name }) => name));
  const replaced = names.has('managed-coredns') ? 'coredns' : '';
  const defaults = addonKinds.filter(({ name, byDefault }) => byDefault && !names.has(name) && name !== replaced);
  return [...asked.filter(({ disabled }) => !disabled), ...defaults.map(({ name }) => ({ name }))].map((addon) => ({
    version,
    ...addon,
  }));
}

/** Stores add-ons that become active one after another in a stage of a task. */
export function putAddons(
  world: World,
  task: Task,
  { stage, addons }: { stage: number; addons: (WantedAddon & { version: string })[] },
): void {
  const from = secondsBefore(task, stage);
  const seconds = task.stages[stage]?.seconds ?? 0;
  for (const [n, { name, version, config }] of addons.entries()) {
    world.addons.put({
      id: `${task.clusterId}/${name}`,
      clusterId: task.clusterId,
      name,
      version,
      ...(config !== undefined && { config }),
      installTaskId: task.id,
      activeAfter: from + (seconds * (n + 1)) / addons.length,
      upgrades: [],
    });
  }
}

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-listaddons */
export const listAddons: Handler = ({ world, query }) => {
  const version = query.cluster_id
    ? currentVersion(world, findCluster(world, query.cluster_id))
    : query.cluster_version;
  return { addons: addonKinds.map((kind) => wireKind(kind, versionFor(version))) };
};

const versionFor = (version: string | undefined): string =>
  version && findVersion(version) ? addonVersion(version) : (addonVersions.at(-1) ?? '');

const wireKind = (kind: AddonKind, version: string) => ({
  name: kind.name,
  version,
  category: kind.category,
  managed: kind.managed,
  install_by_default: kind.byDefault,
  config_schema: '{}',
  supported_actions: ['Install', 'Upgrade', 'Modify', 'Uninstall'],
  architecture: ['amd64', 'arm64'],
});

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-describeaddon */
export const describeAddon: Handler = ({ world, path, query }) => {
  const kind = findAddonKind(path.addon ?? '');
  if (!kind) throw notFound('AddonNotFound', `addon ${path.addon} not found`);
  const version = query.cluster_id
    ? currentVersion(world, findCluster(world, query.cluster_id))
    : query.cluster_version;
  return { ...wireKind(kind, versionFor(version)), newer_versions: [] };
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-listclusteraddoninstances */
export const listClusterAddonInstances: Handler = ({ world, path }) => {
  const cluster = findCluster(world, path.cluster);
  return { addons: liveAddons(world, cluster.id).map((addon) => wireInstance(world, addon)) };
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-getclusteraddoninstance */
export const getClusterAddonInstance: Handler = ({ world, path }) => {
  const cluster = findCluster(world, path.cluster);
  const addon = findAddon(world, cluster.id, path.addon ?? '');
  return { ...wireInstance(world, addon), config: addon.config ?? '', logging: { capable: false, enabled: false } };
};

const wireInstance = (world: World, addon: Addon) => ({
  name: addon.name,
  version: currentVersion(world, addon),
  state: addonState(world, addon),
});

function findAddon(world: World, clusterId: string, name: string): Addon {
  const addon = liveAddons(world, clusterId).find((other) => other.name === name);
  if (!addon) throw notFound('AddonNotFound', `addon ${name} is not installed in cluster ${clusterId}`);
  return addon;
}

const installSchema = z
  .array(z.looseObject({ name: z.string(), version: z.string().optional(), config: z.string().optional() }))
  .min(1);

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-installclusteraddons */
export const installClusterAddons: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const newest = addonVersion(currentVersion(world, cluster));
  const addons = parseInput(installSchema, call.body).map(({ version, ...addon }) => ({
    ...addon,
    version: version || newest,
  }));
  for (const { name, version } of addons) {
    if (!findAddonKind(name)) throw notFound('AddonNotFound', `addon ${name} not found`);
    if (!addonVersions.includes(version)) throw notFound('AddonNotFound', `addon ${name} has no version ${version}`);
    if (
      liveAddons(world, cluster.id).some((addon) => addon.name === name && addonState(world, addon) !== 'unhealthy')
    ) {
      throw refusal('BadRequest', `Addon status not match: ${name} is already installed`);
    }
  }
  const stages = STAGES.addonInstall(addons.length);
  const target = { id: cluster.id, type: 'cluster' };
  const task = startTask(world, { clusterId: cluster.id, type: 'cluster_addon_install', target, stages });
  putAddons(world, task, { stage: stages.length - 1, addons });
  return accepted(call, { cluster_id: cluster.id, task_id: task.id });
};

/** The SDK sends a bare array; the older document shows it under `addons`. */
const uninstallSchema = z.preprocess(
  (body) => (Array.isArray(body) ? { addons: body } : body),
  z.looseObject({ addons: z.array(z.looseObject({ name: z.string() })).min(1) }),
);

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-uninstallclusteraddons */
export const unInstallClusterAddons: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const found = parseInput(uninstallSchema, call.body).addons.map(({ name }) => findAddon(world, cluster.id, name));
  const target = { id: cluster.id, type: 'cluster' };
  const task = startTask(world, {
    clusterId: cluster.id,
    type: 'cluster_addon_uninstall',
    target,
    stages: STAGES.addonRemove,
  });
  for (const addon of found) world.addons.put({ ...addon, removeTaskId: task.id });
  return accepted(call, { cluster_id: cluster.id, task_id: task.id });
};

const upgradeSchema = z
  .array(z.looseObject({ component_name: z.string(), next_version: z.string(), config: z.string().optional() }))
  .min(1);

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-upgradeclusteraddons */
export const upgradeClusterAddons: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const newest = addonVersion(currentVersion(world, cluster));
  const wanted = parseInput(upgradeSchema, call.body).map((entry) => {
    const addon = findAddon(world, cluster.id, entry.component_name);
    const order = (version: string) => addonVersions.indexOf(version);
    if (order(entry.next_version) <= order(currentVersion(world, addon)) || order(entry.next_version) > order(newest)) {
      throw refusal(
        'BadRequest',
        `addon ${addon.name} can't be upgraded from ${currentVersion(world, addon)} to ${entry.next_version}`,
      );
    }
    return { addon, to: entry.next_version, config: entry.config };
  });
  const target = { id: cluster.id, type: 'cluster' };
  const stages = STAGES.addonInstall(wanted.length);
  const task = startTask(world, { clusterId: cluster.id, type: 'cluster_addon_upgrade', target, stages });
  for (const { addon, to, config } of wanted) {
    world.addons.put({
      ...addon,
      ...(config !== undefined && { config }),
      upgrades: [...addon.upgrades, { to, taskId: task.id }],
    });
  }
  return accepted(call, { cluster_id: cluster.id, task_id: task.id });
};

const configSchema = z.looseObject({ config: z.string() });

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-modifyclusteraddon */
export const modifyClusterAddon: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const addon = findAddon(world, cluster.id, path.addon ?? '');
  const { config } = parseInput(configSchema, call.body);
  const target = { id: cluster.id, type: 'cluster' };
  const task = startTask(world, { clusterId: cluster.id, type: 'cluster_addon_modify', target, stages: STAGES.update });
  world.addons.put({ ...addon, config, configTaskId: task.id });
  return accepted(call, {});
};
