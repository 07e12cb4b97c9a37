import { z } from 'zod';
import { asSent, maintenanceWindowBody } from '../cloud/requests.ts';
import { anywhere } from '../cloud/sdk.ts';
import { refusal } from '../errors.ts';
import { channels, maintenanceWindow } from '../spec.ts';
import { writeTool } from '../tool.ts';

const changes = {
  name: z.string().min(1).max(63).optional(),
  deletionProtection: z.boolean().optional(),
  maintenanceWindow: maintenanceWindow.optional(),
  /** `off` stops automatic upgrades. */
  autoUpgradeChannel: channels.or(z.literal('off')).optional(),
};

function modifyBody(change: z.infer<z.ZodObject<typeof changes>>) {
  const { name, deletionProtection, maintenanceWindow: window, autoUpgradeChannel: channel } = change;
  return {
    ...(name !== undefined && { clusterName: name }),
    ...(deletionProtection !== undefined && { deletionProtection }),
    ...(window && { maintenanceWindow: maintenanceWindowBody(window) }),
    ...(channel && {
      operationPolicy: { clusterAutoUpgrade: channel === 'off' ? { enabled: false } : { enabled: true, channel } },
    }),
  };
}

export const clusterModify = writeTool({
  name: 'cluster_modify',
  title: 'Change cluster settings',
  description: 'Changes the name, deletion protection, maintenance window or automatic upgrades of a cluster.',
  destructive: false,
  input: { clusterId: z.string(), ...changes },
  output: { clusterId: z.string(), taskId: z.string().optional() },
  say: ({ clusterId }) => `Cluster ${clusterId} was changed.`,
  preview: ({ clusterId, idempotencyKey: _, ...change }) => ({ clusterId, ...asSent(modifyBody(change)) }),
  async run({ clusterId, idempotencyKey: _, ...change }, { cloud }) {
    const body = modifyBody(change);
    if (Object.keys(body).length === 0) throw refusal('INVALID_ARGUMENT', 'Name at least one setting to change');
    /** https://api.alibabacloud.com/document/CS/2015-12-15/ModifyCluster */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.modifyCluster(clusterId, new sdk.ModifyClusterRequest(body)),
    );
    return { clusterId, taskId: done.taskId };
  },
});
