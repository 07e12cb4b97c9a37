import { expect, test } from 'vitest';
import { tallyOf } from './random-clusters.ts';

test('over 300 random clusters no plan that is called safe is unsafe, and nine of ten of an autoscaler’s removals are found', () => {
  const tally = tallyOf(300);
  expect(tally.wrong).toEqual([]);
  expect(tally.safe).toBeGreaterThan(30);
  expect(tally.lossesTried).toBeGreaterThan(30);
  expect(tally.autoscaler).toBeGreaterThan(100);
  expect(tally.placed / tally.autoscaler).toBeGreaterThanOrEqual(0.9);
});
