import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Block } from '../../src/chat/types.ts';
import { type Chat, client, dataFolder, type Entry, type Running, run, until } from './support/copilot.ts';

/** Looking, in the real bot and the simulated cluster; then as somebody who may read one namespace only. */

const READERS =
  'roles: { operator: [], team: [web:console:operator] }\nreaders: [{ roles: [team], namespace: prod }]\n';
let folder: Awaited<ReturnType<typeof dataFolder>>;
let running: Running;
const bot = client(() => running.url);
const start = (more: Record<string, string> = {}) =>
  run(['start'], { DATA_DIR: folder.path, CONSOLE_PORT: '0', SANDBOX_SPEED: '60', ...more }, 60_000);

beforeAll(async () => {
  folder = await dataFolder();
  running = await start();
  const sandbox = /http:\/\/127\.0\.0\.1:\d+/.exec(await readFile(join(folder.path, 'sandbox/address'), 'utf8'))?.[0];
  const made = await fetch(`${sandbox}/_sandbox/demo`, { method: 'POST', body: '{}' });
  expect(made.ok).toBe(true);
}, 90_000);
afterAll(async () => {
  await running.stop();
  await folder.remove();
});

const heard = async (chat: Chat) => (await chat.entries()).filter(({ from }) => from === 'bot');
async function answer(chat: Chat, text: string): Promise<Entry> {
  const before = (await heard(chat)).length;
  await chat.say(text);
  return until(`an answer to ${text}`, 60_000, async () => (await heard(chat))[before]);
}
const blocksOf = ({ card }: Entry, type: Block['type']) => (card?.blocks ?? []).filter((block) => block.type === type);

describe('looking in chat', () => {
  test('lists, describes, reads logs and goes on with "it"', async () => {
    const chat = await bot.chat();
    const pods = await answer(chat, 'pods in prod');
    expect(pods.text).toMatch(/^Pod in prod \(demo\): \d+/);
    expect(JSON.stringify(blocksOf(pods, 'table'))).toContain('checkout-');
    expect((await answer(chat, 'describe checkout')).text).toBe('Deployment prod/checkout (demo)');
    expect((await answer(chat, 'logs of it')).text).toMatch(
      /^prod\/checkout-\S+, container checkout: the last \d+ lines$/,
    );
    expect((await answer(chat, '它的事件')).text).toContain('Deployment prod/checkout (demo)');
    expect((await answer(chat, 'top nodes')).text).toBe('Usage of 3 nodes in demo, most Memory first');
    expect((await answer(chat, 'cost by namespace')).text).toMatch(/^demo costs about [\d.]+ CNY a month$/);
  }, 200_000);

  test('a button says what its label says', async () => {
    const chat = await bot.chat();
    await answer(chat, 'logs of checkout in prod');
    const { card, button } = await chat.waitForButton('send:events of checkout');
    expect(await chat.click(card, button.id)).toBe(200);
    await until('the events', 30_000, async () => (await heard(chat)).some(({ text }) => text.startsWith('Events of')));
  }, 90_000);

  test('a log is followed and stopped with two words', async () => {
    const chat = await bot.chat();
    expect((await answer(chat, 'tail checkout logs in prod for 5 minutes')).text).toMatch(
      /^I follow the log of prod\/checkout-/,
    );
    await until('new lines', 60_000, async () =>
      (await heard(chat)).some(({ text }) => /new lines?$|left out$/.test(text)),
    );
    await chat.say('stop following');
    await until('its end', 60_000, async () => (await heard(chat)).some(({ text }) => text.startsWith('Stopped:')));
  }, 150_000);
});

describe('somebody who may read one namespace', () => {
  beforeAll(async () => {
    await running.stop();
    const policy = join(folder.path, 'policy.yaml');
    await writeFile(policy, READERS);
    running = await start({ POLICY_FILE: policy });
  }, 90_000);

  test('reads there, sees nothing of others, and is told what he may ask about', async () => {
    const chat = await bot.chat();
    expect((await answer(chat, 'list pods')).text).toMatch(/^Pod in prod \(demo\)/);
    expect((await answer(chat, 'logs of checkout')).text).toMatch(/^prod\/checkout-/);
    const nodes = await answer(chat, 'list nodes');
    expect(nodes.text).toContain('not among what you may read');
    expect((await answer(chat, 'cost by namespace')).text).toMatch(/not among what you may read/);
    const other = await bot.chat();
    const unknown = await answer(other, 'pods in staging');
    expect(JSON.stringify(unknown)).not.toMatch(/staging \(demo\)/);
  }, 150_000);
});
