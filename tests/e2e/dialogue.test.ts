import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Card } from '../../src/chat/types.ts';
import { type Chat, client, dataFolder, type Running, run, SEED, until } from './support/copilot.ts';

let folder: Awaited<ReturnType<typeof dataFolder>>;
let running: Running;
const bot = client(() => running.url);
const start = () => run(['start'], { DATA_DIR: folder.path, CONSOLE_PORT: '0', SANDBOX_SPEED: '300' });

beforeAll(async () => {
  folder = await dataFolder();
  running = await start();
});
afterAll(async () => {
  await running.stop();
  await folder.remove();
});

const fieldsOf = (card: Card) =>
  Object.fromEntries(
    card.blocks.flatMap((block) =>
      block.type === 'fields' ? block.items.map(({ label, value }) => [label, value]) : [],
    ),
  );
const said = (chat: Chat, pattern: RegExp) =>
  until(`${pattern} to be said`, 15_000, async () =>
    (await chat.entries()).some(({ from, text }) => from === 'bot' && pattern.test(text)),
  );

describe('a dialogue', () => {
  test('asks one thing at a time, takes corrections at any turn, and goes on after a restart in the middle', async () => {
    const chat = await bot.chat();
    await chat.say('I need a cluster');
    await chat.waitForButton('choice:region:');
    await chat.say('Beijing');
    const purpose = await chat.waitForButton('choice:purpose:prod');
    expect(await chat.click(purpose.card, purpose.button.id)).toBe(200);
    await chat.waitForButton('choice:budget:');
    await running.kill();
    running = await start();
    await chat.say('换成杭州, 5 nodes');
    await until('the correction', 15_000, async () =>
      Object.values(fieldsOf((await chat.waitForButton('choice:budget:')).card)).includes('5'),
    );
    await chat.say('用默认');
    const options = await chat.waitForButton('ask:recommended');
    expect(JSON.stringify(options.card)).toMatch(/5 × ecs\./);
  });

  test('a plan can be changed, and is rejected without an effect', async () => {
    const chat = await bot.chat();
    await chat.say(SEED);
    const offer = await chat.waitForButton('ask:recommended');
    await chat.click(offer.card, offer.button.id);
    const plan = await chat.waitForButton('approve:');
    expect(await chat.click(plan.card, plan.button.id.replace('approve', 'change'))).toBe(200);
    await said(chat, /改/);
    await chat.say('6 个节点');
    const again = await chat.waitForButton('ask:recommended');
    expect(JSON.stringify(again.card)).toMatch(/6 × ecs\./);
    await chat.click(again.card, again.button.id);
    const second = await chat.waitForButton('approve:');
    expect(second.card.id).not.toBe(plan.card.id);
    await chat.say(`拒绝 ${second.button.id.slice('approve:'.length)}`);
    await said(chat, /已拒绝/);
    expect(await chat.click(second.card, second.button.id)).toBe(409);
    expect(await bot.tasks()).toEqual([]);
  });

  test('everything can be stopped with two words, and goes on with two others', async () => {
    const chat = await bot.chat();
    await chat.say('I need a production HA ACK cluster in Hangzhou, medium budget, for a Node.js shop');
    const offer = await chat.waitForButton('ask:recommended');
    await chat.click(offer.card, offer.button.id);
    const plan = await chat.waitForButton('approve:');
    await chat.say('stop everything');
    await said(chat, /All changes are stopped/);
    await chat.click(plan.card, plan.button.id);
    const task = await until('the task to wait', 15_000, async () =>
      (await bot.tasks()).find(({ state }) => state === 'waiting'),
    );
    expect(task.steps.every(({ state }) => state === 'pending')).toBe(true);
    await chat.say('resume changes');
    await until('the task to go on', 15_000, async () => (await bot.task(task.id)).steps[0]?.state === 'verified');
    await chat.say(`cancel ${task.id}`);
    await until('the task to be cancelled', 30_000, async () => (await bot.task(task.id)).state === 'cancelled');
  });

  test('an impossible wish is refused with the reason and what is nearest', async () => {
    const chat = await bot.chat();
    await chat.say('Flannel cluster with dual stack in Hangzhou for production, Node.js, medium budget');
    const nearest = await chat.waitForButton('command:take-nearest');
    expect(JSON.stringify(nearest.card)).toMatch(/no dual stack/);
    await chat.click(nearest.card, nearest.button.id);
    await chat.waitForButton('ask:recommended');
  });
});
