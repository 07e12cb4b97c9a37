import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BadModel, badModes, startBadModel } from '../support/bad-model.ts';
import { type Chat, client, dataFolder, type Running, run, SEED, until } from './support/copilot.ts';

/** The real bot with a model that hangs, fails or talks rubbish: what goes by rules comes out the same, and without asking it. */

let folder: Awaited<ReturnType<typeof dataFolder>>;
let world: Running;

beforeAll(async () => {
  folder = await dataFolder();
  world = await run(['sandbox', '--demo', '--port', '0', '--speed', '60'], { DATA_DIR: folder.path }, 60_000);
});
afterAll(async () => {
  await world.kill();
  await folder.remove();
});

/** Sentences that keywords settle, and what shows that the answer is there. */
const COMMANDS: [string, RegExp][] = [
  ['help', /[a-z]/],
  ['tasks', /[a-z]/],
  ['incidents', /[a-z]/],
  // Of something smaller that is well, a model would look further.
  ['diagnose the cluster demo', /nothing wrong|looked at/i],
  ['pods in prod', /catalog/],
  [SEED, /ecs\.|CNY|¥/],
];
const NOBODY_KNOWS = 'xyzzy plugh frobnicate the quux';

const wordsOf = (entries: Awaited<ReturnType<Chat['entries']>>): string =>
  entries.map(({ from, text, card }) => (from === 'bot' ? `${text} ${JSON.stringify(card ?? '')}` : '')).join('\n');

/** What a fresh conversation answers to one sentence, and after how long. */
async function answerTo(url: () => string, text: string, shows: RegExp, patienceMs: number) {
  const chat = await client(url).chat();
  const began = performance.now();
  await chat.say(text);
  const said = await until(`an answer to ${text}`, patienceMs, async () => {
    const words = wordsOf(await chat.entries());
    return shows.test(words) && words;
  });
  return { said, ms: performance.now() - began };
}

async function withBot<T>(model: BadModel | undefined, work: (url: () => string) => Promise<T>): Promise<T> {
  const own = await dataFolder();
  const none = { LLM_BASE_URL: '', LLM_API_KEY: '', LLM_MODEL: '' };
  const settings = {
    DATA_DIR: own.path,
    CONSOLE_PORT: '0',
    SANDBOX_URL: world.url,
    TIMEZONE: 'UTC',
    LOG_LEVEL: 'error',
  };
  const bot = await run(['start'], { ...settings, ...(model?.settings ?? none) });
  try {
    return await work(() => bot.url);
  } finally {
    await bot.stop();
    await own.remove();
  }
}

test('a bot whose model hangs answers what goes by rules as one without, since it does not ask it', async () => {
  const model = await startBadModel('slow');
  try {
    await withBot(model, async (url) => {
      for (const [text, shows] of COMMANDS) await answerTo(url, text, shows, 60_000);
    });
    // What is not asked cannot be waited for.
    expect(model.asked()).toBe(0);
  } finally {
    await model.close();
  }
});

describe('what nobody understands', () => {
  let without: string;
  beforeAll(async () => {
    without = await withBot(undefined, async (url) => (await answerTo(url, NOBODY_KNOWS, /\S/, 20_000)).said);
  });
  /** Ids of cards are new each time. */
  const alike = (said: string) => said.replaceAll(/"(?:id|rev)":[^,}]*/g, '');

  test.each(badModes)(
    'is answered by a bot with a %s model as by one without, within the time it may take',
    async (mode) => {
      const model = await startBadModel(mode);
      try {
        const { said, ms } = await withBot(model, (url) => answerTo(url, NOBODY_KNOWS, /\S/, 30_000));
        expect(model.asked()).toBeGreaterThan(0);
        expect(alike(said)).toBe(alike(without));
        expect(ms).toBeLessThan(20_000);
      } finally {
        await model.close();
      }
    },
  );
});
