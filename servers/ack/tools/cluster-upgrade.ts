import { z } from 'zod';
import { describeCluster } from '../cloud/clusters.ts';
import { anywhere } from '../cloud/sdk.ts';
import { notListedYet, openTaskOf } from '../cloud/tasks.ts';
import { refusal } from '../errors.ts';
import { writeTool } from '../tool.ts';

export const clusterUpgrade = writeTool({
  name: 'cluster_upgrade',
  title: 'Upgrade a cluster',
  description:
    'Upgrades Kubernetes by one minor version. Cannot be taken back. By default the control plane only: node pools are upgraded afterwards.',
  destructive: true,
  input: { clusterId: z.string(), nextVersion: z.string(), masterOnly: z.boolean().default(true) },
  output: {
    clusterId: z.string(),
    taskId: z.string().optional(),
    /** It has the version, or is on its way to it: this call began nothing. */
    already: z.boolean(),
    /** It has the version, and nothing of it is under way. */
    reached: z.boolean(),
  },
  say: ({ clusterId, already }) =>
    already ? `Cluster ${clusterId} has this version.` : `Cluster ${clusterId} is being upgraded.`,
  preview: ({ clusterId, nextVersion, masterOnly }) => ({
    clusterId,
    next_version: nextVersion,
    master_only: masterOnly,
  }),
  async run({ clusterId, nextVersion, masterOnly }, { cloud }) {
    // Before the state: a task that ends in between is then over in both.
    const open = await openTaskOf(cloud, clusterId, { type: 'cluster_upgrade', target: clusterId });
    if (open) return { clusterId, taskId: open.taskId, already: true, reached: false };
    const cluster = await describeCluster(cloud, clusterId);
    if (cluster.state === 'upgrading') throw notListedYet(`Cluster ${clusterId}`);
    if (cluster.currentVersion === nextVersion) return { clusterId, already: true, reached: true };
    if (cluster.nextVersion && cluster.nextVersion !== nextVersion) {
      throw refusal(
        'CONFLICT',
        `From ${cluster.currentVersion} the next version is ${cluster.nextVersion}, not ${nextVersion}`,
      );
    }
    /** https://api.alibabacloud.com/document/CS/2015-12-15/UpgradeCluster */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.upgradeCluster(clusterId, new sdk.UpgradeClusterRequest({ nextVersion, masterOnly })),
    );
    return { clusterId, taskId: done.taskId, already: false, reached: false };
  },
});
