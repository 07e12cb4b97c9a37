import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { client as botClient, dataFolder, type Running, run, until } from './support/copilot.ts';

/** Another agent asks the copilot over MCP, beside the bot that runs: over stdio as a desktop client starts it, and over HTTP. */

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'k8s-copilot.cjs');
let folder: Awaited<ReturnType<typeof dataFolder>>;
let world: Running;
let bot: Running;
const api = botClient(() => bot.url);
const settings = () => ({ DATA_DIR: folder.path, SANDBOX_URL: world.url, TIMEZONE: 'UTC', LOG_LEVEL: 'warn' });

beforeAll(async () => {
  folder = await dataFolder();
  world = await run(['sandbox', '--demo', '--port', '0', '--speed', '60'], { DATA_DIR: folder.path }, 60_000);
  bot = await run(['start'], { ...settings(), CONSOLE_PORT: '0' });
  await fetch(`${world.url}/_sandbox/break`, { method: 'POST', body: JSON.stringify({ scenario: 'image' }) });
});
afterAll(async () => {
  await bot.stop();
  await world.kill();
  await folder.remove();
});

async function connected(transport: Transport): Promise<Client> {
  const client = new Client({ name: 'another-agent', version: '1' });
  await client.connect(transport);
  return client;
}

const overStdio = () => {
  const env = { PATH: process.env.PATH ?? '', ...settings() };
  const args = [BIN, 'mcp', '--copilot'];
  return connected(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'pipe' }));
};

interface Found {
  findings: { cause: string; object: string }[];
}

const imageFound = (client: Client) =>
  until('the cause', 120_000, async () => {
    const answer = await client.callTool({ name: 'diagnose', arguments: { namespace: 'prod', name: 'catalog' } });
    return (answer.structuredContent as unknown as Found | undefined)?.findings?.find(
      ({ cause }) => cause === 'ImageNotFound',
    );
  });

test('over stdio: what is wrong, how healthy it is, and what the bot keeps, while the bot runs', async () => {
  const client = await overStdio();
  expect(await imageFound(client)).toMatchObject({ object: 'Deployment prod/catalog' });

  const words: string[] = [];
  const report = await client.callTool({ name: 'report', arguments: { days: 1 } }, undefined, {
    onprogress: ({ message }) => words.push(message ?? ''),
    timeout: 120_000,
  });
  expect(report.structuredContent).toMatchObject({
    cluster: 'demo',
    score: expect.any(Number),
    unknown: expect.any(Array),
  });
  expect(words.length).toBeGreaterThan(0);

  const chat = await api.chat();
  await chat.say('diagnose catalog in prod');
  const { incidents } = await until('the incident', 60_000, async () => {
    const answer = await client.callTool({ name: 'incidents', arguments: {} });
    const kept = answer.structuredContent as unknown as { incidents: { id: string; cause?: string }[] };
    return kept.incidents.some(({ cause }) => cause === 'ImageNotFound') && kept;
  });
  const [first] = incidents;
  const one = await client.callTool({ name: 'incidents', arguments: { id: first?.id ?? '' } });
  expect(one.structuredContent).toMatchObject({ incidents: [{ id: first?.id, evidence: expect.any(Array) }] });

  // The bot has not lost its folder to the onlooker.
  await chat.say('help');
  expect(bot.child.exitCode).toBeNull();
  await client.close();
});

test('over stdio: the tasks of a bot that has just approved something', async () => {
  const client = await overStdio();
  expect((await client.callTool({ name: 'task_status', arguments: {} })).structuredContent).toEqual({ tasks: [] });
  const chat = await api.chat();
  await chat.say('华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK');
  const offer = await chat.waitForButton('ask:recommended');
  await chat.click(offer.card, offer.button.id);
  const plan = await chat.waitForButton('approve:');
  await chat.click(plan.card, plan.button.id);
  const id = await until('a task', 20_000, async () => {
    const answer = await client.callTool({ name: 'task_status', arguments: {} });
    return (answer.structuredContent as unknown as { tasks: { id: string }[] }).tasks[0]?.id;
  });
  const whole = await client.callTool({ name: 'task_status', arguments: { id: id.toLowerCase() } });
  expect(whole.structuredContent).toMatchObject({ tasks: [{ id, steps: expect.any(Array) }] });
  await client.close();
});

test('over HTTP: the same, for this machine only', async () => {
  const server = await run(['mcp', '--copilot', '--http', '0'], settings());
  try {
    expect(server.log()).toMatch(/for this machine only/);
    const url = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(server.log())?.[0] ?? '';
    const client = await connected(new StreamableHTTPClientTransport(new URL(url)) as Transport);
    expect(await imageFound(client)).toMatchObject({ object: 'Deployment prod/catalog' });
    const plan = await client.callTool({ name: 'plan', arguments: { sentence: 'production ACK in Hangzhou' } });
    expect(plan.structuredContent).toMatchObject({ schemaVersion: 1, options: expect.any(Array) });
    const { tools } = await client.listTools();
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
    await client.close();
  } finally {
    await server.kill();
  }
});
