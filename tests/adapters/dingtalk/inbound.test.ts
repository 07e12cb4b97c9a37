import { describe, expect, test } from 'vitest';
import { bench, connected, OPS } from './support.ts';

describe('what people say to the bot', () => {
  test('a direct talk is named by the person, and what was said carries who said it', async () => {
    const { fake, messages } = await connectedBench();
    const { msgId } = await fake.say({ user: 'alice', text: ' plan a cluster ' });
    await fake.settled(() => messages.length === 1);
    expect(messages[0]).toEqual({
      type: 'message',
      deliveryId: msgId,
      conversation: { platform: 'dingtalk', tenant: fake.corpId, id: 'manager807', kind: 'dm' },
      sender: { platform: 'dingtalk', tenant: fake.corpId, id: 'manager807', name: '爱丽丝' },
      text: 'plan a cluster',
      addressed: 'direct',
    });
  });

  test('in a group each person has a talk of his own, and the space that the mention leaves is cut', async () => {
    const { fake, messages } = await connectedBench();
    await fake.say({ user: 'alice', conversation: OPS, text: 'status' });
    await fake.say({ user: 'bob', conversation: OPS, text: 'status' });
    await fake.settled(() => messages.length === 2);
    expect(messages.map(({ text }) => text)).toEqual(['status', 'status']);
    expect(messages.map(({ conversation }) => conversation).sort(byThread)).toEqual([
      { platform: 'dingtalk', tenant: fake.corpId, id: OPS, kind: 'group', threadId: 'bob0412' },
      { platform: 'dingtalk', tenant: fake.corpId, id: OPS, kind: 'group', threadId: 'manager807' },
    ]);
    expect(messages[0]?.addressed).toBe('mention');
  });

  test('a person whom DingTalk gives no staff id is from outside', async () => {
    const { fake, chat, messages } = await connectedBench();
    await fake.say({ user: 'visitor', conversation: OPS, text: 'help' });
    await fake.settled(() => messages.length === 1);
    const [message] = messages;
    expect(message?.sender).toMatchObject({ tenant: 'outside-ding0other0corp', id: '$:LWCP_v1:$visitor' });
    expect(message?.conversation.tenant).toBe(fake.corpId);
    expect(message && (await chat.person?.(message.sender))).toMatchObject({ outside: true });
  });

  test('a dictated message is what was understood, and of rich text the words are taken', async () => {
    const { fake, messages } = await connectedBench();
    await fake.say({ user: 'alice', text: '扩容到三个副本', msgtype: 'audio' });
    await fake.settled(() => messages.length === 1);
    await fake.say({ user: 'alice', text: 'diagnose web', msgtype: 'richText' });
    await fake.settled(() => messages.length === 2);
    expect(messages.map(({ text }) => text)).toEqual(['扩容到三个副本', 'diagnose web']);
  });

  test.for(['picture', 'file', 'video', 'unknownMsgType'] as const)(
    'of a %s it says once that it understands words only, however often it comes',
    async (msgtype) => {
      const { fake, messages } = await connectedBench();
      await fake.say({ user: 'alice', text: 'x', msgtype, copies: 3, newIds: true });
      await fake.settled(() => fake.messages('alice').length === 1 && fake.acks.length === 3);
      expect(fake.messages('alice')[0]?.text).toContain('words only');
      expect(messages).toEqual([]);
      expect(fake.violations).toEqual([]);
    },
  );

  test('an empty mention asks for help', async () => {
    const { fake, messages } = await connectedBench();
    await fake.say({ user: 'alice', conversation: OPS, text: '' });
    await fake.settled(() => messages.length === 1);
    expect(messages[0]?.text).toBe('help');
  });

  test.for([
    ['/help', '/k8s help'],
    ['／帮助', '/k8s 帮助'],
    ['/status T-7K3F', '/k8s status T-7K3F'],
    ['/k8s plan', '/k8s plan'],
  ])('a slash before a word is a command: %s', async ([said = '', text]) => {
    const { fake, messages } = await connectedBench();
    await fake.say({ user: 'alice', text: said });
    await fake.settled(() => messages.length === 1);
    expect(messages[0]).toMatchObject({ text, addressed: 'command' });
  });

  test.for(['/var/log is full', '1/2', 'a /help'])('another slash is none: %s', async (text) => {
    const { fake, messages } = await connectedBench();
    await fake.say({ user: 'alice', text });
    await fake.settled(() => messages.length === 1);
    expect(messages[0]?.text).toBe(text);
  });

  test('copies in frames of their own have one delivery id', async () => {
    const { fake, messages } = await connectedBench();
    const { msgId } = await fake.say({ user: 'alice', text: 'hello', copies: 11, newIds: true });
    await fake.settled(() => messages.length === 11);
    expect(new Set(messages.map(({ deliveryId }) => deliveryId))).toEqual(new Set([msgId]));
  });

  test('it is acked as soon as it is stored, and not before', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stored: string[] = [];
    const { fake } = await connectedBench({
      message: async ({ text }) => {
        stored.push(text);
        if (text === 'slow') await promise;
      },
    });
    await fake.say({ user: 'alice', text: 'slow' });
    await fake.settled(() => stored.includes('slow'));
    await fake.say({ user: 'bob', text: 'quick' });
    await fake.settled(() => fake.acks.length === 1);
    expect(fake.unacked()).toHaveLength(1);
    resolve();
    await fake.settled(() => fake.unacked().length === 0);
    expect(fake.violations).toEqual([]);
  });

  test('a message that nobody can read is acked and told: it would not get better', async () => {
    const { fake, errors, messages } = await connectedBench();
    const headers = { topic: '/v1.0/im/bot/messages/get', messageId: 'm1', contentType: 'application/json' };
    for (const data of ['{}', 'no json', '{"msgId":1}'])
      fake.push({ specVersion: '1.0', type: 'CALLBACK', headers, data });
    await fake.settled(
      () => errors.filter((error) => error.includes('Unreadable') || error.includes('cannot be read')).length === 3,
    );
    await fake.say({ user: 'alice', text: 'hello' });
    await fake.settled(() => messages.length === 1);
  });

  test('events are acked and change nothing', async () => {
    const { fake, messages, errors } = await connectedBench();
    fake.event('chat_update_title', { chatId: 'x' });
    await fake.say({ user: 'alice', text: 'hello' });
    await fake.settled(() => messages.length === 1);
    expect(errors).toEqual([]);
    expect(fake.violations).toEqual([]);
  });
});

async function connectedBench(intake: NonNullable<Parameters<typeof bench>[0]>['intake'] = {}) {
  const made = await bench({ intake, fake: { redeliverMs: 60_000 } });
  await connected(made);
  return made;
}

type WithThread = { threadId?: string | undefined };
const byThread = (a: WithThread, b: WithThread) => (a.threadId ?? '').localeCompare(b.threadId ?? '');
