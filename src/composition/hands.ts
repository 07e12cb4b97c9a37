import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { toolAccess } from '../../servers/ack/access.ts';
import type { Connection } from '../tools/connection.ts';
import { createGateway } from '../tools/gateway.ts';
import { connectWorker } from '../tools/mcp.ts';
import { openPins, pinSpec } from '../tools/pins.ts';
import { createRedactor, type Redactor } from '../tools/redaction.ts';
import type { ToolGateway } from '../tools/types.ts';
import type { AckWorkerData } from './ack-worker.ts';
import { openCloud } from './cloud.ts';
import { readExtraServers } from './extra-servers.ts';
import type { Ground } from './ground.ts';

/** Everything the bot can reach, behind the one gate. */
export interface Hands {
  gateway: ToolGateway;
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
export async function openHands({ config, log, store, audit, killSwitch, clock }: Ground): Promise<Hands> {
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
    gateway,
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
