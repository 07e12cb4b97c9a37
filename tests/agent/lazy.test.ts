import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Prints which files of the library were loaded before, and after, the first question. */
const PROGRAM = `
  import { registerHooks } from 'node:module';
  let loaded = 0;
  registerHooks({
    load(url, context, next) {
      if (url.includes('/node_modules/openai/')) loaded += 1;
      return next(url, context);
    },
  });
  const { createModel } = await import('./src/agent/model.ts');
  const settings = { baseUrl: 'http://127.0.0.1:1/v1', main: 'm', small: 'm', timeoutMs: 5000 };
  const budget = { take: async () => ({ ok: true, settle: async () => {} }) };
  const redactor = { object: async (value) => value };
  const model = createModel(settings, { budget, redactor, newMark: () => 'MARK' });
  const before = loaded;
  await model.ask({ system: 's', prompt: 'p', size: 'main' });
  console.log(JSON.stringify({ before, after: loaded > 0 }));
`;

test('a model that nobody asks costs nothing: its library is loaded at the first question', async () => {
  const args = ['--no-warnings', '--input-type=module', '--eval', PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual({ before: 0, after: true });
});

/** Prints whether LangChain and the library were loaded by an agent before, and after, the first investigation. */
const AGENT = `
  import { registerHooks } from 'node:module';
  const loaded = new Set();
  registerHooks({
    load(url, context, next) {
      for (const name of ['openai', 'langchain', '@langchain']) if (url.includes('/node_modules/' + name + '/')) loaded.add(name);
      return next(url, context);
    },
  });
  const { createAgent } = await import('./src/agent/agent.ts');
  const agent = createAgent({
    settings: { baseUrl: 'http://127.0.0.1:1/v1', main: 'm', small: 'm', timeoutMs: 5000 },
    budget: { take: async () => ({ ok: true, settle: async () => {} }) },
    gateway: { tools: () => [], read: async () => ({ ok: true, data: {} }), describe: async () => undefined },
    redactor: { object: async (value) => value, text: (text) => text },
    remedies: { describe: () => '', check: () => ({ ok: false, why: '' }) },
    runbooks: () => [],
    keep: { keep: async () => 'k', read: async () => undefined },
    newMark: () => 'MARK', newId: () => 'id', clock: Date.now, log: { warn: () => {} },
  });
  const before = [...loaded];
  const who = { platform: 'web', tenant: 'x', id: 'ann' };
  const found = await agent.investigate({ purpose: 'ask', question: 'q', language: 'en', who, conversation: 'c' });
  console.log(JSON.stringify({ before, after: [...loaded].sort(), ending: found.ending, code: found.failure?.code }));
`;

test('an agent that nobody asks costs nothing: LangChain is loaded at the first investigation', async () => {
  const args = ['--no-warnings', '--input-type=module', '--eval', AGENT];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(JSON.parse(stdout)).toEqual({
    before: [],
    after: ['@langchain', 'langchain', 'openai'],
    ending: 'failed',
    code: 'UNREACHABLE',
  });
}, 60_000);
