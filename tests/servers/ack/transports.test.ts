import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toolAccess } from '../../../servers/ack/access.ts';
import { createAckServer } from '../../../servers/ack/server.ts';
import { serveHttp } from '../../../servers/ack/transports.ts';
import { startStub } from './support.ts';

let stub: Awaited<ReturnType<typeof startStub>>;
let http: Awaited<ReturnType<typeof serveHttp>>;

beforeAll(async () => {
  const zones = { Zone: [{ ZoneId: 'cn-hangzhou-i', LocalName: '杭州 可用区I' }] };
  stub = await startStub({ DescribeZones: () => ({ body: { Zones: zones } }) });
  const cloud = { accessKeyId: 'id', accessKeySecret: 'secret', endpoints: stub.url };
  http = await serveHttp(() => createAckServer({ cloud, clock: Date.now }), { port: 0 });
});
afterAll(async () => {
  await http.close();
  await stub.stop();
});

async function roundTrip(transport: Transport) {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual(Object.keys(toolAccess).sort());
  const listed = await client.callTool({ name: 'cloud_list_zones', arguments: { region: 'cn-hangzhou' } });
  expect(listed.structuredContent).toEqual({ items: [{ id: 'cn-hangzhou-i', localName: '杭州 可用区I' }] });
  const refused = await client.callTool({ name: 'task_cancel', arguments: { taskId: 'T-1', idempotencyKey: 'k' } });
  expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'APPROVAL_REQUIRED' } });
  await client.close();
}

it('serves a client over stdio, and keeps stdout clean', async () => {
  const script = fileURLToPath(new URL('./stdio-server.ts', import.meta.url));
  const transport = new StdioClientTransport({ command: process.execPath, args: [script, stub.url], stderr: 'pipe' });
  const noise: Error[] = [];
  transport.onerror = (error) => noise.push(error);
  await roundTrip(transport);
  expect(noise).toEqual([]);
});

it('serves a client over HTTP', async () => {
  // The SDK declares `sessionId` as possibly undefined where its own interface says absent.
  await roundTrip(new StreamableHTTPClientTransport(new URL(http.url)) as Transport);
});

/** The status of one raw request; fetch would not let a test set Host. */
function status(headers: Record<string, string>, { method = 'POST', body = '{}', path = '/mcp' } = {}) {
  const { port } = new URL(http.url);
  const all = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ port, method, path, headers: all }, (response) => resolve(response.resume().statusCode));
    sent.on('error', reject);
    sent.end(body);
  });
}

const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

it('answers only to its own names, so that no web page reaches it by another', async () => {
  expect(await status({}, { body: ping })).toBe(200);
  expect(await status({ host: 'evil.example' }, { body: ping })).toBe(403);
  expect(await status({ origin: 'https://evil.example' }, { body: ping })).toBe(403);
  expect(await status({ origin: 'http://localhost:3000' }, { body: ping })).toBe(200);
});

it('refuses other paths, other methods and bodies over a mebibyte', async () => {
  expect(await status({}, { path: '/' })).toBe(404);
  expect(await status({}, { method: 'GET', body: '' })).toBe(405);
  const big = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { pad: 'x'.repeat(1_100_000) } });
  expect(await status({}, { body: big })).toBe(413);
});
