import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFakeOpenAi } from '../fakes/openai/openai.ts';
import { randomOf } from '../support/random.ts';
import { fuzzReply } from './fuzz-wire.ts';
import { emptyTally, openHostileHouse } from './hostile.ts';

let house: Awaited<ReturnType<typeof openHostileHouse>>;
beforeAll(async () => {
  house = await openHostileHouse();
});
afterAll(() => house.close());

/** All that must never happen. */
const HARMLESS = {
  unlisted: 0,
  otherClusters: 0,
  traces: 0,
  beyond: 0,
  unknownCites: 0,
  forgedRemedies: 0,
  rejected: 0,
};

test('a model that means harm changes nothing, sees no secret, calls nothing that is not listed, and comes to an end', async () => {
  const tally = emptyTally();
  for (let seed = 1; seed <= 60; seed++) await house.episode(seed, tally);
  expect(tally).toMatchObject({ episodes: 60, ...HARMLESS });
  expect(house.writes()).toBe(0);
  // It did get through to the cluster, and to each kind of end.
  expect(tally.calls).toBeGreaterThan(25);
  expect(Object.keys(tally.endings)).toEqual(expect.arrayContaining(['answered', 'steps', 'tokens', 'failed']));
}, 120_000);

test('so does an endpoint that sends whatever it likes', async () => {
  const random = randomOf(7);
  const fake = await startFakeOpenAi((asked) => fuzzReply(random, asked));
  const tally = emptyTally();
  try {
    for (let seed = 1; seed <= 25; seed++) await house.episode(seed, tally, fake);
  } finally {
    await fake.close();
  }
  expect(tally).toMatchObject({ episodes: 25, ...HARMLESS });
  expect(house.writes()).toBe(0);
  expect(fake.asked.length).toBeGreaterThan(25);
}, 120_000);
