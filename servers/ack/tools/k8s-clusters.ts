import { z } from 'zod';
import type { Cluster } from '../kube/clusters.ts';
import { readTool } from '../tool.ts';

export const k8sClusters = readTool({
  name: 'k8s_clusters',
  title: 'List reachable clusters',
  description:
    'The clusters whose Kubernetes, metrics and logs the other tools reach, by id or name, with what each is for. An environment may be a guess from the name.',
  input: {},
  output: {
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        environment: z.enum(['prod', 'staging', 'dev']).optional(),
        backend: z.enum(['sandbox', 'aliyun', 'kubeconfig']),
        /** Absent where it could not be found out. */
        prometheus: z.boolean().optional(),
      }),
    ),
    /** False when a region did not answer, so that a cluster may be missing. */
    complete: z.boolean(),
  },
  say: ({ items }) => items.map(({ name, id }) => (name === id ? name : `${name} (${id})`)).join(', ') || 'No cluster.',
  async run(_, { clusters }) {
    const { items, complete } = await clusters.list();
    return { items: await Promise.all(items.map(described)), complete };
  },
});

async function described(cluster: Cluster) {
  const { id, name, environment, backend } = cluster;
  const prometheus = await cluster.prometheus().then(
    (access) => access !== undefined,
    () => undefined,
  );
  return { id, name, environment, backend, prometheus };
}
