import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { client, dataFolder, deploySeed, type Running, run, until } from './support/copilot.ts';

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
});
