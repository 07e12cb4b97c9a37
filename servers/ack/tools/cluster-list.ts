import { z } from 'zod';
import { clusterFields, listClusters } from '../cloud/clusters.ts';
import { readTool } from '../tool.ts';

export const clusterList = readTool({
  name: 'cluster_list',
  title: 'List clusters',
  description: 'The clusters of a region, by state, name or tag.',
  input: {
    region: z.string(),
    state: z.string().optional(),
    /** Exact name. */
    name: z.string().optional(),
    tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
  },
  output: { items: z.array(z.object(clusterFields)), total: z.number() },
  say: ({ items }) =>
    items.map(({ name, state, clusterId }) => `${name} (${clusterId}): ${state}`).join('; ') || 'No cluster.',
  async run({ region, state, name, tag }, { cloud }) {
    const clusters = await listClusters(cloud, region, name);
    const found = clusters.filter(
      (cluster) =>
        (state === undefined || cluster.state === state) &&
        (name === undefined || cluster.name === name) &&
        (tag === undefined || cluster.tags[tag.key] === tag.value),
    );
    return { items: found.slice(0, 200), total: found.length };
  },
});
