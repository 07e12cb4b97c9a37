import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Listener } from '../../src/channels/channels.ts';
import { createOutages, type Outages, seenSpec } from '../../src/channels/outages.ts';
import type { Health, PlatformId } from '../../src/chat/types.ts';
import { ANN, type ChannelRig, openRig, place, translate } from './room.ts';

let rig: ChannelRig;
let health: Map<PlatformId, Health>;
let asked: [PlatformId, number][];
let recent: Listener[];
let outages: Outages;
const START = Date.parse('2026-11-25T09:00:00Z');
const minutes = (count: number) => START + count * 60_000;

function open(): Outages {
  return createOutages({
    records: rig.store.collection(seenSpec),
    health: () => [...health].map(([platform, one]) => ({ platform, health: one })),
    async recent(platform, since) {
      asked.push([platform, since]);
      return recent;
    },
    channels: rig.channels,
    outbox: rig.outbox,
    translate,
    language: 'en',
    timeZone: 'UTC',
    clock: rig.now,
  });
}

async function tickAt(minute: number): Promise<void> {
  rig.goTo(minutes(minute));
  await outages.tick();
  await rig.delivered();
}

const texts = () => [...rig.said.values()].map(({ to, text }) => `${to.id}${to.threadId ?? ''}: ${text}`);

beforeEach(async () => {
  rig = await openRig('2026-11-25T09:00:00Z');
  health = new Map([['slack', { ok: true, detail: '', since: START }]]);
  asked = [];
  recent = [{ conversation: place('D1', { kind: 'dm' }), language: 'en' }];
  outages = open();
});
afterEach(() => rig.close());

describe('after an outage', () => {
  test('whoever spoke to the bot shortly before is told from when to when it heard nothing', async () => {
    await tickAt(0);
    await tickAt(12);
    expect(rig.said.size).toBe(1);
    health.set('slack', { ok: false, detail: 'closed', since: minutes(12) });
    rig.said.clear();
    for (const minute of [13, 15, 19]) await tickAt(minute);
    expect(rig.said.size).toBe(0);
    health.set('slack', { ok: true, detail: '', since: minutes(20) });
    await tickAt(20.2);
    expect(texts()).toEqual([
      'D1: I could not hear you from 09:12 to 09:20. Clicks and commands of that time may be lost: please do them again.',
    ]);
    expect(asked.at(-1)).toEqual(['slack', minutes(12) - 3600_000]);
  });

  test('it is told once, and a gap of less than a minute not at all', async () => {
    for (const minute of [0, 0.25, 1.2, 2.1]) await tickAt(minute);
    expect(rig.said.size).toBe(0);
    health.set('slack', { ok: true, detail: '', since: minutes(9) });
    await tickAt(9.1);
    rig.said.clear();
    for (const minute of [9.3, 9.6, 9.9]) await tickAt(minute);
    expect(rig.said.size).toBe(0);
  });

  test('it is told as well where the bot itself was down, by the process that comes after it', async () => {
    await tickAt(0);
    health.set('slack', { ok: true, detail: '', since: minutes(30) });
    outages = open();
    await tickAt(30.1);
    expect(texts()).toEqual([expect.stringContaining('from 09:00 to 09:30')]);
  });

  test('it is told once, though the process dies before it has noted that', async () => {
    await tickAt(0);
    const before = await rig.store.collection(seenSpec).get('slack');
    health.set('slack', { ok: true, detail: '', since: minutes(30) });
    await tickAt(30.1);
    expect(rig.said.size).toBe(1);
    rig.said.clear();
    const records = rig.store.collection(seenSpec);
    const now = await records.get('slack');
    if (!before || !now) throw new Error('nothing was noted');
    await records.replace({ ...before, rev: now.rev + 1 });
    outages = open();
    await tickAt(30.5);
    expect(rig.said.size).toBe(0);
  });

  test('channels to which incidents are told hear of it, each once and in its language', async () => {
    await rig.channels.set(place('C1'), { incidents: true, language: 'zh' }, ANN);
    await rig.channels.set(place('C2'), { incidents: false }, ANN);
    await rig.channels.set(place('C3', { platform: 'dingtalk' }), { incidents: true }, ANN);
    recent = [
      { conversation: place('C1'), language: 'en' },
      { conversation: place('C1', { threadId: '7' }), language: 'en' },
    ];
    await tickAt(0);
    health.set('slack', { ok: true, detail: '', since: minutes(5) });
    await tickAt(5);
    expect(texts().sort()).toEqual([
      expect.stringMatching(/^C17: I could/),
      expect.stringMatching(/^C1: 09:00 至 09:05/),
    ]);
  });

  test('a platform that has never been heard has missed nothing', async () => {
    await tickAt(100);
    expect(rig.said.size).toBe(0);
    expect(asked).toEqual([]);
  });

  test('one platform that is away says nothing of another', async () => {
    health.set('dingtalk', { ok: true, detail: '', since: START });
    await tickAt(0);
    health.set('dingtalk', { ok: false, detail: 'closed', since: minutes(1) });
    for (const minute of [1, 2, 3]) await tickAt(minute);
    expect(asked).toEqual([]);
  });
});
