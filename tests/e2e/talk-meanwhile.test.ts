import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Card } from '../../src/chat/types.ts';
import { type FakeOpenAi, type Reply, startFakeOpenAi } from '../fakes/openai/openai.ts';
import { buttonsOf, type Chat, client, dataFolder, type Running, run, until } from './support/copilot.ts';

/** The real bot with a model that hangs in the middle of an investigation: the talk goes on, and so does the investigation after a kill. */

const PATIENCE_MS = 60_000;
const FOUND: Reply = {
  calls: [{ name: 'finish', args: { summary: 'It may hang.', claims: [], notChecked: ['the log'], remedies: [] } }],
};
let folder: Awaited<ReturnType<typeof dataFolder>>;
let world: Running;
let running: Running;
let chat: Chat;
let endpoint: FakeOpenAi;
let says: Reply;
const bot = client(() => running.url);
const start = () =>
  run(['start'], {
    DATA_DIR: folder.path,
    CONSOLE_PORT: '0',
    SANDBOX_URL: world.url,
    LLM_BASE_URL: endpoint.baseUrl,
    LLM_API_KEY: endpoint.apiKey,
    LLM_MODEL: 'big',
  });

beforeAll(async () => {
  folder = await dataFolder();
  endpoint = await startFakeOpenAi(() => says);
  world = await run(['sandbox', '--demo', '--port', '0', '--speed', '60'], { DATA_DIR: folder.path }, 60_000);
  running = await start();
});
beforeEach(async () => {
  says = { silence: true };
  chat = await bot.chat();
});
afterEach(() => {
  says = FOUND;
});
afterAll(async () => {
  await running.stop();
  await world.kill();
  await endpoint.close();
  await folder.remove();
});

const cards = async (): Promise<Card[]> => (await chat.entries()).flatMap(({ card }) => card ?? []);
const agentCards = async () =>
  new Map((await cards()).flatMap((card) => (card.id.startsWith('agent-') ? [[card.id, card]] : [])));
const heard = async () => (await chat.entries()).filter(({ from }) => from === 'bot').map(({ text }) => text);

async function investigate(): Promise<Card> {
  const before = endpoint.asked.length;
  await chat.say('investigate checkout');
  await until('the model to be asked', PATIENCE_MS, () => endpoint.asked.length > before);
  return until('the card', PATIENCE_MS, async () => [...(await agentCards()).values()].at(-1));
}

async function answerTo(text: string, shows: RegExp): Promise<number> {
  const before = (await chat.entries()).length;
  const began = performance.now();
  await chat.say(text);
  await until(`an answer to ${text}`, PATIENCE_MS, async () =>
    JSON.stringify((await chat.entries()).slice(before).filter(({ from }) => from === 'bot')).match(shows),
  );
  return performance.now() - began;
}

test('whoever asks for something else meanwhile has it at once, and stops the investigation by a word', async () => {
  const card = await investigate();
  const ms = await answerTo('help', /pods|cluster/i);
  console.log(`help while an investigation hangs: ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(5000);
  await answerTo('pods in prod', /catalog/);
  await answerTo('stop', /stopped looking/i);
  await until('the card to close', PATIENCE_MS, async () => (await agentCards()).get(card.id)?.closed);
});

test('a kill in the middle begins it once more on the same card, and it comes to its end', async () => {
  const card = await investigate();
  await running.kill();
  says = FOUND;
  running = await start();
  const shown = await until('the answer', PATIENCE_MS, async () => {
    const now = (await agentCards()).get(card.id);
    return now?.closed && now;
  });
  expect(JSON.stringify(shown)).toContain('It may hang');
  expect((await agentCards()).size).toBe(1);
  const said = await heard();
  expect(said.filter((text) => text.startsWith('I look at'))).toHaveLength(1);
  expect(new Set(said).size).toBe(said.length);
});

test('the bot ends at once when it is told to, and the next one goes on', async () => {
  const card = await investigate();
  const began = performance.now();
  expect(await running.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  says = FOUND;
  running = await start();
  await until('the answer', PATIENCE_MS, async () => (await agentCards()).get(card.id)?.closed);
});

test('the button on the card ends it', async () => {
  const card = await investigate();
  expect(await chat.click(card, buttonsOf(card)[0]?.id ?? '')).toBe(200);
  await until('the card to close', PATIENCE_MS, async () => (await agentCards()).get(card.id)?.closed);
});

test('a question about a number is left open by a request, and answered by what is typed after it', async () => {
  await chat.say('scale checkout in prod');
  const asked = await chat.waitForButton('ask:');
  await answerTo('list pods in prod', /catalog/);
  await answerTo('看看 prod 的事件', /事件/);
  expect((await cards()).find(({ id }) => id === asked.card.id)?.closed).toBeUndefined();
  await chat.say('5');
  const plan = await chat.waitForButton('approve:');
  expect(JSON.stringify(plan.card)).toMatch(/checkout.*5/);
});
