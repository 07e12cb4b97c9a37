import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { finish, investigator, wants } from './investigator.ts';

// Loading LangChain takes a second, and many where the machine is busy.
beforeAll(async () => {
  await import('../../src/agent/loop/framework.ts');
}, 120_000);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Notes whoever knocks. */
async function listener() {
  const knocks: string[] = [];
  const server = createServer((request, response) => {
    knocks.push(`${request.method} ${request.url}`);
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { knocks, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const SCRIPT = [wants(['k8s_get', { kind: 'Pod' }]), finish([])];

test('nothing of an investigation goes to LangSmith, nor is it printed, whatever the environment says', async () => {
  const { knocks, url } = await listener();
  const settings = {
    LANGSMITH_TRACING: 'true',
    LANGSMITH_TRACING_V2: 'true',
    LANGCHAIN_TRACING_V2: 'true',
    LANGCHAIN_TRACING: 'true',
    LANGSMITH_ENDPOINT: url,
    LANGCHAIN_ENDPOINT: url,
    LANGSMITH_API_KEY: 'lsv2_pt_0123456789',
    LANGCHAIN_API_KEY: 'lsv2_pt_0123456789',
    LANGCHAIN_CALLBACKS_BACKGROUND: 'false',
    LANGCHAIN_VERBOSE: 'true',
  };
  const printed: unknown[] = [];
  const log = console.log;
  console.log = (...words) => printed.push(words);
  Object.assign(process.env, settings);
  try {
    const { investigate, close } = await investigator({ says: SCRIPT });
    closing.push(close);
    expect(await investigate()).toMatchObject({ ending: 'answered' });
    // Traces are sent in the background, some time after.
    await new Promise((resolve) => setTimeout(resolve, 300));
  } finally {
    console.log = log;
    for (const name of Object.keys(settings)) delete process.env[name];
  }
  expect(knocks).toEqual([]);
  expect(printed).toEqual([]);
});

test('an endpoint and a key of the environment are not used, nor what it holds for another account', async () => {
  const { knocks, url } = await listener();
  const settings = { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'sk-theirs', OPENAI_ORG_ID: 'org-theirs' };
  Object.assign(process.env, settings);
  try {
    const { investigate, fake, close } = await investigator({ says: SCRIPT });
    closing.push(close);
    expect(await investigate()).toMatchObject({ ending: 'answered' });
    expect(fake.headers[0]).not.toHaveProperty('openai-organization');
  } finally {
    for (const name of Object.keys(settings)) delete process.env[name];
  }
  expect(knocks).toEqual([]);
});
