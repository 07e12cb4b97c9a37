import { beforeEach, expect, test } from 'vitest';
import { createTranscript, type Transcript } from '../../src/chat/transcript.ts';
import type { Card } from '../../src/chat/types.ts';
import { memoryStore } from '../adapters/console/fakes.ts';

const card = (rev: number): Card => ({ id: 'c1', rev, title: 't', tone: 'neutral', blocks: [] });
const bot = (id: string, text: string) => ({ id, from: 'bot' as const, text });

let transcript: Transcript;
let now: number;
beforeEach(async () => {
  now = 1000;
  transcript = createTranscript(memoryStore(), () => now++);
  await transcript.open('v1', 'alice');
});

test('changes are numbered without repetition, also when many are said at once', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, n) => transcript.put('v1', bot(`e${n}`, `text ${n}`))));
  const changes = await transcript.since('v1', 0);
  expect(new Set(changes.map(({ seq }) => seq)).size).toBe(30);
  expect((await transcript.entries('v1')).map(({ text }) => text)).toEqual(changes.map(({ entry }) => entry.text));
});

test('an entry edited many times comes once, in its newest form, as an update to who knew it', async () => {
  await transcript.put('v1', { ...bot('e1', 'plan'), card: card(1) });
  const known = (await transcript.since('v1', 0)).at(-1)?.seq ?? 0;
  for (const rev of [2, 3, 4]) await transcript.put('v1', { ...bot('e1', 'plan'), card: card(rev) });
  expect(await transcript.since('v1', known)).toMatchObject([{ kind: 'update', entry: { card: { rev: 4 } } }]);
  expect(await transcript.since('v1', 0)).toMatchObject([{ kind: 'entry', entry: { at: 1001, card: { rev: 4 } } }]);
});

test('edits keep the place of an entry', async () => {
  await transcript.put('v1', bot('e1', 'first'));
  await transcript.put('v1', bot('e2', 'second'));
  await transcript.put('v1', bot('e1', 'first, edited'));
  expect((await transcript.entries('v1')).map(({ text }) => text)).toEqual(['first, edited', 'second']);
});

test('what a person said stands, and a repeated delivery changes nothing', async () => {
  await transcript.put('v1', { id: 'u1', from: 'user', text: 'mine' });
  await transcript.put('v1', { ...bot('e1', 'plan'), card: card(2) });
  const seen = (await transcript.since('v1', 0)).at(-1)?.seq ?? 0;
  expect(await transcript.put('v1', { id: 'u1', from: 'user', text: 'other' })).toMatchObject({ text: 'mine' });
  await transcript.put('v1', { ...bot('e1', 'plan'), card: card(1) });
  await transcript.put('v1', { ...bot('e1', 'plan'), card: card(2) });
  expect(await transcript.since('v1', seen)).toEqual([]);
});

test('a conversation is listed for its owner only, once something was said, by its first words', async () => {
  await transcript.open('v2', 'alice');
  await transcript.open('v3', 'bob');
  await transcript.put('v1', { id: 'u1', from: 'user', text: 'Plan a cluster' });
  await transcript.put('v1', { id: 'u2', from: 'user', text: 'in Beijing' });
  await transcript.put('v3', { id: 'u3', from: 'user', text: 'Hello' });
  expect(await transcript.list('alice')).toMatchObject([{ id: 'v1', title: 'Plan a cluster' }]);
});

test('a card is found in its newest revision, wherever it was shown', async () => {
  await transcript.open('v2', 'bob');
  await transcript.put('v1', { ...bot('e1', 'plan'), card: card(2) });
  await transcript.put('v2', { ...bot('e1', 'plan'), card: card(3) });
  expect(await transcript.card('c1')).toEqual(card(3));
  expect(await transcript.card('c2')).toBeUndefined();
});

test('waiting for a change that comes before the reading misses nothing', async () => {
  const changed = transcript.changed('v1');
  await transcript.put('v1', bot('e1', 'now'));
  await expect(changed).resolves.toBeUndefined();
});

test('nothing can be said in a conversation that is not there', async () => {
  expect(await transcript.put('nowhere', bot('e1', 'lost'))).toBeUndefined();
});

test('more entries than a page of the store are all there, in order', async () => {
  for (let n = 0; n < 510; n++) await transcript.put('v1', bot(`e${n}`, String(n)));
  const all = await transcript.entries('v1');
  expect(all.map(({ text }) => Number(text))).toEqual(Array.from({ length: 510 }, (_, n) => n));
  expect(await transcript.since('v1', 0)).toHaveLength(200);
});
