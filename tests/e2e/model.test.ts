import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeOpenAi, type Reply, startFakeOpenAi } from '../fakes/openai/openai.ts';
import { type Chat, client, dataFolder, type Running, run, until } from './support/copilot.ts';

/** The real bot with a language model set up: good words are shown, others are not, and a restart remembers what was spent. */

const REPORT_MS = 120_000;
let folder: Awaited<ReturnType<typeof dataFolder>>;
let world: Running;
let running: Running;
let chat: Chat;
let endpoint: FakeOpenAi;
/** What the model makes of the report's first line. */
let wordsOf: (first: string) => Reply;
const bot = client(() => running.url);

const start = () =>
  run(['start'], {
    DATA_DIR: folder.path,
    CONSOLE_PORT: '0',
    SANDBOX_URL: world.url,
    TIMEZONE: 'UTC',
    LLM_BASE_URL: endpoint.baseUrl,
    LLM_API_KEY: endpoint.apiKey,
    LLM_MODEL: 'big',
    LLM_SMALL_MODEL: 'small',
    LLM_USER_CALLS_PER_DAY: '2',
  });

beforeAll(async () => {
  folder = await dataFolder();
  endpoint = await startFakeOpenAi(({ messages }) => {
    const data = messages.at(-1)?.content?.split(/^====.*$/m)[1] ?? '';
    return wordsOf(data.trim().split('\n')[0] ?? '');
  });
  world = await run(['sandbox', '--demo', '--port', '0', '--speed', '60'], { DATA_DIR: folder.path }, 60_000);
  running = await start();
  chat = await bot.chat();
});
afterAll(async () => {
  await running.stop();
  await world.kill();
  await endpoint.close();
  await folder.remove();
});

/** What the next report says first. */
async function nextSummary(): Promise<string> {
  const seen = new Set((await chat.entries()).map(({ card }) => card?.id));
  await chat.say('health report for demo last 7 days');
  return until('the report', REPORT_MS, async () => {
    const entries = await chat.entries();
    const card = entries
      .flatMap((entry) => entry.card ?? [])
      .find(({ id }) => id.startsWith('report-') && !seen.has(id));
    const block = card?.blocks[0];
    return block?.type === 'text' && block.markdown.replaceAll('\\', '');
  });
}

test("a report's summary is in the model's words as long as they are true and paid for", async () => {
  wordsOf = (first) => ({ text: `On call, look: ${first}` });
  expect(await nextSummary()).toMatch(/^On call, look: .*\d+ of 100/);
  wordsOf = (first) => ({ text: first.replace(/\d+ of 100/, '100 of 100 and 4711 nodes') });
  const own = await nextSummary();
  expect(own).toMatch(/\d+ of 100/);
  expect(own).not.toContain('4711');
  expect(endpoint.asked).toHaveLength(2);

  await running.stop();
  running = await start();
  chat = await bot.chat();
  expect(await nextSummary()).toMatch(/\d+ of 100/);
  expect(endpoint.asked).toHaveLength(2);
});
