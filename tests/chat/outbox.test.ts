import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutbox, type Outbox, outboxSpec } from '../../src/chat/outbox.ts';
import {
  type ChatPort,
  type ConversationRef,
  type Delivery,
  NotYet,
  type Outgoing,
  Undeliverable,
} from '../../src/chat/types.ts';
import { temporaryStore } from '../support/store.ts';

const room: ConversationRef = { platform: 'web', tenant: 't', id: 'c1', kind: 'dm' };
const other: ConversationRef = { ...room, id: 'c2' };
const say = (text: string): Outgoing => ({ text, language: 'en' });
const card = (rev: number, label = 'Approve'): Outgoing => ({
  ...say(`rev ${rev}`),
  card: {
    id: 'k',
    rev,
    title: `rev ${rev}`,
    tone: 'info',
    blocks: [{ type: 'buttons', items: [{ id: 'approve:x', label }] }],
  },
});

/** A platform that keeps what it was given, and fails or holds when told to. */
function fakePort(minUpdateMs = 0) {
  const delivered: Delivery[] = [];
  const times: number[] = [];
  const state = {
    fail: (_: Delivery) => false,
    refuse: (_: Delivery): Error | undefined => undefined,
    hold: undefined as Promise<void> | undefined,
  };
  const port: ChatPort = {
    platform: 'web',
    minUpdateMs,
    start: async () => {},
    stop: async () => {},
    health: () => ({ ok: true, detail: '', since: 0 }),
    async deliver(delivery) {
      await state.hold;
      if (state.fail(delivery)) throw new Error('refused');
      const refusal = state.refuse(delivery);
      if (refusal) throw refusal;
      delivered.push(delivery);
      times.push(Date.now());
      return { conversation: delivery.conversation, messageId: `id-${delivery.key}` };
    },
  };
  return { port, delivered, times, state, texts: () => delivered.map(({ message }) => message.text) };
}

let store: Awaited<ReturnType<typeof temporaryStore>>;
let outbox: Outbox;
beforeEach(async () => {
  store = await temporaryStore();
});
afterEach(async () => {
  await outbox.stop();
  await store.dispose();
});

function open(platform: ReturnType<typeof fakePort>) {
  const errors: unknown[] = [];
  outbox = createOutbox({
    rows: store.collection(outboxSpec),
    port: () => platform.port,
    clock: Date.now,
    onError: (error) => errors.push(error),
  });
  return errors;
}

describe('the outbox', () => {
  test('sends what one conversation is told in order', async () => {
    const platform = fakePort();
    open(platform);
    for (const n of [1, 2, 3, 4, 5]) await outbox.put(`m${n}`, room, say(`${n}`));
    await vi.waitFor(() => expect(platform.texts()).toEqual(['1', '2', '3', '4', '5']));
  });

  test('sends a message that is put twice once', async () => {
    const platform = fakePort();
    open(platform);
    expect(await outbox.put('m', room, say('hello'))).toBe(true);
    expect(await outbox.put('m', room, say('hello'))).toBe(false);
    await outbox.put('end', room, say('end'));
    await vi.waitFor(() => expect(platform.texts()).toEqual(['hello', 'end']));
  });

  test('edits a card in place, and the highest revision wins however they arrive', async () => {
    const platform = fakePort();
    open(platform);
    await outbox.put('k', room, card(3));
    expect(await outbox.put('k', room, card(2))).toBe(false);
    await vi.waitFor(() => expect(platform.texts()).toEqual(['rev 3']));
    await outbox.put('k', room, card(4));
    await vi.waitFor(() => expect(platform.texts()).toEqual(['rev 3', 'rev 4']));
    expect(platform.delivered[1]?.previous).toEqual({ conversation: room, messageId: 'id-k' });
  });

  test('a storm of revisions is coalesced to the pace of the platform, and the last state is shown', async () => {
    const platform = fakePort(50);
    open(platform);
    for (let rev = 1; rev <= 200; rev++) await outbox.put('k', room, card(rev));
    await vi.waitFor(() => expect(platform.texts().at(-1)).toBe('rev 200'));
    const gaps = platform.times.slice(1).map((time, at) => time - (platform.times[at] ?? 0));
    expect(Math.min(...gaps, 50)).toBeGreaterThanOrEqual(45);
  });

  test('a refused message is tried again, keeps those behind it waiting, and delays no other conversation', async () => {
    const platform = fakePort();
    let refusals = 1;
    platform.state.fail = ({ key }) => key === 'm1' && refusals-- > 0;
    const errors = open(platform);
    await outbox.put('m1', room, say('1'));
    await outbox.put('m2', room, say('2'));
    await outbox.put('n1', other, say('other'));
    await vi.waitFor(() => expect(platform.texts()).toContain('other'));
    await vi.waitFor(() => expect(platform.texts().filter((text) => text !== 'other')).toEqual(['1', '2']), {
      timeout: 3000,
    });
    expect(errors).toHaveLength(1);
  });

  test('what a process left unsent is sent by the next one', async () => {
    const dead = fakePort();
    dead.state.fail = () => true;
    open(dead);
    await outbox.put('m1', room, say('1'));
    await outbox.stop();
    const alive = fakePort();
    open(alive);
    await outbox.resume();
    await vi.waitFor(() => expect(alive.texts()).toEqual(['1']), { timeout: 3000 });
  });

  test('knows since which revision the controls on the screen are valid', async () => {
    const platform = fakePort();
    open(platform);
    await outbox.put('k', room, card(1));
    await outbox.put('k', room, card(2));
    expect((await outbox.get('k'))?.controlsRev).toBe(1);
    await outbox.put('k', room, card(3, 'Approve now'));
    expect((await outbox.get('k'))?.controlsRev).toBe(3);
  });
});

