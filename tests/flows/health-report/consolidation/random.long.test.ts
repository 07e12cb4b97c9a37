import { expect, test } from 'vitest';
import { tallyOf } from './random-clusters.ts';

test('over 10,000 random clusters no plan that is called safe is unsafe', { timeout: 1_800_000 }, () => {
  const tally = tallyOf(10_000, { from: 1_000 });
  const share = (part: number) => `${((100 * part) / tally.autoscaler).toFixed(1)} %`;
  console.log(
    `${tally.clusters} clusters, ${tally.safe} safe plans, ${tally.wrong.length} of them wrong, ${tally.lossesTried} losses of a node tried in every way. ` +
      `Of ${tally.autoscaler} removals that Cluster Autoscaler's rules would make, the planner places ${share(tally.placed)}; ` +
      `the plans that pass every gate (with a node lost, autoscalers at their maximum …) take away as many as ${share(tally.allGates)}.`,
  );
  expect(tally.wrong).toEqual([]);
  expect(tally.safe).toBeGreaterThan(1_000);
  expect(tally.placed / tally.autoscaler).toBeGreaterThanOrEqual(0.9);
});
