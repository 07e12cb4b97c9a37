import { describe, expect, test } from 'vitest';
import type { ConversationRef, UserRef } from '../../../src/chat/types.ts';
import { against, rig } from './rig.ts';

const alice = { user: 'U0ALICE', channel: 'C0OPS' };

describe('what people say to the bot in Slack', () => {
  test('a mention at the top of a channel begins a thread of its own', async () => {
    const { slack, messages, place } = await rig();
    const { ts } = await slack.mention({ ...alice, text: 'plan a cluster' });
    await slack.settled(() => messages.length > 0 && slack.unacked().length === 0);
    expect(messages).toEqual([
      {
        type: 'message',
        deliveryId: `C0OPS:${ts}`,
        conversation: place('C0OPS', ts),
        sender: { platform: 'slack', tenant: slack.team, id: 'U0ALICE', name: undefined },
        text: 'plan a cluster',
        addressed: 'mention',
        saidAt: Number(ts) * 1000,
      },
    ]);
    expect(slack.violations).toEqual([]);
  });

  test('a mention in a thread belongs to that thread', async () => {
    const { slack, messages, place } = await rig();
    const { ts } = await slack.say({ ...alice, text: 'checkout is slow' });
    await slack.mention({ ...alice, text: 'diagnose checkout', threadTs: ts });
    await slack.settled(() => messages.length > 0 && slack.unacked().length === 0);
    expect(messages.map(({ conversation, addressed }) => ({ conversation, addressed }))).toEqual([
      { conversation: place('C0OPS', ts), addressed: 'mention' },
    ]);
  });

  test('eleven copies of a mention, with ids of their own and beside its message event, have one key', async () => {
    const { slack, told } = await rig();
    const { ts } = await slack.mention({ ...alice, text: 'status', copies: 11, newIds: true });
    await slack.settled(() => slack.acks.length === 22);
    expect([...told]).toEqual([[`C0OPS:${ts}`, 22]]);
  });

  test.each(['at the top of a channel', 'in a thread'])(
    'a mention %s of which one event is lost is heard by the other',
    async (where) => {
      const { slack, messages, place } = await rig();
      const event = (type: 'app_mention' | 'message', ts: string) => ({
        type,
        channel: 'C0OPS',
        channel_type: 'channel',
        user: 'U0ALICE',
        text: `<@${slack.botUser}> status`,
        ts,
        ...(where === 'in a thread' && { thread_ts: '1.000001' }),
      });
      await slack.event(event('message', '2.000001'));
      await slack.event(event('app_mention', '2.000002'));
      await slack.settled(() => messages.length === 2);
      const heard = (ts: string) => ({
        deliveryId: `C0OPS:${ts}`,
        conversation: place('C0OPS', where === 'in a thread' ? '1.000001' : ts),
        text: 'status',
        addressed: 'mention',
      });
      const inOrder = messages.toSorted((a, b) => a.deliveryId.localeCompare(b.deliveryId));
      expect(inOrder).toMatchObject([heard('2.000001'), heard('2.000002')]);
    },
  );

  test('the first direct message is heard, which comes without a thread', async () => {
    const { slack, messages, place } = await rig();
    const channel = slack.dm('U0BOB');
    await slack.say({ user: 'U0BOB', channel, text: 'help' });
    await slack.settled(() => messages.length > 0);
    expect(messages[0]).toMatchObject({ conversation: place(channel), addressed: 'direct', text: 'help' });
    expect(messages[0]?.conversation.kind).toBe('dm');
  });

  test('a direct message in a thread belongs to that thread', async () => {
    const { slack, messages, place } = await rig();
    const channel = slack.dm('U0BOB');
    const { ts } = await slack.say({ user: 'U0BOB', channel, text: 'plan' });
    await slack.say({ user: 'U0BOB', channel, text: 'a small one', threadTs: ts });
    await slack.settled(() => messages.length === 2);
    expect(messages.map(({ conversation }) => conversation)).toContainEqual(place(channel, ts));
  });

  test('an answer in a thread that does not name the bot is heard as said in the thread', async () => {
    const { slack, messages, place } = await rig();
    const { ts } = await slack.mention({ ...alice, text: 'plan a cluster' });
    await slack.say({ user: 'U0BOB', channel: 'C0OPS', text: 'three nodes', threadTs: ts });
    await slack.settled(() => messages.length === 2);
    expect(messages.find(({ text }) => text === 'three nodes')).toMatchObject({
      conversation: place('C0OPS', ts),
      addressed: 'thread',
    });
  });

  test('talk among people, other bots, edits and deletions are none of its business', async () => {
    const { slack, messages } = await rig();
    const { ts } = await slack.say({ ...alice, text: 'lunch?' });
    await slack.edit({ ...alice, ts, text: 'lunch now?' });
    await slack.remove({ ...alice, ts });
    const { ts: thread } = await slack.mention({ ...alice, text: 'help' });
    await slack.say({ user: 'U0OTHERBOT', channel: 'C0OPS', text: 'FIRING', threadTs: thread });
    await slack.settled(() => messages.length > 0 && slack.unacked().length === 0);
    expect(messages.map(({ text }) => text)).toEqual(['help']);
  });

  test('its own messages are none either', async () => {
    const { slack, messages, deliver, place } = await rig();
    await slack.mention({ ...alice, text: 'help' });
    await slack.settled(() => messages.length === 1);
    const [asked] = messages;
    await deliver({
      key: 'r-1',
      conversation: asked?.conversation ?? place('C0OPS'),
      message: { text: 'I can plan', language: 'en' },
    });
    await slack.settled(() => slack.unacked().length === 0);
    expect(messages).toHaveLength(1);
  });

  test('Slack’s markup becomes the words that were typed', async () => {
    const { slack, messages } = await rig();
    const text =
      'why is <https://shop.example.com|shop.example.com> slow for <@U0BOB> in <#C0DEV|dev> &amp; &lt;prod&gt; ?';
    await slack.mention({ ...alice, text: `<@${slack.botUser}> ${text}` });
    await slack.settled(() => messages.length > 0);
    expect(messages[0]?.text).toBe('why is shop.example.com slow for @U0BOB in #dev & <prod> ?');
  });

  test('the name of somebody who was heard before is known, and nobody waits for it', async () => {
    const { slack, messages } = await rig();
    await slack.mention({ ...alice, text: 'one' });
    await slack.settled(() => messages.length === 1 && slack.calls.some(({ method }) => method === 'users.info'));
    await slack.settled(async () => {
      await slack.mention({ ...alice, text: 'again' });
      return messages.some(({ sender }) => sender.name === 'alice');
    });
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(1);
  });
});

