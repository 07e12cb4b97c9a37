import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DropHow, SayOptions } from '../fakes/dingtalk/dingtalk.ts';
import { type DingScene, openDingScene } from './support/dingtalk.ts';

/**
 * Many people ask at once, DingTalk repeats itself, sockets go in all five ways, and the bot is killed in between. `SOAK` is how
 * many messages (default 400; `SOAK=10000` is the long run). It prints what it measured.
 */
const SOAK = Number(process.env.SOAK ?? 400);
const PER_PERSON = 20;
const PER_SECOND = 15;
const DROP_EVERY = Math.min(300, Math.ceil(SOAK / 10));
const KILLS = Math.max(2, Math.round(SOAK / 2_000));
const WAYS: DropHow[] = ['close', 'silence', 'reset', 'zombie', 'disconnect'];
/** Until a socket that only looks alive is found out: a minute without a frame. */
const SLOWEST_MS = 180_000;
/** What one kill can double: messages that had gone out when their going out was not yet written down. */
const DOUBLED_BY_A_KILL = 5;

let scene: DingScene;
/** What was done: frames sent, and sockets that went, by how. */
const done = { frames: 0, drops: new Map<DropHow, number>() };
const random = seeded(20261125);
const people = Array.from({ length: Math.ceil(SOAK / PER_PERSON) }, (_, n) => `person${n}`);
/** The name of a task that does not exist, by which an answer is told from all others. */
const nameOf = (event: number) => `T-Z${event.toString().padStart(6, '0')}`;

beforeAll(async () => {
  scene = await openDingScene({ template: true });
  for (const name of people)
    scene.fake.users.set(name, { staffId: `staff-${name}`, senderId: `$:LWCP_v1:$${name}`, nick: name });
});
afterAll(() => scene.close());

describe(`${SOAK} messages, repeated and reordered, over sockets that drop`, () => {
  test(
    'each is answered, once, within all limits',
    async () => {
      const asked = await ask();
      const { fake } = scene;
      const answers = () => counted(people.flatMap((name) => scene.shown(name)));
      const heard = asked.filter(({ msgId }) => !fake.lost.includes(msgId));
      const missing = () => {
        const counts = answers();
        return heard.filter(({ name }) => !counts.has(name)).map(({ name }) => name);
      };
      const patience = SLOWEST_MS + SOAK * 50;
      await fake.settled(() => fake.unacked().length === 0, patience);
      for (const end = Date.now() + patience; missing().length > 0 && Date.now() < end; ) await pause(500);

      const twice = [...answers()].filter(([, times]) => times > 1);
      report({ heard: heard.length, missing: missing().length, twice: twice.length });
      expect(missing().slice(0, 5).map(saidInstead)).toEqual([]);
      expect(twice.length).toBeLessThanOrEqual(KILLS * DOUBLED_BY_A_KILL);
      expect([...new Set(fake.violations)]).toEqual([]);
      expect(fake.bans).toEqual([]);
    },
    2 * SLOWEST_MS + SOAK * 300,
  );
});

/** Says everything, at a steady pace, with trouble on the way. */
async function ask(): Promise<{ name: string; msgId: string }[]> {
  const { fake } = scene;
  const asked: { name: string; msgId: string }[] = [];
  const repeats: Promise<unknown>[] = [];
  for (let event = 0; event < SOAK; event += 1) {
    if (event % DROP_EVERY === DROP_EVERY - 1) drop(Math.floor(event / DROP_EVERY));
    if (event > 0 && event % Math.ceil(SOAK / (KILLS + 1)) === 0) await scene.killAndStart();
    const message: SayOptions = {
      user: people[event % people.length] ?? '',
      text: `status ${nameOf(event)}`,
      copies: random() < 0.3 ? 1 + Math.floor(random() * 11) : 1,
      newIds: random() < 0.5,
    };
    const { msgId } = await say(message);
    asked.push({ name: nameOf(event), msgId });
    // One that was lost has not been sent: it cannot come again.
    const comesAgain = random() < 0.1 && !fake.lost.includes(msgId);
    if (comesAgain) repeats.push(pause(random() * 5_000).then(() => again({ ...message, msgId })));
    await pause(1_000 / PER_SECOND);
  }
  await Promise.all(repeats);
  return asked;
}

function say(message: SayOptions): Promise<{ msgId: string }> {
  done.frames += message.copies ?? 1;
  return scene.fake.say(message);
}

/** A copy that nobody is there to take is none. */
async function again(message: SayOptions): Promise<void> {
  if (scene.fake.sockets() > 0) await say(message);
}

/** Now one of the sockets, now all of them. */
function drop(round: number): void {
  const how = WAYS[round % WAYS.length] ?? 'close';
  const most = random() < 0.5 ? 1 : scene.fake.sockets();
  done.drops.set(how, (done.drops.get(how) ?? 0) + Math.min(most, scene.fake.sockets()));
  scene.fake.faults.dropSockets(how, most);
}

/** What the person was told who has no answer to that. */
function saidInstead(name: string): string {
  const person = people[Number(name.slice('T-Z'.length)) % people.length] ?? '';
  const told = scene.shown(person).filter((text) => !/T-Z\d{6}/.test(text));
  return `${name}: ${told.join(' | ') || 'nothing'}`;
}

/** How often each name stands in an answer. */
function counted(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const name of new Set(text.match(/T-Z\d{6}/g))) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function report(more: Record<string, number>): void {
  const ms = scene.fake.acks.map((ack) => ack.ms).sort((a, b) => a - b);
  const at = (part: number) => Math.round(ms[Math.min(ms.length - 1, Math.floor(ms.length * part))] ?? 0);
  console.info({
    messages: SOAK,
    frames: done.frames,
    lost: scene.fake.lost.length,
    kills: KILLS,
    drops: Object.fromEntries(done.drops),
    acks: ms.length,
    ackMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    violations: scene.fake.violations.length,
    bans: scene.fake.bans.length,
    ...more,
  });
}

/** Mulberry32: the same trouble in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
