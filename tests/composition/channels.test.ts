import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditSpec, openAudit } from '../../src/audit/audit.ts';
import { seenSpec } from '../../src/channels/outages.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { createOutbox, outboxSpec } from '../../src/chat/outbox.ts';
import type { ChatPort, ConversationRef, Health } from '../../src/chat/types.ts';
import { type ChannelRoom, createChannelRoom } from '../../src/composition/channels.ts';
import type { Ground } from '../../src/composition/ground.ts';
import { readConfig } from '../../src/config.ts';
import { conversationSpec, inboxSpec } from '../../src/conversations/records.ts';
import { policy } from '../channels/room.ts';
import { temporaryStore } from '../support/store.ts';

/** The room of channels over the real store, as the composition root makes it; the alarm clock only remembers. */

const ANN = { platform: 'slack', tenant: 'T1', id: 'U1' } as const;
const D1: ConversationRef = { platform: 'slack', tenant: 'T1', id: 'D1', kind: 'dm' };
let store: Awaited<ReturnType<typeof temporaryStore>>;
let alarms: Map<string, number>;
let health: Health;
let errors: unknown[];
let room: ChannelRoom;
let outbox: ReturnType<typeof createOutbox>;

beforeEach(async () => {
  store = await temporaryStore();
  alarms = new Map();
  errors = [];
  health = { ok: true, detail: 'connected', since: Date.now() };
  const onError = (error: unknown) => void errors.push(error);
  const slack: ChatPort = {
    platform: 'slack',
    minUpdateMs: 0,
    start: async () => undefined,
    deliver: async ({ conversation, key }) => ({ conversation, messageId: key }),
    health: () => health,
    stop: async () => undefined,
  };
  outbox = createOutbox({ rows: store.collection(outboxSpec), port: () => slack, clock: Date.now, onError });
  const ground = {
    config: readConfig({ TIMEZONE: 'UTC' }, 'no-such-file'),
    clock: Date.now,
    store,
    translate: loadMessages('templates/messages'),
    policy,
    audit: openAudit({ collection: store.collection(auditSpec), clock: Date.now }),
    alarms: {
      set: async (name: string, key: string, at: number) => void alarms.set(`${name} ${key}`, at),
      clear: async (name: string, key: string) => void alarms.delete(`${name} ${key}`),
    },
    onError,
  } as unknown as Ground;
  room = createChannelRoom(ground, {
    outbox,
    readings: {
      incidents: { list: async () => [] },
      tasks: { list: async () => [] },
      approvals: { pending: async () => [] },
    },
    health: async () => [],
    clusters: async () => [],
    adapters: () => [slack],
  });
});

afterEach(async () => {
  await room.stop();
  await outbox.stop();
  await store.dispose();
  expect(errors).toEqual([]);
});

const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
};

describe('the room of channels', () => {
  test('tells those who spoke to the bot in the hour before it was away, in the language spoken there', async () => {
    const gone = Date.now() - 600_000;
    const row = { rev: 1, sender: ANN, stimulus: { type: 'message' as const, text: 'hi' }, state: 'done' as const };
    const inbox = store.collection(inboxSpec);
    await inbox.insert({ ...row, id: 'slack:1', conversation: D1, receivedAt: gone - 60_000 });
    await inbox.insert({ ...row, id: 'slack:2', conversation: { ...D1, id: 'D2' }, receivedAt: gone - 7_200_000 });
    const web = { platform: 'web' as const, tenant: 'console', id: 'W', kind: 'dm' as const };
    await inbox.insert({ ...row, id: 'web:1', conversation: web, receivedAt: gone - 60_000 });
    const talk = { rev: 1, language: 'zh' as const, languagePinned: false };
    await store.collection(conversationSpec).insert({ ...talk, id: 'slack:T1:D1', ref: D1 });
    await store.collection(seenSpec).insert({ id: 'slack', rev: 1, lastSeen: gone });
    room.start();
    const rows = store.collection(outboxSpec);
    await until(async () => (await rows.count({})) > 0 && (await store.collection(seenSpec).get('slack'))?.rev === 2);
    const said = await rows.find({});
    expect(said.map(({ conversation, message }) => [conversation.id, message.language])).toEqual([['D1', 'zh']]);
  });

  test('sets the alarm of a digest under the name that the alarm clock knows, and finds it again', async () => {
    await room.channels.set(D1, { digest: { at: '09:00' } }, ANN);
    expect([...alarms.keys()]).toEqual(['digest slack:T1:D1']);
    alarms.clear();
    await room.recover();
    expect([...alarms.keys()]).toEqual(['digest slack:T1:D1']);
  });

  test('shows and changes in the console what holds in chat, with the same rights', async () => {
    await room.joined({ ...D1, id: 'C1', kind: 'group' });
    const { channels, connections } = room.sources;
    const operator = { user: ANN, language: 'en' as const };
    const reader = { user: { ...ANN, id: 'U9' }, language: 'en' as const };
    const form = { incidents: true, clusters: [], namespaces: [], severities: ['critical' as const] };
    expect(await channels.list(reader)).toMatchObject({ mayChange: false, channels: [{ key: 'slack:T1:C1', rev: 1 }] });
    expect(await channels.set(reader, 'slack:T1:C1', { ...form, rev: 1 })).toEqual({ refused: 'operator' });
    expect(await channels.remove(reader, 'slack:T1:C1')).toEqual({ refused: 'operator' });
    expect(await channels.set(operator, 'slack:T1:C2', { ...form, rev: 0 })).toEqual({ refused: 'unknown' });
    const digest = { at: '09:00', timeZone: 'asia/shanghai' };
    const done = await channels.set(operator, 'slack:T1:C1', { ...form, rev: 1, name: 'Ops', digest });
    expect(done).toMatchObject({
      rev: 2,
      name: 'Ops',
      digest: { timeZone: 'Asia/Shanghai' },
      nextDigest: expect.any(Number),
    });
    expect(await channels.set(operator, 'slack:T1:C1', { ...form, rev: 1 })).toEqual({ refused: 'stale' });
    const mars = { ...form, rev: 2, digest: { at: '09:00', timeZone: 'Mars/Olympus' } };
    expect(await channels.set(operator, 'slack:T1:C1', mars)).toEqual({ refused: 'invalid' });
    const plain = await channels.set(operator, 'slack:T1:C1', { ...form, rev: 2 });
    expect(plain).not.toHaveProperty('digest');
    expect(plain).not.toHaveProperty('name');
    expect(connections()).toEqual([{ platform: 'slack', ...health }]);
    expect(await channels.remove(operator, 'slack:T1:C1')).toEqual({ ok: true });
    expect(await channels.list(operator)).toMatchObject({ channels: [] });
  });

  test('answers what somebody may, and under which name rights are given', async () => {
    const asker = { user: ANN, conversation: D1, language: 'en' as const };
    expect(await room.views.copilot_rights?.({}, asker)).toEqual({
      ok: true,
      data: { roles: ['operator'], account: 'slack:T1:U1' },
    });
    expect(await room.views.copilot_digest?.({}, asker)).toMatchObject({ ok: true });
  });
});
