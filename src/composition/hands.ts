import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { toolAccess } from '../../servers/ack/access.ts';
import { createGateway } from '../tools/gateway.ts';
import { connectWorker } from '../tools/mcp.ts';
import { openPins, pinSpec } from '../tools/pins.ts';
import { createRedactor } from '../tools/redaction.ts';
import type { ToolGateway } from '../tools/types.ts';
import type { AckWorkerData } from './ack-worker.ts';
import { openCloud } from './cloud.ts';
import { readExtraServers } from './extra-servers.ts';
import type { Ground } from './ground.ts';

/** Everything the bot can reach, behind the one gate. */
export interface Hands {
  gateway: ToolGateway;
  /** How many times faster than real time the cloud's clock goes. */
  pace: number;
  close(): Promise<void>;
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
  const ack = connectWorker('ack', () => new Worker(new URL('./ack-worker.ts', import.meta.url), { workerData }));
  const gateway = createGateway({
    own: { connection: ack, access: toolAccess },
    extras: readExtraServers(config.MCP_FILE, process.env),
    pins: openPins(store.collection(pinSpec), clock),
    audit,
    approvalSecret,
    isStopped: () => killSwitch.stoppedBy(),
    redactor: createRedactor(),
    clock,
    log,
  });
  return {
    gateway,
    pace: cloud.pace,
    async close() {
      await gateway.close();
      await cloud.close();
    },
  };
}