describe('a platform with rates', () => {
  test('is come back to when it said, without that counting as a failure', async () => {
    const platform = fakePort();
    const errors = open(platform);
    let asked = 0;
    platform.state.refuse = () => (++asked <= 3 ? new NotYet(5) : undefined);
    await outbox.put('m', room, say('hello'));
    await vi.waitFor(() => expect(platform.texts()).toEqual(['hello']));
    expect(errors).toEqual([]);
    expect(await outbox.get('m')).toMatchObject({ state: 'sent', attempts: 0 });
  });

  test('gets the newest state after a wait, never one that is out of date', async () => {
    const platform = fakePort();
    open(platform);
    let held = true;
    platform.state.refuse = () => (held ? new NotYet(5) : undefined);
    for (const rev of [1, 2, 3]) await outbox.put('k', room, card(rev));
    held = false;
    await vi.waitFor(() => expect(platform.texts()).toEqual(['rev 3']));
  });
});

describe('a message that can never arrive', () => {
  test('is given up, and holds back nothing', async () => {
    const platform = fakePort();
    const errors = open(platform);
    platform.state.refuse = ({ key }) => (key === 'lost' ? new Undeliverable('The channel is archived') : undefined);
    await outbox.put('lost', room, say('lost'));
    await outbox.put('next', room, say('next'));
    await vi.waitFor(() => expect(platform.texts()).toEqual(['next']));
    expect(errors).toHaveLength(1);
    expect(await outbox.get('lost')).toMatchObject({ state: 'failed' });
  });
});

describe('a message below another', () => {
  test('waits until that one is out, and is delivered with it as its root', async () => {
    const platform = fakePort();
    open(platform);
    let held = true;
    platform.state.refuse = ({ key }) => (key === 'root' && held ? new NotYet(5) : undefined);
    await outbox.put('root', room, say('root'));
    await outbox.put('below', { ...room, under: 'root' }, say('below'));
    held = false;
    await vi.waitFor(() => expect(platform.texts()).toEqual(['root', 'below']));
    expect(platform.delivered[1]?.root).toEqual({ conversation: room, messageId: 'id-root' });
  });

  test('is found by the id that the platform gave, in its place only', async () => {
    const platform = fakePort();
    open(platform);
    await outbox.put('m', room, say('hello'));
    await vi.waitFor(async () => expect((await outbox.at(room, 'id-m'))?.id).toBe('m'));
    expect(await outbox.at(other, 'id-m')).toBeUndefined();
    expect(await outbox.at(room, 'id-')).toBeUndefined();
  });
});
