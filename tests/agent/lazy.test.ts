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
