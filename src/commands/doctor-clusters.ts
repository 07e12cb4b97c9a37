import { z } from 'zod';
import { createAckServer, openWorld } from '../../servers/ack/server.ts';
import { openCloud } from '../composition/cloud.ts';
import type { Config } from '../config.ts';
import { createLog } from '../telemetry/log.ts';
import type { Connection } from '../tools/connection.ts';
import { connectInProcess } from '../tools/mcp.ts';

/** Whether each cluster can be reached, may be read, and has metrics; says how to mend what is not so. */

interface Verdict {
  status: 'ok' | 'warn' | 'fail';
  detail: string;
  mend?: string;
}

const timeoutMs = 20_000;
/** What a diagnosis reads. */
const needed = [
  { verb: 'list', resource: 'pods' },
  { verb: 'list', resource: 'events' },
  { verb: 'list', resource: 'nodes' },
  { verb: 'get', resource: 'pods', subresource: 'log' },
  { verb: 'list', group: 'apps', resource: 'deployments' },
];

const listed = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), prometheus: z.boolean().optional() })),
  complete: z.boolean(),
});
const failure = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });
const access = z.object({ allowed: z.boolean() });

/** Looks at every cluster of clusters.yaml, the kubeconfig or the cloud. */
export async function checkClusters(config: Config): Promise<string | Verdict> {
  if (config.ACK_BACKEND === 'sandbox' && !config.SANDBOX_URL) return 'those of the sandbox';
  const { cloud, clusters, close } = await openCloud(config, createLog('silent'));
  const world = openWorld(clusters, cloud);
  const connection = connectInProcess(createAckServer({ cloud, world, clock: Date.now }), 'ack');
  try {
    const reply = await call(connection, 'k8s_clusters', {});
    const found = listed.safeParse(reply);
    if (!found.success) return broken(reply, 'No cluster could be listed');
    const { items, complete } = found.data;
    if (items.length === 0)
      return {
        status: 'warn',
        detail: 'none',
        mend: 'Name clusters in clusters.yaml (docs/clusters.md), or create one',
      };
    const verdicts = await Promise.all(items.slice(0, 20).map((cluster) => checkCluster(connection, cluster)));
    const worst = verdicts.find(({ status }) => status === 'fail') ?? verdicts.find(({ status }) => status === 'warn');
    const detail = verdicts.map((verdict) => verdict.detail).join('; ') + (complete ? '' : '; a region did not answer');
    return { status: worst?.status ?? 'ok', detail, ...(worst?.mend && { mend: worst.mend }) };
  } finally {
    await connection.close();
    world.close();
    await close();
  }
}

async function checkCluster(
  connection: Connection,
  { id, name, prometheus }: z.output<typeof listed>['items'][number],
): Promise<Verdict> {
  const missing: string[] = [];
  for (const right of needed) {
    const reply = await call(connection, 'k8s_access', { clusterId: id, ...right });
    const answer = access.safeParse(reply);
    if (!answer.success) return broken(reply, name);
    if (!answer.data.allowed) missing.push(`${right.verb} ${right.resource}${right.subresource ? '/log' : ''}`);
  }
  if (missing.length > 0) {
    const mend = 'Grant the missing rights by RBAC (docs/clusters.md)';
    return { status: 'warn', detail: `${name} may not ${missing.join(', ')}`, mend };
  }
  if (!prometheus) return { status: 'ok', detail: `${name} answers, without metrics` };
  const metrics = failure.safeParse(await call(connection, 'metrics_query', { clusterId: id, promql: '1' }));
  return metrics.success
    ? { ...broken(metrics.data, `${name} answers, but its Prometheus does not`), status: 'warn' }
    : { status: 'ok', detail: `${name} answers, with metrics` };
}

async function call(connection: Connection, tool: string, args: Parameters<Connection['call']>[1]): Promise<unknown> {
  const reply = await connection.call(tool, args, { signal: AbortSignal.timeout(timeoutMs), timeoutMs });
  return reply.structured;
}

function broken(reply: unknown, what: string): Verdict {
  const { code, message, hint } = failure.catch({ code: 'UNKNOWN', message: 'no reason given' }).parse(reply);
  return { status: 'fail', detail: `${what}: ${code}: ${message}`, ...(hint !== undefined && { mend: hint }) };
}
