import { afterEach, beforeEach, expect, test } from 'vitest';
import { client, dataFolder, type Running, run, until } from './support/copilot.ts';

/** The daily digest of the real bot: its alarm rings in a process of its own, which is killed around it. */

let data: Awaited<ReturnType<typeof dataFolder>>;
let copilot: Running;
const start = () => run(['start'], { DATA_DIR: data.path, CONSOLE_PORT: '0', TIMEZONE: 'UTC' });

beforeEach(async () => {
  data = await dataFolder();
  copilot = await start();
});
afterEach(async () => {
  await copilot.kill();
  await data.remove();
});

test('comes once at its time, though the bot is killed before and after it', async () => {
  const bot = client(() => copilot.url);
  const chat = await bot.chat();
  // At least half a minute away, so that there is time to be killed in.
  const at = new Date(Math.ceil((Date.now() + 30_000) / 60_000) * 60_000).toISOString().slice(11, 16);
  await chat.say(`digest at ${at}`);
  await until('the answer', 20_000, async () => (await chat.entries()).some(({ text }) => text.includes(at)));
  await copilot.kill();
  copilot = await start();
  const digests = async () => (await chat.entries()).filter(({ card }) => card?.id.startsWith('digest-'));
  await until('the digest', 120_000, async () => (await digests()).length > 0);
  expect(new Date().toISOString().slice(11, 16) >= at || at === '00:00').toBe(true);
  await copilot.kill();
  copilot = await start();
  await chat.say('digest');
  await until('the report', 20_000, async () =>
    (await chat.entries()).some(({ text }) => text.includes('Where things stand')),
  );
  expect(await digests()).toHaveLength(1);
  const list = (await (await bot.api('/channels')).json()) as { channels: { nextDigest: number }[] };
  expect(list.channels[0]?.nextDigest).toBeGreaterThan(Date.now() + 3600_000);
});