describe('commands and shortcuts in Slack', () => {
  test('a slash command is a message in its channel, which the core shows to the team', async () => {
    const { slack, messages, place } = await rig();
    const { ack } = await slack.slash({ ...alice, text: 'status' });
    expect(ack).toEqual({});
    expect(messages).toMatchObject([{ text: '/k8s status', conversation: place('C0OPS'), addressed: 'command' }]);
    expect(messages[0]?.deliveryId).toMatch(/^slash:/);
  });

  test('a bare command in a direct conversation is one as well', async () => {
    const { slack, messages } = await rig();
    await slack.slash({ user: 'U0BOB', channel: slack.dm('U0BOB'), text: '' });
    expect(messages).toMatchObject([{ text: '/k8s', conversation: { kind: 'dm' } }]);
  });

  test('a command that cannot be stored is not acknowledged: the person sees that it failed', async () => {
    const { slack, errors } = await rig({
      intake: {
        message: async () => {
          throw new Error('disk full');
        },
      },
    });
    const { ack } = await slack.slash({ ...alice, text: 'status' });
    expect(ack).toBeUndefined();
    expect(errors.map(({ error }) => String(error))).toContainEqual(expect.stringContaining('disk full'));
  });

  test('a monitoring bot’s message is diagnosed in its thread, quoted as it stands', async () => {
    const { slack, messages, place } = await rig();
    const { ts } = await slack.say({
      user: 'U0OTHERBOT',
      channel: 'C0OPS',
      text: '',
      attachments: [{ title: '[FIRING:1] KubePodCrashLooping', text: 'prod/checkout restarts', fallback: 'FIRING' }],
    });
    const { outcome } = await slack.shortcut({ ...alice, ts, callbackId: 'diagnose_message' });
    expect(await outcome).toEqual({});
    expect(messages).toMatchObject([
      {
        text: 'diagnose: [FIRING:1] KubePodCrashLooping\nprod/checkout restarts',
        conversation: place('C0OPS', ts),
        addressed: 'command',
      },
    ]);
  });
});

