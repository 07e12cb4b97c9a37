import { afterEach, describe, expect, test, vi } from 'vitest';
import { bench, connected } from './support.ts';

/** What DingTalk's own client gets wrong must not be felt through the adapter: the letters are those of the sdk-bugs test. */

const OPEN = 'POST /v1.0/gateway/connections/open';
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

afterEach(() => void vi.restoreAllMocks());

describe('the connection to DingTalk', () => {
  test('keeps two sockets open and says so', async () => {
    const { fake, chat } = await bench();
    await connected({ fake, chat });
    await fake.settled(() => chat.health().detail.includes('2 sockets'));
    expect(fake.violations).toEqual([]);
  });

  test('a: a refused handshake is tried again more and more slowly', async () => {
    const { fake, chat } = await bench({ before: (fake) => fake.faults.refuseHandshake(true) });
    const started = Date.now();
    expect(chat.health()).toMatchObject({ ok: false });
    expect(chat.health().detail).toContain('cannot be reached');
    // A tenth of the real times: one second stands for the ten of the requirement.
    await fake.settled(() => Date.now() - started > 1_000);
    expect(fake.gatewayOpens).toBeGreaterThan(1);
    expect(fake.gatewayOpens).toBeLessThanOrEqual(6);
    fake.faults.refuseHandshake(false);
    await connected({ fake, chat });
  });

  test('b: wrong credentials make it unhealthy, say how to mend it, and are tried again rarely', async () => {
    const { fake, chat } = await bench({ before: (fake) => fake.faults.refuseAuth(true) });
    expect(chat.health().ok).toBe(false);
    expect(chat.health().detail).toContain('DINGTALK_CLIENT_SECRET');
    await fake.settled(() => fake.gatewayOpens === 3);
    const opens = fake.calls.filter(({ api }) => api === OPEN).map(({ time }) => time);
    expect((opens[1] ?? 0) - (opens[0] ?? 0)).toBeGreaterThanOrEqual(290);
    expect((opens[2] ?? 0) - (opens[1] ?? 0)).toBeGreaterThanOrEqual(290);
    fake.faults.refuseAuth(false);
    await connected({ fake, chat });
  });

  test('c: told to leave, it opens a fresh socket before the old one is closed, and handles what the old one still brings', async () => {
    const { fake, chat, messages } = await bench({ fake: { drainMs: 5_000 } });
    await connected({ fake, chat });
    fake.faults.dropSockets('disconnect');
    await fake.settled(() => fake.events.includes('close 1') && fake.events.includes('close 2'));
    const at = (event: string) => fake.events.indexOf(event);
    expect(at('open 3')).toBeLessThan(Math.min(at('close 1'), at('close 2')));
    await fake.say({ user: 'alice', text: 'hello' });
    await fake.settled(() => messages.length === 1);
    expect(chat.health().ok).toBe(true);
    expect(fake.lost).toEqual([]);
  });

  test('c: an old socket that was told to leave is kept where no new one can be had', async () => {
    const { fake, chat } = await bench({ fake: { drainMs: 600 } });
    await connected({ fake, chat });
    const { since } = chat.health();
    fake.faults.refuseHandshake(true);
    fake.faults.dropSockets('disconnect');
    await fake.settled(() => fake.gatewayOpens > 3);
    expect(chat.health()).toMatchObject({ ok: true, since });
    await fake.settled(() => !chat.health().ok);
    fake.faults.refuseHandshake(false);
    await connected({ fake, chat });
  });

  test('d: stopped while it waits for the next attempt, it makes no more', async () => {
    const before = timers();
    const { fake, chat } = await bench({ before: (fake) => fake.faults.refuseHandshake(true) });
    await fake.settled(() => fake.gatewayOpens === 2);
    await chat.stop();
    const opens = fake.gatewayOpens;
    const stopped = Date.now();
    await fake.settled(() => Date.now() - stopped > 600);
    expect(fake.gatewayOpens).toBe(opens);
    expect(chat.health()).toMatchObject({ ok: false, detail: 'Stopped.' });
    // Of the fake's own: its pings.
    await fake.settled(() => timers() <= before + 2);
  });

  test('d: stopped while a socket is being opened, it does not stay open', async () => {
    const { fake, chat } = await bench();
    await connected({ fake, chat });
    fake.faults.slow(OPEN, 100);
    fake.faults.dropSockets('close');
    await fake.settled(() => fake.gatewayOpens === 3);
    await chat.stop();
    await fake.settled(() => fake.sockets() === 0);
    expect(fake.events.filter((event) => event.startsWith('open'))).toHaveLength(2);
  });

  test('e: twenty lost sockets later, no timer is left of them', async () => {
    const { fake, chat } = await bench({ adapter: { times: { steadyMs: 0, backoffMs: [10, 50], pingMs: 10_000 } } });
    await connected({ fake, chat });
    const before = timers();
    for (let round = 1; round <= 10; round++) {
      fake.faults.dropSockets(round % 2 === 0 ? 'close' : 'reset');
      await fake.settled(() => fake.events.filter((event) => event.startsWith('close')).length >= 2 * round);
      await connected({ fake, chat });
    }
    await fake.settled(() => timers() <= before);
  });

  test('f: what is no frame is told, and the next message is handled', async () => {
    const { fake, chat, messages, errors } = await bench({ adapter: { sockets: 1 } });
    await fake.settled(() => fake.sockets() === 1 && chat.health().ok);
    for (const frame of ['<xml/>', '', 'null', '{}', '{"type":"SYSTEM"}', '{"type":"CALLBACK","headers":{}}', '[1]'])
      fake.push(frame);
    await fake.say({ user: 'alice', text: 'still there?' });
    await fake.settled(() => messages.length === 1 && fake.unacked().length === 0);
    expect(errors.some((error) => error.startsWith('frame'))).toBe(true);
    expect(fake.sockets()).toBe(1);
    expect(fake.gatewayOpens).toBe(1);
  });

  test('g: what could not be stored gets no ack, comes again, and kills nothing', async () => {
    let failures = 2;
    const stored: string[] = [];
    const { fake, chat, errors } = await bench({
      intake: {
        message: async ({ deliveryId }) => {
          if (failures-- > 0) throw new Error('the disk is full');
          stored.push(deliveryId);
        },
      },
    });
    await connected({ fake, chat });
    const { msgId } = await fake.say({ user: 'alice', text: 'hello' });
    await fake.settled(() => errors.length > 0);
    expect(fake.unacked()).toHaveLength(1);
    await fake.settled(() => fake.unacked().length === 0);
    expect(stored).toEqual([msgId]);
    expect(fake.acks).toHaveLength(1);
  });

  test('h: each socket subscribes to the same three topics, however many there were', async () => {
    const { fake, chat } = await bench();
    await connected({ fake, chat });
    fake.faults.dropSockets('close');
    await fake.settled(() => fake.subscriptions.length >= 4);
    for (const topics of fake.subscriptions)
      expect(topics.map(({ topic }) => topic)).toEqual([
        '*',
        '/v1.0/im/bot/messages/get',
        '/v1.0/card/instances/callback',
      ]);
  });

  test('i: an address that never answers is given up in time', async () => {
    const { fake, chat } = await bench({ before: (fake) => fake.faults.deafEndpoint(true) });
    expect(chat.health().ok).toBe(false);
    fake.faults.deafEndpoint(false);
    await connected({ fake, chat });
  });

  test('i: the secret is in no log, no error and no address', async () => {
    const console_ = ['info', 'warn', 'error', 'log'] as const;
    const spies = console_.map((name) => vi.spyOn(console, name).mockImplementation(() => {}));
    const { fake, chat, errors, logged } = await bench({ before: (fake) => fake.faults.refuseHandshake(true) });
    fake.faults.refuseHandshake(false);
    await connected({ fake, chat });
    fake.faults.dropSockets('reset');
    fake.faults.refuseAuth(true);
    await fake.settled(() => errors.length > 2);
    const said = [
      ...errors,
      ...logged,
      chat.health().detail,
      ...spies.flatMap((spy) => spy.mock.calls.flat().map(String)),
    ];
    expect(said.length).toBeGreaterThan(3);
    expect(said.filter((text) => text.includes(fake.clientSecret) || text.includes('ticket='))).toEqual([]);
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
  });

  test.for(['close', 'reset', 'silence', 'disconnect', 'zombie'] as const)(
    'a socket that ends by "%s" is replaced, and messages arrive',
    async (how) => {
      const { fake, chat, messages } = await bench();
      await connected({ fake, chat });
      // Two pings of DingTalk's own tell the adapter how often they come.
      await fake.settled(() => Date.now() > chat.health().since + 150);
      fake.faults.dropSockets(how);
      await fake.settled(() => fake.events.includes('close 1') && fake.events.includes('close 2'));
      await connected({ fake, chat });
      await fake.say({ user: 'alice', text: 'hello' });
      await fake.settled(() => messages.length === 1 && fake.unacked().length === 0);
    },
  );

  test('a socket that is a zombie from its beginning is found out by what others have learned', async () => {
    const { fake, chat, messages } = await bench();
    await connected({ fake, chat });
    await fake.settled(() => Date.now() > chat.health().since + 150);
    fake.faults.dropSockets('close');
    await fake.settled(() => fake.events.includes('open 4'));
    fake.faults.dropSockets('zombie');
    await fake.settled(() => fake.events.includes('close 3') && fake.events.includes('close 4'));
    await connected({ fake, chat });
    await fake.say({ user: 'alice', text: 'hello' });
    await fake.settled(() => messages.length === 1);
  });

  test('where DingTalk sends no pings of its own, a socket that was quiet for long is replaced without a gap', async () => {
    const { fake, chat } = await bench({
      fake: { pingMs: 3_600_000 },
      adapter: { sockets: 1, times: { pingMs: 100, staleMs: 200, connectMs: 5_000, steadyMs: 0 } },
    });
    await fake.settled(() => fake.events.includes('close 1'));
    expect(fake.events.indexOf('open 2')).toBeLessThan(fake.events.indexOf('close 1'));
    expect(fake.events.indexOf('open 2')).toBeGreaterThan(-1);
    expect(chat.health().ok).toBe(true);
  });

  test('a server that closes every socket at once is not run down', async () => {
    const { fake, chat } = await bench({
      adapter: { sockets: 1, times: { steadyMs: 60_000, backoffMs: [100, 6_000] } },
    });
    const started = Date.now();
    await fake.settled(() => {
      if (fake.sockets() > 0) fake.faults.dropSockets('close');
      return Date.now() - started > 1_000;
    });
    expect(fake.gatewayOpens).toBeLessThanOrEqual(8);
    expect(chat.platform).toBe('dingtalk');
  });
});
