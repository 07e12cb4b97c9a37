import { join } from 'node:path';
import { z } from 'zod';
import type { EvidenceSource } from '../../../flows/incidents/evidence.ts';
import { toolAccess } from '../../../servers/ack/access.ts';
import { findAddress } from '../../../servers/sandbox/address.ts';
import type { Audit } from '../../audit/audit.ts';
import { readConfig } from '../../config.ts';
import { createLog } from '../../telemetry/log.ts';
import { createGateway } from '../../tools/gateway.ts';
import { connectInProcess } from '../../tools/mcp.ts';
import { createRedactor } from '../../tools/redaction.ts';
import type { ToolGateway } from '../../tools/types.ts';
import { openCloud } from '../cloud.ts';
import { toolEvidence } from './tools.ts';

export interface LiveOptions {
  kubeconfig?: string;
  context?: string;
  /** Name or id; needed where there are several. */
  cluster?: string;
  /** Stands between the command and its tools, to count or to end what is read. */
  around?: (gateway: ToolGateway) => ToolGateway;
}

const clusterList = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      // One of which nobody says what it is for counts as production.
      environment: z.enum(['prod', 'staging', 'dev']).default('prod'),
    }),
  ),
});

/** Several clusters could be meant, or none is there: the message says what to give. */
class ClusterChoiceError extends Error {
  readonly code = 'WHICH_CLUSTER';
}

/** A live cluster for a command, as evidence for a diagnosis. */
export async function openLiveEvidence(
  options: LiveOptions,
): Promise<{ source: EvidenceSource; close(): Promise<void> }> {
  const { gateway, cluster, close } = await openLiveGateway(options);
  return { source: toolEvidence({ gateway, clusterId: cluster.id, name: cluster.name, actor: 'system' }), close };
}

export interface LiveGateway {
  gateway: ToolGateway;
  cluster: z.infer<typeof clusterList>['items'][number];
  close(): Promise<void>;
}

/** A live cluster for a command: the same tools as the bot's, in this process, reading only. */
export async function openLiveGateway(options: LiveOptions): Promise<LiveGateway> {
  const { DATA_DIR, SANDBOX_URL } = readConfig(process.env);
  // The world of a bot that runs: a second one beside it would know nothing of what happens there.
  const running = SANDBOX_URL ?? findAddress(join(DATA_DIR, 'sandbox'))?.url;
  const config = readConfig({
    ...process.env,
    ...(running !== undefined && { SANDBOX_URL: running }),
    ...(options.kubeconfig !== undefined && { ACK_BACKEND: 'kubeconfig', KUBECONFIG: options.kubeconfig }),
  });
  const log = createLog(config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL);
  const { createAckServer, openWorld } = await import('../../../servers/ack/server.ts');
  const cloud = await openCloud(config, log);
  const server = createAckServer({
    cloud: cloud.cloud,
    world: openWorld(cloud.clusters, cloud.cloud),
    clock: Date.now,
  });
  const { around = (plain: ToolGateway) => plain } = options;
  const own = createGateway({
    own: { connection: connectInProcess(server, 'ack'), access: toolAccess },
    extras: [],
    pins: { holds: async () => false, repin: async () => undefined },
    audit: noAudit,
    approvalSecret: '',
    isStopped: async () => 'this command only reads',
    redactor: createRedactor(),
    clock: Date.now,
    log,
  });
  const gateway = around(own);
  const close = async () => {
    await own.close();
    await cloud.close();
  };
  try {
    return { gateway, cluster: await chooseCluster(gateway, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function chooseCluster(gateway: ToolGateway, { cluster, context }: LiveOptions) {
  const result = await gateway.read({ tool: 'k8s_clusters', args: {}, actor: 'system' });
  if (!result.ok)
    throw Object.assign(new Error(result.error.message), { code: result.error.code, hint: result.error.hint });
  const { items } = clusterList.parse(result.data);
  const wanted = cluster ?? context;
  const fits = wanted === undefined ? items : items.filter(({ id, name }) => id === wanted || name === wanted);
  const [only, other] = fits;
  if (only && !other) return only;
  const names = items.map(({ name }) => name).join(', ');
  if (items.length === 0)
    throw new ClusterChoiceError('There is no cluster. Build one first, or name a kubeconfig with --kubeconfig.');
  throw new ClusterChoiceError(
    `${wanted === undefined ? 'There are several clusters' : `There is no cluster ${wanted}`}. Name one of them: ${names}`,
  );
}

/** A command that only reads has no log to write to, so no write can pass. */
const noAudit: Audit = {
  append: async () => {
    throw new Error('this command only reads');
  },
  list: async () => [],
  head: async () => ({ count: 0, hash: '' }),
  verify: async () => ({ ok: true, count: 0, head: '' }),
};