describe('what Slack tells of', () => {
  test('the bot’s own coming into a channel is told to the core before Slack’s event is acknowledged', async () => {
    const joined: { place: ConversationRef; by: UserRef | undefined }[] = [];
    const { slack, place } = await rig({ intake: { joined: async (at, by) => void joined.push({ place: at, by }) } });
    await slack.join('C0AWAY', 'U0ALICE');
    await slack.settled(() => joined.length > 0);
    expect(joined).toMatchObject([{ place: place('C0AWAY'), by: { id: 'U0ALICE' } }]);
  });

  test('whoever opens the Messages tab is greeted there', async () => {
    const joined: ConversationRef[] = [];
    const { slack, place } = await rig({ intake: { joined: async (at) => void joined.push(at) } });
    await slack.openHome('U0BOB', 'messages');
    await slack.settled(() => joined.length > 0);
    expect(joined).toEqual([place(slack.dm('U0BOB'))]);
  });

  test('an event is acknowledged only once it is stored, and comes again until it is', async () => {
    const tried: string[] = [];
    const { slack } = await rig({
      intake: {
        message: async ({ deliveryId }) => {
          expect(slack.acks).toEqual([]);
          tried.push(deliveryId);
          if (tried.length < 3) throw new Error('disk full');
        },
      },
    });
    const channel = slack.dm('U0BOB');
    const { ts } = await slack.say({ user: 'U0BOB', channel, text: 'help' });
    await slack.settled(() => slack.acks.length > 0);
    expect(tried).toEqual(Array.from({ length: 3 }, () => `${channel}:${ts}`));
    expect(slack.acks).toHaveLength(1);
  });

  test('the sign that it was heard comes at once, the other with the first answer, and neither again', async () => {
    const { slack, messages, told, deliver, place } = await rig();
    const { ts } = await slack.mention({ ...alice, text: 'help' });
    const reactions = () => [
      ...(slack
        .messages('C0OPS')
        .find((message) => message.ts === ts)
        ?.reactions.keys() ?? []),
    ];
    await slack.settled(() => messages.length > 0 && reactions().length === 1);
    expect(reactions()).toEqual(['eyes']);
    await deliver({ key: 'r-1', conversation: place('C0OPS', ts), message: { text: 'I can plan', language: 'en' } });
    await slack.settled(() => reactions().length === 2);
    expect(reactions()).toEqual(['eyes', 'white_check_mark']);
    const [message] = slack.messages('C0OPS');
    await slack.event({ type: 'app_mention', channel: 'C0OPS', user: 'U0ALICE', text: message?.text, ts });
    await slack.settled(() => told.get(`C0OPS:${ts}`) === 3 && slack.unacked().length === 0);
    expect(slack.calls.filter(({ method }) => method === 'reactions.add')).toHaveLength(2);
  });

  test('a bot that is started anew does not give more signs a minute than Slack allows', async () => {
    const { slack, adapter, told } = await rig();
    const say = async (n: number) => void (await slack.mention({ ...alice, text: `status ${n}` }));
    for (let n = 0; n < 12; n++) await say(n);
    await slack.settled(() => told.size === 12 && slack.unacked().length === 0);
    await adapter.stop();
    const next = await against(slack);
    for (let n = 0; n < 12; n++) await say(n);
    await slack.settled(() => next.told.size === 12 && slack.unacked().length === 0);
    expect(slack.calls.some(({ method }) => method === 'reactions.add')).toBe(true);
    expect(slack.violations).toEqual([]);
  });

  test('payloads without the shape they should have are told of and change nothing', async () => {
    const { slack, messages, errors } = await rig();
    slack.push('no JSON at all');
    slack.push('null');
    slack.push({ type: 'events_api', envelope_id: 'E1' });
    slack.push({ type: 'events_api', envelope_id: 'E2', payload: { event: { type: 'message', channel: 7 } } });
    slack.push({ type: 'interactive', envelope_id: 'E3', payload: { type: 'block_actions', actions: [] } });
    await slack.mention({ ...alice, text: 'still there?' });
    await slack.settled(() => messages.length > 0 && errors.length >= 3);
    expect(messages.map(({ text }) => text)).toEqual(['still there?']);
  });
});
