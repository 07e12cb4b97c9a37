import { describe, expect, test } from 'vitest';
import { acknowledging, scene } from './support.ts';

const OPS = 'cidOps000000000000==';
const content = (frame: { data: string } | undefined) => JSON.parse(frame?.data ?? '{}').text.content;

describe('the fake DingTalk, seen by the real SDK: messages', () => {
  test('a mention in a group arrives with the space that the mention leaves, and is acked', async () => {
    await using on = await scene();
    const client = on.client();
    const got = acknowledging(client);
    await client.connect();
    await on.fake.say({ user: 'alice', conversation: OPS, text: 'plan a cluster' });
    await on.fake.settled(() => on.fake.acks.length === 1);
    expect(content(got[0])).toBe(' plan a cluster');
    expect(JSON.parse(got[0]?.data ?? '')).toMatchObject({ conversationType: '2', senderStaffId: 'manager807' });
    expect(on.fake.unacked()).toEqual([]);
    expect(on.fake.violations).toEqual([]);
  });

  test('a person from outside has no staff id', async () => {
    await using on = await scene();
    const client = on.client();
    const got = acknowledging(client);
    await client.connect();
    await on.fake.say({ user: 'visitor', text: 'help' });
    await on.fake.settled(() => got.length === 1);
    const data = JSON.parse(got[0]?.data ?? '');
    expect(data.senderStaffId).toBeUndefined();
    expect(data.senderCorpId).not.toBe(on.fake.corpId);
  });

  test('a message without an ack comes again under another frame id, with an ack it does not', async () => {
    await using on = await scene({ redeliverMs: 50 });
    const client = on.client();
    const seen: string[] = [];
    client.registerCallbackListener('/v1.0/im/bot/messages/get', (frame) => {
      seen.push(`${frame.headers.messageId} ${JSON.parse(frame.data).msgId}`);
      if (seen.length === 3) client.socketCallBackResponse(frame.headers.messageId, {});
    });
    await client.connect();
    await on.fake.say({ user: 'alice', text: 'help' });
    await on.fake.settled(() => on.fake.acks.length === 1);
    expect(new Set(seen).size).toBe(3);
    expect(new Set(seen.map((one) => one.split(' ')[1])).size).toBe(1);
    expect(on.fake.unacked()).toEqual([]);
  });

  test('copies are one message, with frame ids of their own where asked for', async () => {
    await using on = await scene();
    const client = on.client();
    const got = acknowledging(client);
    await client.connect();
    await on.fake.say({ user: 'alice', text: 'same', copies: 3 });
    await on.fake.say({ user: 'alice', text: 'new', copies: 3, newIds: true });
    await on.fake.settled(() => got.length === 6);
    const ids = (text: string) =>
      new Set(got.filter((one) => content(one) === text).map((one) => one.headers.messageId));
    expect([ids('same').size, ids('new').size]).toEqual([1, 3]);
  });

  test('what is said while no socket is open is lost', async () => {
    await using on = await scene();
    const { msgId } = await on.fake.say({ user: 'alice', text: 'anybody there?' });
    expect(on.fake.lost).toEqual([msgId]);
    const client = on.client();
    const got = acknowledging(client);
    await client.connect();
    await on.fake.say({ user: 'alice', text: 'and now?' });
    await on.fake.settled(() => got.length === 1);
    expect(content(got[0])).toBe('and now?');
  });

  test('of two sockets each message goes to one', async () => {
    await using on = await scene();
    const [one, two] = [on.client(), on.client()];
    const [atOne, atTwo] = [acknowledging(one), acknowledging(two)];
    await Promise.all([one.connect(), two.connect()]);
    for (let i = 0; i < 40; i += 1) await on.fake.say({ user: 'alice', text: `message ${i}` });
    await on.fake.settled(() => on.fake.acks.length === 40);
    expect(atOne.length + atTwo.length).toBe(40);
    expect(Math.min(atOne.length, atTwo.length)).toBeGreaterThan(0);
  });

  test('an ack in no known form is a violation', async () => {
    await using on = await scene();
    const client = on.client();
    client.registerCallbackListener('/v1.0/im/bot/messages/get', (frame) =>
      client.send(frame.headers.messageId, 'no response in it'),
    );
    await client.connect();
    await on.fake.say({ user: 'alice', text: 'help' });
    await on.fake.settled(() => on.fake.violations.length === 1);
    expect(on.fake.violations[0]).toContain('an ack without a response');
  });
});

describe('the fake DingTalk, seen by the real SDK: sockets', () => {
  test('a ticket opens one socket only', async () => {
    await using on = await scene();
    const [one, two] = [on.client({ autoReconnect: false }), on.client({ autoReconnect: false })];
    await one.connect();
    Object.assign(two, { dw_url: Reflect.get(one, 'dw_url') });
    await expect(two._connect()).rejects.toThrow('401');
    expect(on.fake.violations).toEqual(['a socket without a fresh ticket']);
  });

  test.each(['close', 'reset'] as const)('%s ends a socket at once', async (how) => {
    await using on = await scene();
    const client = on.client({ autoReconnect: false });
    await client.connect();
    on.fake.faults.dropSockets(how);
    await on.fake.settled(() => on.fake.events.includes('close 1') && !client.connected);
    expect(on.fake.sockets()).toBe(0);
  });

  test('after SYSTEM disconnect nothing is handed over any more, and the socket ends later', async () => {
    await using on = await scene({ drainMs: 100 });
    const client = on.client({ autoReconnect: false });
    const got = acknowledging(client);
    await client.connect();
    on.fake.faults.dropSockets('disconnect');
    await on.fake.say({ user: 'alice', text: 'too late' });
    expect(on.fake.lost.length).toBe(1);
    expect(on.fake.sockets()).toBe(1);
    await on.fake.settled(() => on.fake.events.length === 3);
    expect(on.fake.events).toEqual(['open 1', 'quiet 1', 'close 1']);
    expect(got).toEqual([]);
  });

  test.each([
    ['silence', 0],
    ['zombie', 1],
  ] as const)('a socket in %s answers %i pings, and what it is given comes again elsewhere', async (how, pongs) => {
    await using on = await scene({ redeliverMs: 50 });
    const first = on.client({ autoReconnect: false });
    const nothing = acknowledging(first);
    await first.connect();
    on.fake.faults.dropSockets(how);
    await on.fake.say({ user: 'alice', text: 'hello?' });
    let answered = 0;
    const socket = Reflect.get(first, 'socket') as import('ws').WebSocket;
    socket.on('pong', () => {
      answered += 1;
    });
    socket.ping();
    const second = on.client({ autoReconnect: false });
    const got = acknowledging(second);
    await second.connect();
    await on.fake.settled(() => got.length === 1);
    await on.fake.settled(() => answered === pongs);
    expect(nothing).toEqual([]);
  });

  test('the server pings, and hears its own words back', async () => {
    await using on = await scene({ pingMs: 20 });
    const client = on.client();
    await client.connect();
    await on.fake.settled(() => on.fake.pings.answered >= 2);
    expect(on.fake.violations).toEqual([]);
  });
});
