import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { z } from 'zod';
import { type AckServerOptions, createAckServer } from '../../../servers/ack/server.ts';
import type { JsonObject } from '../../../src/tools/types.ts';

export interface Received {
  action: string;
  method: string;
  path: string;
  query: URLSearchParams;
  body: JsonObject;
}

/** What the stub answers: a body, or a status with a body, or `hang-up` for a connection lost after the request came. */
export type Answer = { status?: number; body: unknown } | 'hang-up';

/** A server that takes every OpenAPI call, writes it down and answers by action. Knows nothing of clusters. */
export async function startStub(answers: Record<string, (call: Received) => Answer>) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stub');
    const raw = await text(request);
    const body = z
      .record(z.string(), z.json())
      .catch({})
      .parse(raw.startsWith('{') ? JSON.parse(raw) : {});
    const action = String(request.headers['x-acs-action']);
    const call = { action, method: request.method ?? '', path: url.pathname, query: url.searchParams, body };
    received.push(call);
    const answer = answers[action]?.(call) ?? { status: 404, body: { code: 'Unexpected', message: action } };
    if (answer === 'hang-up') return void request.socket.destroy();
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address() as AddressInfo);
  const stop = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  const sent = (action: string) => received.filter((call) => call.action === action);
  return { url: `http://127.0.0.1:${port}`, received, sent, stop };
}

const ok = z.object({ isError: z.boolean().optional(), structuredContent: z.record(z.string(), z.any()) });

interface Setup {
  verifyApproval?: AckServerOptions['verifyApproval'];
  world?: AckServerOptions['world'];
  accessKeyId?: string;
  accessKeySecret?: string;
}

/** The server over an in-process pair of transports, approving every write unless told otherwise. */
export async function connectAck(url: string | undefined, setup: Setup = {}) {
  const { accessKeyId = 'test-id', accessKeySecret = 'test-secret', ...options } = setup;
  const server = createAckServer({
    cloud: url === undefined ? undefined : { accessKeyId, accessKeySecret, endpoints: url },
    verifyApproval: () => true,
    clock: Date.now,
    ...options,
  });
  const [here, there] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' });
  await Promise.all([server.connect(there), client.connect(here)]);
  const call = async (name: string, args: JsonObject = {}) => {
    const { isError, structuredContent } = ok.parse(await client.callTool({ name, arguments: args }));
    return { failed: isError === true, data: structuredContent };
  };
  return { client, call, close: () => client.close() };
}

/** A production cluster over three zones, as the planner would ask for it. */
export const clusterSpec = {
  name: 'shop-prod',
  region: 'cn-hangzhou',
  spec: 'ack.pro.small',
  version: '1.36.1-aliyun.1',
  network: {
    plugin: 'terway',
    vpcId: 'vpc-1',
    nodeVswitchIds: ['vsw-i', 'vsw-j', 'vsw-k'],
    podVswitchIds: ['vsw-pi', 'vsw-pj', 'vsw-pk'],
    serviceCidr: '192.168.0.0/16',
  },
  logging: { controlPlane: ['apiserver', 'kcm'], ttlDays: 30, audit: true },
  maintenanceWindow: { time: '18:00:00Z', hours: 3, weekdays: ['Thursday'] },
  autoUpgradeChannel: 'stable',
  addons: [{ name: 'csi-plugin' }, { name: 'arms-prometheus', config: { prometheusMode: 'default' } }],
  nodepools: [
    {
      name: 'default-nodepool',
      instanceTypes: ['ecs.g7.xlarge', 'ecs.g8i.xlarge'],
      vswitchIds: ['vsw-i', 'vsw-j', 'vsw-k'],
      desiredSize: 3,
      systemDisk: { category: 'cloud_essd', pl: 'PL0', sizeGiB: 120 },
      labels: { tier: 'web' },
      taints: [{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }],
    },
  ],
  tags: { team: 'shop' },
} satisfies JsonObject;
