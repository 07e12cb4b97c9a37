import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { client, dataFolder, deploySeed, type Running, run, SEED, until } from './support/copilot.ts';

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

describe('from one sentence to a running cluster', () => {
  test('the seed case is planned, approved, built and checked by chat', async () => {
    const chat = await bot.chat();
    const id = await deploySeed(bot, chat);
    const task = await until('the task to end', 90_000, async () => {
      const now = await bot.task(id);
      return ['succeeded', 'failed'].includes(now.state) && now;
    });
    expect(
      task.steps.map(({ id: step, state, detail }) => `${step} ${state} ${state === 'verified' ? '' : detail}`.trim()),
    ).toEqual(task.steps.map(({ id: step }) => `${step} verified`));
    expect(task.state).toBe('succeeded');
    await chat.say(`status ${id}`);
    await until('the status', 5000, async () => (await chat.entries()).at(-1)?.text.includes(id));
  });

  test('it goes on where it was after a restart', async () => {
    const before = await bot.tasks();
    expect(await running.stop()).toBe(0);
    running = await start();
    expect((await bot.tasks()).map(({ id, state }) => [id, state])).toEqual(before.map(({ id, state }) => [id, state]));
  });

  test('a message delivered eleven times is one message, and a thousand clicks are one approval', async () => {
    const chat = await bot.chat();
    await Promise.all(Array.from({ length: 11 }, () => chat.say(`${SEED}，集群名 shop-twice`, 'same-message')));
    const offer = await chat.waitForButton('ask:recommended');
    expect((await chat.entries()).filter(({ from }) => from === 'user')).toHaveLength(1);
    expect(await chat.click(offer.card, 'ask:nothing')).toBe(400);
    expect(await chat.click(offer.card, offer.button.id)).toBe(200);
    const plan = await chat.waitForButton('approve:');
    const before = (await bot.tasks()).length;
    const told = await Promise.all(Array.from({ length: 1000 }, () => chat.click(plan.card, plan.button.id)));
    expect(told.filter((status) => status === 200)).toHaveLength(1);
    expect(told.filter((status) => status === 409)).toHaveLength(999);
    expect(await chat.click(offer.card, offer.button.id)).toBe(409);
    expect(await bot.tasks()).toHaveLength(before + 1);
  });
});
