import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { toolAccess } from '../../servers/ack/access.ts';
import type { Connection } from '../tools/connection.ts';
import { createGateway } from '../tools/gateway.ts';
import { connectWorker } from '../tools/mcp.ts';
import { openPins, pinSpec } from '../tools/pins.ts';
import { createRedactor, type Redactor } from '../tools/redaction.ts';
import { withReadRights } from '../tools/rights.ts';
import type { ToolGateway } from '../tools/types.ts';
import type { AckWorkerData } from './ack-worker.ts';
import { openCloud } from './cloud.ts';
import { readExtraServers } from './extra-servers.ts';
import type { Ground } from './ground.ts';

/** Everything the bot can reach, behind the one gate. */
export interface Hands {
  /** What people read through it is judged by the policy's `readers`. */
  gateway: ToolGateway;
  /** The same, unjudged: what an approved plan has to read, it reads, whoever approved it. */
  taskGateway: ToolGateway;
  /** The gateway's own, for what comes in by other ways: the same secret has the same placeholder. */
  redactor: Redactor;
  /** How many times faster than real time the cloud's clock goes. */
  pace: number;
  /** False while it is known that there is none. */
  hasClusters(): boolean;
  /** The address of the simulated world, where there is one. */
  sandboxUrl?: string;
  close(): Promise<void>;
}

/**
 * The `ack` server in its thread, started at the first call. Little room for young objects makes the garbage of large lists go early:
 * a scan of 50,000 pods then fits into 400 MB for the whole process. A thread that runs out of memory is started anew.
 */
export function startAck(workerData: AckWorkerData): Connection {
  const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };
  return connectWorker(
    'ack',
    () => new Worker(new URL('./ack-worker.ts', import.meta.url), { workerData, resourceLimits }),
  );
}

/** Only the gateway and the `ack` server share the secret of approval tokens, so nothing else can make one. */
export async function openHands({ config, log, store, policy, audit, killSwitch, clock }: Ground): Promise<Hands> {
  const cloud = await openCloud(config, log);
  const approvalSecret = randomBytes(32).toString('hex');
  const workerData: AckWorkerData = {
    cloud: cloud.cloud,
    clusters: cloud.clusters,
    approvalSecret,
  };
  const ack = startAck(workerData);
  const redactor = createRedactor();
  const gateway = createGateway({
    own: { connection: ack, access: toolAccess },
    extras: readExtraServers(config.MCP_FILE, process.env),
    pins: openPins(store.collection(pinSpec), clock),
    audit,
    approvalSecret,
    isStopped: () => killSwitch.stoppedBy(),
    redactor,
    clock,
    log,
  });
  return {
    gateway: withReadRights(gateway, { policy, clusters: clusterNames(gateway, clock) }),
    taskGateway: gateway,
    redactor,
    pace: cloud.pace,
    hasClusters: () => cloud.hasClusters(),
    ...(cloud.sandboxUrl !== undefined && { sandboxUrl: cloud.sandboxUrl }),
    async close() {
      await gateway.close();
      await cloud.close();
    },
  };
}

const clusterNamesSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
const NAMES_LIFETIME_MS = 10_000;

/** The clusters' ids and names, kept for some seconds. */
function clusterNames(gateway: ToolGateway, clock: () => number) {
  let kept: { at: number; names: { id: string; name: string }[] } | undefined;
  return async () => {
    if (kept && clock() - kept.at <= NAMES_LIFETIME_MS) return kept.names;
    const result = await gateway.read({ tool: 'k8s_clusters', args: {}, actor: 'system' });
    if (!result.ok) throw new Error(`The clusters cannot be listed: ${result.error.message}`);
    kept = { at: clock(), names: clusterNamesSchema.parse(result.data).items };
    return kept.names;
  };
}
