import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterSources } from '../../../servers/ack/kube/clusters.ts';
import { openWorld } from '../../../servers/ack/server.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { startFakeKube, type Thing } from './fake-kube.ts';
import { connectAck } from './support.ts';

export const TOKEN = 'test-token-of-the-user';

/** A kubeconfig with a context for each address. */
export function kubeconfigOf(servers: Record<string, string>, token = TOKEN): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(servers).map(([name, server]) => ({ name, cluster: { server } })),
    users: [{ name: 'user', user: { token } }],
    contexts: Object.keys(servers).map((name) => ({ name, context: { cluster: name, user: 'user' } })),
    'current-context': Object.keys(servers)[0],
  });
}

/** The `ack` server over a kubeconfig with one fake cluster, `test`; or with the API server given by its address. */
export async function connectKube(
  things: Thing[] = [],
  { server, token, ...sources }: Partial<ClusterSources> & { server?: string; token?: string } = {},
) {
  const kube = await startFakeKube(things);
  const folder = await mkdtemp(join(tmpdir(), 'ack-kube-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, kubeconfigOf({ test: server ?? kube.url }, token));
  const world = openWorld({ backend: 'kubeconfig', kubeconfig, ...sources });
  const ack = await connectAck(undefined, { world });
  /** The result of a call that must succeed. */
  async function done(tool: string, args: JsonObject = {}) {
    const { failed, data } = await ack.call(tool, { clusterId: 'test', ...args });
    if (failed) throw new Error(`${tool}: ${JSON.stringify(data)}`);
    return data;
  }
  /** The error of a call that must fail. */
  async function refused(tool: string, args: JsonObject = {}) {
    const { failed, data } = await ack.call(tool, { clusterId: 'test', ...args });
    if (!failed) throw new Error(`${tool} was not refused: ${JSON.stringify(data)}`);
    return data;
  }
  async function close() {
    await ack.close();
    world.close();
    await kube.stop();
    await rm(folder, { recursive: true });
  }
  return { kube, ack, world, folder, done, refused, close };
}

export const pod = (name: string, fields: Partial<Thing> = {}): Thing => ({
  apiVersion: 'v1',
  kind: 'Pod',
  ...fields,
  metadata: { name, namespace: 'shop', ...fields.metadata },
  spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'app:1' }], ...fields.spec },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-25T07:00:00Z' }],
    containerStatuses: [
      { name: 'app', ready: true, restartCount: 0, state: { running: { startedAt: '2026-11-25T07:00:00Z' } } },
    ],
    ...fields.status,
  },
});
