import { z } from 'zod';
import { describeCluster, endpointsOf } from '../cloud/clusters.ts';
import { get, shortLivedAccess } from '../cloud/kubeconfig.ts';
import { readTool } from '../tool.ts';

const versionInfo = z.object({ gitVersion: z.string() });

const output = {
  status: z.enum(['reachable', 'private-unreachable', 'unreachable']),
  endpoint: z.string(),
  version: z.string().optional(),
  latencyMs: z.number().optional(),
  /** Why it is not reachable. */
  reason: z.string().optional(),
};

type Verdict = z.input<z.ZodObject<typeof output>>;

export const clusterCheckApi = readTool({
  name: 'cluster_check_api',
  title: 'Check the API server',
  description:
    "Whether the cluster's API server answers and is ready. A private address that does not answer is told apart: this program may only stand outside the VPC.",
  input: { clusterId: z.string() },
  output,
  say: ({ status, endpoint }) => `${endpoint}: ${status}.`,
  async run({ clusterId }, { cloud, clock, signal }): Promise<Verdict> {
    const endpoints = endpointsOf((await describeCluster(cloud, clusterId)).masterUrl);
    const privately = endpoints.public === undefined;
    const access = await shortLivedAccess(cloud, clusterId, privately);
    const endpoint = access.server;
    try {
      const startedAt = clock();
      const ready = await get(access, '/readyz', signal);
      const latencyMs = clock() - startedAt;
      if (ready.status !== 200) return { status: 'unreachable', endpoint, reason: `/readyz answered ${ready.status}` };
      const answer = await get(access, '/version', signal);
      const version = answer.status === 200 ? versionInfo.parse(JSON.parse(answer.body)).gitVersion : undefined;
      return { status: 'reachable', endpoint, latencyMs, version };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: privately ? 'private-unreachable' : 'unreachable', endpoint, reason };
    }
  },
});
