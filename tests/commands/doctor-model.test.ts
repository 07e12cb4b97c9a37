import { afterEach, describe, expect, test } from 'vitest';
import { checkModel } from '../../src/commands/doctor-model.ts';
import { readConfig } from '../../src/config.ts';
import { type Reply, startFakeOpenAi } from '../fakes/openai/openai.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const CALLS: Reply = { calls: [{ name: 'say_yes', args: {} }] };

async function model(more: Record<string, string> = {}, reply: Reply = { text: 'yes' }, withTools: Reply = CALLS) {
  const fake = await startFakeOpenAi((asked) => (asked.tools ? withTools : reply));
  closing.push(() => fake.close());
  const settings = { LLM_BASE_URL: fake.baseUrl, LLM_API_KEY: fake.apiKey, LLM_MODEL: 'big' };
  return { fake, check: () => checkModel(readConfig({ ...settings, ...more }, 'no-such-file')) };
}

describe('the doctor, of the model', () => {
  test('finds nothing where nothing is set', async () => {
    expect(await checkModel(readConfig({}, 'no-such-file'))).toMatch(/not set up/);
  });

  test('is content with models that answer, each asked once', async () => {
    const { fake, check } = await model({ LLM_SMALL_MODEL: 'small' });
    expect(await check()).toMatch(/^big and small at 127\.0\.0\.1:\d+ answer; big calls tools$/);
    expect(fake.asked.map((one) => `${one.model}${one.tools ? ' with a tool' : ''}`).sort()).toEqual([
      'big',
      'big with a tool',
      'small',
    ]);
  });

  test('is content with a model that has more to say', async () => {
    const { check } = await model({}, { text: 'Yes, I', finish: 'length' });
    expect(await check()).toMatch(/answers; big calls tools$/);
  });

  test.each<[string, Reply]>([
    ['does not want to', { text: 'yes' }],
    ['knows none', { status: 400, message: 'library/big does not support tools' }],
    [
      'is served without',
      {
        status: 400,
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      },
    ],
    ['is cut short', { text: 'x', finish: 'length' }],
  ])('warns of a model that calls no tools: it %s', async (_, withTools) => {
    const { check } = await model({}, { text: 'yes' }, withTools);
    expect(await check()).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('calls no tools'),
      mend: expect.stringContaining('--tool-call-parser'),
    });
  });

  test.each<[string, Record<string, string>, Reply, string]>([
    ['a wrong key', { LLM_API_KEY: 'sk-wrong' }, { text: 'yes' }, 'LLM_API_KEY'],
    ['a name that is none', { LLM_MODEL: 'huge' }, { text: 'yes' }, 'LLM_MODEL'],
    ['an address where nobody listens', { LLM_BASE_URL: 'http://127.0.0.1:1/v1' }, { text: 'yes' }, 'LLM_BASE_URL'],
    ['an address of something else', {}, { raw: '<html>', contentType: 'text/html' }, 'LLM_BASE_URL'],
    ['silence', { LLM_TIMEOUT_SECONDS: '0.1' }, { silence: true }, 'LLM_TIMEOUT_SECONDS'],
    ['an empty account', {}, { status: 429, message: 'You exceeded your current quota' }, 'quota'],
  ])('says how to mend %s', async (_, more, reply, mend) => {
    const { check } = await model(more, reply);
    const found = await check();
    expect(found).toMatchObject({ status: 'fail', mend: expect.stringContaining(mend) });
    expect(JSON.stringify(found)).not.toContain('sk-');
  });
});
