import { z } from 'zod';
import { installedAddons } from '../cloud/addons.ts';
import { clusterFields, clusterSummary, describeCluster, endpointsOf } from '../cloud/clusters.ts';
import { listNodePools, nodePoolFields } from '../cloud/nodepools.ts';
import { isOpen, listTasks } from '../cloud/tasks.ts';
import { readTool } from '../tool.ts';

export const clusterGet = readTool({
  name: 'cluster_get',
  title: 'Get a cluster',
  description: 'A cluster with its API server addresses, node pools and add-ons, and how far the work on it is.',
  input: { clusterId: z.string() },
  output: {
    ...clusterFields,
    endpoints: z.object({ public: z.string().optional(), private: z.string().optional() }),
    /** The version that an upgrade would lead to. */
    nextVersion: z.string().optional(),
    nodepools: z.array(z.object(nodePoolFields)),
    addons: z.array(z.object({ name: z.string(), version: z.string(), state: z.string() })),
    /** Of the newest task that has not ended; percent. */
    stage: z.string().optional(),
    progress: z.number().optional(),
  },
  say: ({ name, state, version, nodepools }) => `${name}: ${state}, ${version}, ${nodepools.length} node pools.`,
  async run({ clusterId }, { cloud }) {
    const [cluster, nodepools, addons, tasks] = await Promise.all([
      describeCluster(cloud, clusterId),
      listNodePools(cloud, clusterId),
      installedAddons(cloud, clusterId),
      listTasks(cloud, clusterId),
    ]);
    const { stage, progress } = tasks.items.find(isOpen) ?? {};
    return {
      ...clusterSummary(cluster),
      endpoints: endpointsOf(cluster.masterUrl),
      nextVersion: cluster.nextVersion || undefined,
      nodepools,
      addons,
      stage,
      progress,
    };
  },
});
