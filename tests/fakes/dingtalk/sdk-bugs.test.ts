import { DWClient } from 'dingtalk-stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { acknowledging, scene } from './support.ts';

/**
 * What dingtalk-stream 2.1.5 does wrong, each against the fake. These tests say why the adapter owns its connection; where a
 * new release makes one of them fail, that is good news. One more stands only in its source, with addresses that cannot be
 * changed: no timeouts, and tokens asked for each time with the secret in the address (i).
 */
const TOPIC = '/v1.0/im/bot/messages/get';

beforeEach(() => {
  for (const loud of ['info', 'warn', 'error'] as const) vi.spyOn(console, loud).mockImplementation(() => undefined);
});

afterEach(() => vi.restoreAllMocks());

describe('dingtalk-stream 2.1.5', () => {
  test('a: where the handshake is refused it reconnects in a storm, twice as many each time', async () => {
    await using on = await scene();
    on.fake.faults.refuseHandshake(true);
    const client = on.client();
    Object.assign(client, { reconnectInterval: 50 });
    void client.connect();
    // At once, then after one, two, three and four pauses: 1 + 2 + 4 + 8 + 16. One try for each would be five.
    await on.fake.settled(() => on.fake.gatewayOpens >= 31, 5_000);
    expect(on.fake.gatewayOpens).toBeGreaterThanOrEqual(31);
    on.fake.faults.refuseAuth(true);
  });

  test('b: with wrong credentials connect() resolves as if all were well, and tries for ever', async () => {
    await using on = await scene();
    on.fake.faults.refuseAuth(true);
    const client = on.client();
    Object.assign(client, { reconnectInterval: 20 });
    await expect(client.connect()).resolves.toBeUndefined();
    expect(client.connected).toBe(false);
    await on.fake.settled(() => on.fake.gatewayOpens >= 4);
  });

  test('c: after SYSTEM disconnect it keeps the socket and opens none until the server closes', async () => {
    await using on = await scene({ drainMs: 300 });
    const client = on.client();
    Object.assign(client, { reconnectInterval: 10 });
    await client.connect();
    on.fake.faults.dropSockets('disconnect');
    await on.fake.settled(() => !client.connected);
    const before = on.fake.gatewayOpens;
    await on.fake.say({ user: 'alice', text: 'in the gap' });
    expect(on.fake.lost.length).toBe(1);
    await on.fake.settled(() => on.fake.events.includes('open 2'));
    expect(before).toBe(1);
    expect(on.fake.events).toEqual(['open 1', 'quiet 1', 'close 1', 'open 2']);
  });

  test('d: disconnect() while it waits to reconnect does not stop it', async () => {
    await using on = await scene();
    const client = on.client();
    Object.assign(client, { reconnectInterval: 30 });
    await client.connect();
    on.fake.faults.dropSockets('close');
    await on.fake.settled(() => client.reconnecting);
    client.disconnect();
    await on.fake.settled(() => on.fake.sockets() === 1 && client.connected);
    expect(on.fake.events).toEqual(['open 1', 'close 1', 'open 2']);
  });

  test('e: with keepAlive each reconnect leaks a timer', async () => {
    await using on = await scene();
    const cleared = vi.spyOn(globalThis, 'clearInterval');
    const set = vi.spyOn(globalThis, 'setInterval');
    const client = on.client({ keepAlive: true });
    Object.assign(client, { reconnectInterval: 10, heartbeat_interval: 60_000 });
    await client.connect();
    for (const opened of [2, 3]) {
      on.fake.faults.dropSockets('close');
      await on.fake.settled(() => on.fake.events.includes(`open ${opened}`) && client.connected);
    }
    client.disconnect();
    const timers = set.mock.results.filter((_, i) => set.mock.calls[i]?.[1] === 60_000).map((one) => one.value);
    const stopped = timers.filter((timer) => cleared.mock.calls.some(([one]) => one === timer));
    expect([timers.length, stopped.length]).toEqual([3, 1]);
    for (const timer of timers) clearInterval(timer);
  });

  test('f: a frame that is no JSON is an uncaught exception; who survives it has a zombie', async () => {
    await using on = await scene({ pingMs: 20 });
    const client = on.client();
    acknowledging(client);
    await client.connect();
    await on.fake.settled(() => on.fake.pings.answered > 0);
    const thrown = caught('uncaughtException');
    on.fake.push('<html>502 Bad Gateway</html>');
    expect(await thrown).toBeInstanceOf(SyntaxError);
    const { answered, sent } = on.fake.pings;
    await on.fake.say({ user: 'alice', text: 'help' });
    await on.fake.settled(() => on.fake.pings.sent > sent + 3);
    expect([client.connected, on.fake.pings.answered - answered, on.fake.unacked().length]).toEqual([true, 0, 1]);
  });

  test('g: a listener that throws is an unhandled rejection, and there is no ack', async () => {
    await using on = await scene();
    const client = on.client();
    const rejected = caught('unhandledRejection');
    client.registerCallbackListener(TOPIC, async () => {
      throw new Error('the store is away');
    });
    await client.connect();
    await on.fake.say({ user: 'alice', text: 'help' });
    expect(await rejected).toMatchObject({ message: 'the store is away' });
    expect(on.fake.unacked().length).toBe(1);
  });

  test('h: the default subscriptions are shared by all clients', () => {
    const options = { clientId: 'a', clientSecret: 'b' };
    new DWClient(options).registerCallbackListener(TOPIC, () => undefined);
    const other = new DWClient(options);
    expect(other.config.subscriptions.some((one) => one.topic === TOPIC)).toBe(true);
  });
});

/** What would have ended the process. */
function caught(event: 'uncaughtException' | 'unhandledRejection'): Promise<unknown> {
  const others = process.listeners(event as 'uncaughtException');
  process.removeAllListeners(event);
  return new Promise((done) => {
    process.once(event as 'uncaughtException', (cause: unknown) => {
      for (const other of others) process.on(event as 'uncaughtException', other);
      done(cause);
    });
  });
}
