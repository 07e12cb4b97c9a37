import { z } from 'zod';
import { describeCluster } from '../cloud/clusters.ts';
import { nodePool } from '../cloud/nodepools.ts';
import { asSent } from '../cloud/requests.ts';
import { anywhere } from '../cloud/sdk.ts';
import { openTaskOf } from '../cloud/tasks.ts';
import { refusal } from '../errors.ts';
import { writeTool } from '../tool.ts';

const input = {
  clusterId: z.string(),
  nodepoolId: z.string(),
  /** As the cloud lists it; the control plane's at most. */
  kubernetesVersion: z.string(),
  /** Only these nodes of the pool; all of them where it is not given. */
  nodeNames: z.array(z.string()).min(1).max(100).optional(),
  /** How many nodes at once. */
  maxParallelism: z.int().min(1).max(10).default(1),
};

type Args = z.output<z.ZodObject<typeof input>>;

/** The nodes keep their disks: `useReplace` would wipe them. */
const body = ({ kubernetesVersion, nodeNames, maxParallelism }: Omit<Args, 'clusterId' | 'nodepoolId'>) => ({
  kubernetesVersion,
  nodeNames,
  useReplace: false,
  rollingPolicy: { maxParallelism, pausePolicy: 'NotPause', maxFailedNodes: 0 },
});

export const nodepoolUpgrade = writeTool({
  name: 'nodepool_upgrade',
  title: "Upgrade a node pool's Kubernetes",
  description:
    'Brings the nodes of a pool to a Kubernetes version in place, some at a time; the first that fails stops it. Cannot be taken back. The control plane has to have the version already.',
  destructive: true,
  input,
  output: {
    nodepoolId: z.string(),
    taskId: z.string().optional(),
    /** Kubernetes of the nodes before, where the cloud says it. */
    from: z.string().optional(),
    already: z.boolean(),
    /** All its nodes have the version, and nothing of it is under way. */
    reached: z.boolean(),
  },
  say: ({ nodepoolId, already }) =>
    already ? `Node pool ${nodepoolId} has this version, or is on its way.` : `Node pool ${nodepoolId} is upgraded.`,
  preview: ({ clusterId, nodepoolId, ...rest }) => ({ clusterId, nodepoolId, ...asSent(body(rest)) }),
  async run({ clusterId, nodepoolId, ...wanted }, { cloud }) {
    // Before the version: a task that ends in between is then over in both, and nothing is upgraded twice.
    const open = await openTaskOf(cloud, clusterId, { type: 'nodepool_upgrade', target: nodepoolId });
    const pool = await nodePool(cloud, clusterId, nodepoolId);
    const from = pool.version;
    if (open) return { nodepoolId, taskId: open.taskId, from, already: true, reached: false };
    if (from === wanted.kubernetesVersion && !wanted.nodeNames)
      return { nodepoolId, from, already: true, reached: true };
    const { currentVersion = '' } = await describeCluster(cloud, clusterId);
    checkOrder({ pool: pool.name, from, to: wanted.kubernetesVersion, plane: currentVersion });
    /** https://api.alibabacloud.com/document/CS/2015-12-15/UpgradeClusterNodepool */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.upgradeClusterNodepool(clusterId, nodepoolId, new sdk.UpgradeClusterNodepoolRequest(body(wanted))),
    );
    return { nodepoolId, taskId: done.taskId, from, already: false, reached: false };
  },
});

interface Order {
  pool: string;
  from: string | undefined;
  to: string;
  plane: string;
}

/** Nodes never run ahead of the control plane, and never go back. https://kubernetes.io/releases/version-skew-policy/ */
function checkOrder({ pool, from, to, plane }: Order): void {
  if (compare(to, plane) > 0)
    throw refusal('CONFLICT', `The control plane has ${plane}: upgrade it first, then ${pool} to ${to}`);
  if (from !== undefined && compare(to, from) < 0)
    throw refusal('CONFLICT', `${pool} has ${from}, which is newer than ${to}`);
}

const compare = (one: string, other: string) => one.localeCompare(other, 'en', { numeric: true });
