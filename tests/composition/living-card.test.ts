import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Outgoing } from '../../src/chat/types.ts';
import { createLivingCard } from '../../src/composition/living-card.ts';

const conversation = { platform: 'web', tenant: 'console', id: 'c1', kind: 'dm' } as const;

function scene(shown?: number) {
  const put: Outgoing[] = [];
  let title = 'nothing yet';
  const stored = shown === undefined ? undefined : { message: { card: { rev: shown } } };
  const card = createLivingCard({
    id: 'card',
    conversation,
    language: 'en',
    outbox: {
      put: async (_id, _to, message) => put.push(message) > 0,
      get: async () => stored as never,
    },
    draw: (rev) => ({ id: 'card', rev, title, tone: 'info', blocks: [] }),
    pauseMs: 20,
    onError: (error) => {
      throw error;
    },
  });
  return { card, put, say: (words: string) => (title = words) };
}

const revsOf = (put: Outgoing[]) => put.map(({ card }) => card?.rev);

test('many changes in a moment are one change of the card, and the last one is always shown', async () => {
  const { card, put, say } = scene();
  for (let n = 0; n < 100; n++) {
    say(`step ${n}`);
    card.touch();
  }
  await card.end();
  expect(put.length).toBeLessThanOrEqual(2);
  expect(put.at(-1)?.card?.title).toBe('step 99');
});

test('after its end nothing changes it any more', async () => {
  const { card, put, say } = scene();
  await card.end();
  say('late');
  card.touch();
  await setImmediate();
  expect(put.map(({ card: shown }) => shown?.title)).toEqual(['nothing yet']);
});

test('it goes on above what an earlier process showed', async () => {
  const { card, put } = scene(7);
  card.touch();
  await card.end();
  expect(revsOf(put)[0]).toBe(8);
  expect(revsOf(put)).toEqual([...revsOf(put)].sort((a, b) => Number(a) - Number(b)));
});
