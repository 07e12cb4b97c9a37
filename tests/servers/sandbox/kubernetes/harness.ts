import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppsV1Api,
  AuthorizationV1Api,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  PolicyV1Api,
  Watch,
} from '@kubernetes/client-node';
import { z } from 'zod';
import type { StartMotion } from '../../../../servers/sandbox/kubernetes/cluster.ts';
import { openKubernetes } from '../../../../servers/sandbox/kubernetes/open.ts';
import { openWorld } from '../../../../servers/sandbox/world.ts';

export const CLUSTER = `c${'0'.repeat(32)}`;
const START = Date.parse('2026-11-24T00:00:00Z');

/** A bearer token that is nobody's in particular, as the cloud's kubeconfig has one. */
const ADMIN_TOKEN = 'cloud-token';

/** An API server over HTTP with nothing that moves behind it, unless `motion` says so; the clock stands still. */
export async function startApi(motion?: StartMotion) {
  const dataDir = mkdtempSync(join(tmpdir(), 'kubernetes-'));
  let now = START;
  const open = () => {
    const world = openWorld({ dataDir, speed: 1, clock: () => now });
    if (!world.clusters.get(CLUSTER)) world.clusters.put(cluster);
    const kubernetes = openKubernetes(world, motion);
    const server = createServer((request, response) => void kubernetes.handle(request, response));
    return { world, kubernetes, server };
  };
  let parts = open();
  const listen = async (port: number) => {
    parts.server.listen(port, '127.0.0.1');
    await once(parts.server, 'listening');
    const address = parts.server.address();
    return typeof address === 'object' && address ? address.port : port;
  };
  const port = await listen(0);
  const stop = async () => {
    parts.kubernetes.endWatches();
    parts.server.close();
    parts.server.closeAllConnections();
    await once(parts.server, 'close');
    parts.kubernetes.close();
    parts.world.close();
  };
  const url = `http://127.0.0.1:${port}/kubernetes/${CLUSTER}`;
  return {
    url,
    world: () => parts.world,
    /** What the cluster holds, for looking at it from behind. */
    store: () => {
      const found = parts.kubernetes.cluster(CLUSTER);
      if (!found) throw new Error('the cluster is not up');
      return found.store;
    },
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    /** The API server stops and comes back at the same address. */
    restart: async () => {
      await stop();
      parts = open();
      await listen(port);
    },
    close: async () => {
      await stop();
      rmSync(dataDir, { recursive: true });
    },
    ...clientsOf(url, ADMIN_TOKEN),
    as: (token: string) => clientsOf(url, token),
    fetch: (path: string, init: RequestInit = {}) =>
      fetch(url + path, { ...init, headers: { 'content-type': 'application/json', ...init.headers } }),
  };
}

export type TestApi = Awaited<ReturnType<typeof startApi>>;

const cluster = {
  id: CLUSTER,
  region: 'cn-hangzhou',
  name: 'demo',
  version: '1.36.1-aliyun.1',
  upgrades: [],
  createdAt: START,
  updatedAt: START,
  createTaskId: 'T-done',
  vpcId: 'vpc-1',
  vswitchIds: [],
  podVswitchIds: [],
  deletionProtection: false,
  publicAccess: true,
  securityGroupId: 'sg-1',
  loadBalancerId: 'lb-1',
  tags: [],
  settings: {},
};

function clientsOf(server: string, token: string) {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'sandbox', server, skipTLSVerify: true }, { name: 'user', token });
  return {
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    policy: config.makeApiClient(PolicyV1Api),
    authorization: config.makeApiClient(AuthorizationV1Api),
    batch: config.makeApiClient(BatchV1Api),
    watching: new Watch(config),
  };
}

const statusSchema = z.looseObject({
  code: z.number(),
  reason: z.string(),
  message: z.string(),
  details: z
    .looseObject({ causes: z.array(z.looseObject({ field: z.string().optional(), message: z.string() })).optional() })
    .optional(),
});
/** The client library drops the body of a 401. */
const exceptionSchema = z.looseObject({ code: z.number(), body: z.string().optional() });

/** The Status an API call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<z.infer<typeof statusSchema>> {
  try {
    await call;
  } catch (error) {
    const parsed = exceptionSchema.safeParse(error);
    if (!parsed.success) throw error;
    const { code, body } = parsed.data;
    return body === undefined ? { code, reason: '', message: '' } : statusSchema.parse(JSON.parse(body));
  }
  throw new Error('nothing was refused');
}

/** A Deployment's manifest. */
export const deployment = (name: string, change: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'shop/app:1' }] },
    },
    ...change,
  },
});

/** A pod's manifest. */
export const pod = (name: string, change: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'app', image: 'shop/app:1' }], ...change },
});

export const configMap = (
  name: string,
  more: { labels?: Record<string, string>; data?: Record<string, string> } = {},
) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...(more.labels && { labels: more.labels }) },
  data: more.data ?? {},
});
