import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterEach, describe, expect, test } from 'vitest';
import { serveSessions } from '../../src/mcp/http.ts';
import { createCopilotServer } from '../../src/mcp/server.ts';
import type { Watch } from '../../src/mcp/tool.ts';
import { type CopilotSources, copilotTools } from '../../src/mcp/tools.ts';
import { createRedactor } from '../../src/tools/redaction.ts';

const DIAGNOSIS = { cluster: 'demo', now: '2026-11-24T04:00:00Z', coverage: 1, findings: [], leftOut: 0, unknown: [] };
const told = async () => ({ data: DIAGNOSIS, text: 'nothing found' });
const empty: CopilotSources = {
  diagnose: told,
  report: told,
  plan: async () => ({ data: { schemaVersion: 1, options: [], missing: [] }, text: '' }),
  tasks: async () => ({ data: { tasks: [] }, text: '' }),
  incidents: async () => ({ data: { incidents: [] }, text: '' }),
};
let now = 0;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const serverOf = (sources: Partial<CopilotSources>) =>
  createCopilotServer({
    tools: copilotTools({ ...empty, ...sources }),
    redactor: createRedactor(),
    version: '1.2.3',
    elapsed: () => now,
  });

async function inMemory(sources: Partial<CopilotSources>): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await serverOf(sources).connect(far);
  return connected(near);
}

async function overHttp(sources: Partial<CopilotSources>): Promise<Client> {
  const { url, close } = await serveSessions(() => serverOf(sources), { port: 0 });
  closing.push(close);
  return connected(new StreamableHTTPClientTransport(new URL(url)) as Transport);
}

async function connected(transport: Transport): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  closing.push(() => client.close());
  return client;
}

test('every tool says that it only reads, and what goes in and comes out', async () => {
  const client = await inMemory({});
  expect(client.getServerVersion()).toMatchObject({ name: 'k8s-copilot', version: '1.2.3' });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['diagnose', 'report', 'plan', 'task_status', 'incidents']);
  for (const { annotations, inputSchema, outputSchema } of tools) {
    expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(outputSchema).toMatchObject({ type: 'object' });
  }
});

test('an answer comes as an object and as text', async () => {
  const client = await inMemory({});
  const answer = await client.callTool({ name: 'diagnose', arguments: {} });
  expect(answer).toMatchObject({
    structuredContent: DIAGNOSIS,
    content: [{ type: 'text', text: 'nothing found' }],
  });
});

test('no secret leaves, neither in the object nor in the text nor in an error', async () => {
  const secret = 'AKIAIOSFODNN7EXAMPLE';
  const finding = { summary: `password=hunter2-long-enough and ${secret}`, evidence: [{ text: `key ${secret}` }] };
  const client = await inMemory({
    diagnose: async () => ({ data: { ...DIAGNOSIS, findings: [finding] }, text: `log: ${secret}` }),
    report: async () => {
      throw new Error(`cannot log in with ${secret}`);
    },
  });
  // The raw answer: this finding is not of the promised form.
  const { CallToolResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const ask = (name: string) =>
    client.request({ method: 'tools/call', params: { name, arguments: {} } }, CallToolResultSchema);
  for (const answer of [await ask('diagnose'), await ask('report')]) {
    expect(JSON.stringify(answer)).not.toContain(secret);
    expect(JSON.stringify(answer)).toContain('<secret:');
  }
});

test('arguments that do not fit are refused by name, and nothing is asked', async () => {
  let asked = 0;
  const client = await inMemory({
    diagnose: async () => {
      asked++;
      return told();
    },
  });
  for (const args of [{ approve: true }, { language: 'fr' }, { name: 7 }])
    expect(await client.callTool({ name: 'diagnose', arguments: args })).toMatchObject({
      isError: true,
      structuredContent: { code: 'INVALID_ARGUMENTS' },
    });
  await expect(client.callTool({ name: 'k8s_delete', arguments: {} })).rejects.toThrow('not found');
  expect(asked).toBe(0);
});

test('an expected refusal has its code and the next move', async () => {
  const client = await inMemory({
    tasks: async () => {
      throw Object.assign(new Error('There is no task T-0000.'), { code: 'NOT_FOUND', hint: 'Leave the id out.' });
    },
  });
  expect(await client.callTool({ name: 'task_status', arguments: { id: 'T-0000' } })).toMatchObject({
    isError: true,
    structuredContent: { code: 'NOT_FOUND', hint: 'Leave the id out.' },
    content: [{ text: 'NOT_FOUND: There is no task T-0000. Leave the id out.' }],
  });
});

describe.each([
  ['in memory', inMemory],
  ['over HTTP', overHttp],
] as const)('%s', (_, open) => {
  test('a long call says what it does, counted, and not too often', async () => {
    const words: string[] = [];
    const client = await open({
      diagnose: async (_wish, { step }) => {
        for (let at = 0; at < 500; at++) step(`k8s_list ${at}`);
        now += 300;
        step('k8s_logs');
        return told();
      },
    });
    await client.callTool({ name: 'diagnose', arguments: {} }, undefined, {
      onprogress: ({ progress, message }) => words.push(`${progress} ${message}`),
    });
    expect(words).toEqual(['1 k8s_list 0', '501 k8s_logs']);
  });

  test('a call that is taken back ends', async () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<string>();
    const client = await open({
      report: async (_wish, { signal }: Watch) => {
        signal.addEventListener('abort', () => ended.resolve('ended'));
        begun.resolve();
        await ended.promise;
        throw signal.reason;
      },
    });
    const stop = new AbortController();
    const call = client.callTool({ name: 'report', arguments: {} }, undefined, { signal: stop.signal });
    const outcome = call.then(
      () => 'answered',
      () => 'taken back',
    );
    await begun.promise;
    stop.abort();
    expect(await ended.promise).toBe('ended');
    expect(await outcome).toBe('taken back');
  });
});

describe('over HTTP', () => {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const initialize = (id: number) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
    });
  const served = async () => {
    const { url, close } = await serveSessions(() => serverOf({}), { port: 0 });
    closing.push(close);
    return url;
  };

  test('it listens on loopback, and a web page of another origin gets nothing', async () => {
    const url = await served();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const post = (more: Record<string, string>) =>
      fetch(url, { method: 'POST', headers: { ...headers, ...more }, body: initialize(1) });
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ 'mcp-session-id': 'made-up' })).status).toBe(404);
    expect((await post({})).status).toBe(200);
  });

  test('clients that never say goodbye do not pile up: the oldest has to begin anew', async () => {
    const url = await served();
    const sessions: string[] = [];
    for (let id = 0; id < 34; id++) {
      const response = await fetch(url, { method: 'POST', headers, body: initialize(id) });
      await response.text();
      sessions.push(response.headers.get('mcp-session-id') ?? '');
    }
    const ping = (session = '') =>
      fetch(url, {
        method: 'POST',
        headers: { ...headers, 'mcp-session-id': session },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      }).then(({ status }) => status);
    expect(new Set(sessions).size).toBe(34);
    expect(await ping(sessions[0])).toBe(404);
    expect(await ping(sessions[33])).toBe(200);
  });
});
