import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SayOptions } from '../fakes/dingtalk/dingtalk.ts';
import { until } from './support/copilot.ts';
import { DEV, type DingScene, OPS, openDingScene } from './support/dingtalk.ts';

/** What goes wrong with DingTalk's connection, and what people notice of it. */
describe('DingTalk in trouble', () => {
  let scene: DingScene;

  beforeAll(async () => {
    scene = await openDingScene({ template: false, fake: { drainMs: 2_000 } });
  });
  afterAll(() => scene.close());

  /** A question that only its own answer names. */
  async function ask(id: string, how: Partial<SayOptions> = {}): Promise<void> {
    const { user = 'alice', ...rest } = how;
    await scene.fake.say({ user, text: `status ${id}`, ...rest });
    await scene.sees(how.conversation ?? user, id);
  }

  const healthy = async () => {
    const answer = await scene.bot.api('/../../healthz');
    const { chats = [] } = (await answer.json()) as { chats?: { platform: string; ok: boolean }[] };
    return chats.find(({ platform }) => platform === 'dingtalk')?.ok;
  };

  test('after a frame that is no JSON the next message is answered', async () => {
    scene.fake.push('<html>502 Bad Gateway</html>');
    scene.fake.push({ type: 'CALLBACK', headers: {}, data: '{' });
    await ask('T-F001');
  });

  test('told to go, it has a new socket before the old one ends', async () => {
    const { fake } = scene;
    const before = fake.events.length;
    fake.faults.dropSockets('disconnect');
    await fake.settled(() => fake.events.slice(before).filter((one) => one.startsWith('close')).length === 2, 20_000);
    const [first = ''] = fake.events.slice(before).filter((one) => !one.startsWith('quiet'));
    expect(first).toMatch(/^open/);
    await ask('T-F002');
    expect(fake.lost).toEqual([]);
  });

  // People and places that have not spoken before: an older way back may still be good.
  test.each([
    [true, 'carol', DEV],
    ['early', 'bob', OPS],
  ] as const)(
    'where the way back has expired (%s) the answer takes another one',
    async (webhookExpired, user, group) => {
      await ask('T-F003', { user, webhookExpired });
      await ask('T-F004', { user, conversation: group, webhookExpired });
      expect(scene.fake.messages(user).map(({ by }) => by)).toEqual(['direct']);
      expect(scene.fake.messages(group).map(({ by }) => by)).toEqual(['group']);
    },
  );

  test('a token that DingTalk no longer takes is replaced', async () => {
    scene.fake.faults.expireTokens();
    await ask('T-F007', { webhookExpired: 'early' });
  });

  test('while DingTalk refuses sends the answer waits, and comes', async () => {
    const { fake } = scene;
    fake.faults.fail('POST /v1.0/robot/oToMessages/batchSend', 'Forbidden.AccessDenied.QpsLimitForApi', 2);
    await ask('T-F008', { webhookExpired: 'early' });
  });

  test('refused for ten seconds it tries at most six times, says that it is away, and comes back', async () => {
    const { fake } = scene;
    fake.faults.refuseHandshake(true);
    const before = fake.gatewayOpens;
    const began = Date.now();
    fake.faults.dropSockets('reset');
    await until('its being away', 5_000, async () => (await healthy()) === false);
    await until('ten seconds', 11_000, () => Date.now() - began > 10_000);
    expect(fake.gatewayOpens - before).toBeGreaterThan(1);
    expect(fake.gatewayOpens - before).toBeLessThanOrEqual(6);
    fake.faults.refuseHandshake(false);
    await fake.settled(() => fake.sockets() > 0, 60_000);
    await until('its being back', 5_000, healthy);
    await ask('T-F009');
  });

  test('with wrong credentials it is unhealthy, and the console goes on', async () => {
    const { fake } = scene;
    fake.faults.refuseAuth(true);
    const before = fake.gatewayOpens;
    fake.faults.dropSockets('close');
    await until('its being away', 10_000, async () => (await healthy()) === false);
    expect((await scene.bot.api('/tasks')).status).toBe(200);
    expect(fake.gatewayOpens - before).toBeLessThanOrEqual(2);
    expect(scene.log()).not.toContain(fake.clientSecret);
  });

  test('none of it broke a limit', () => {
    expect([scene.fake.violations, scene.fake.bans]).toEqual([[], []]);
  });
});
