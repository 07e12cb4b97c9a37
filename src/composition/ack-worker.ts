import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ClusterSources } from '../../servers/ack/kube/clusters.ts';
import { type AckServerOptions, createAckServer, openWorld } from '../../servers/ack/server.ts';
import { servePort } from '../../servers/ack/transports.ts';
import { createApprovalVerifier } from '../approvals/token.ts';

/** What the thread needs of the process that starts it. */
export interface AckWorkerData {
  cloud: AckServerOptions['cloud'];
  clusters: ClusterSources;
  approvalSecret: string;
}

/** The `ack` server in a thread of its own: the cloud's SDKs take a second of computing to load, and must not hold up the chat. */
if (parentPort) {
  // Where the kernel knows the priority of a single thread, reading a large cluster gives way to the chat: setpriority(2), NOTES.
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const { cloud, clusters, approvalSecret } = workerData as AckWorkerData;
  const verifyApproval = createApprovalVerifier(approvalSecret, Date.now);
  await servePort(
    createAckServer({ cloud, world: openWorld(clusters, cloud), verifyApproval, clock: Date.now }),
    parentPort,
  );
}
