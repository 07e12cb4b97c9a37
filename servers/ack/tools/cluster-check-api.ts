import { z } from 'zod';
import { describeCluster, endpointsOf } from '../cloud/clusters.ts';
import { get, shortLivedAccess } from '../cloud/kubeconfig.ts';
import { readTool } from '../tool.ts';

const version = z.object({ gitVersion: z.string() });

export const clusterCheckApi = readTool({
  name: 'cluster_check_api',
  title: 'Check the API server',
  description:
    "Whether the cluster's API server answers and is ready. A private address that does not answer is told apart: this program may only stand outside the VPC.",
  input: { clusterId: z.string() },
  output: {
    status: z.enum(['reachable', 'private-unreachable', 'unreachable']),
    endpoint: z.string(),
    version: z.string().optional(),
    latencyMs: z.number().optional(),
    /** Why it is not reachable. */
    reason: z.string().optional(),
  },
  say: ({ status, endpoint }) => `${endpoint}: ${status}.`,
  async run({ clusterId }, { cloud, clock, signal }) {
    const endpoints = endpointsOf((await describeCluster(cloud, clusterId)).masterUrl);
    const privately = endpoints.public === undefined;
    const access = await shortLivedAccess(cloud, clusterId, privately);
    const endpoint = access.server;
    const fail = (reason: string) => ({
      status: privately ? ('private-unreachable' as const) : ('unreachable' as const),
      endpoint,
      reason,
    });
    try {
      const startedAt = clock();
      const ready = await get(access, '/readyz', signal);
      const latencyMs = clock() - startedAt;
      if (ready.status !== 200)
        return { status: 'unreachable' as const, endpoint, reason: `/readyz answered ${ready.status}` };
      const answer = await get(access, '/version', signal);
      const told = version.safeParse(answer.status === 200 ? JSON.parse(answer.body) : {});
      return {
        status: 'reachable' as const,
        endpoint,
        latencyMs,
        ...(told.success && { version: told.data.gitVersion }),
      };
    } catch (error) {
      return fail(error instanceof Error ? error.message : 'no answer');
    }
  },
});
