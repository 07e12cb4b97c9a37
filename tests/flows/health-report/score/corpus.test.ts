import { expect, test } from 'vitest';
import { factsOf } from '../../../support/surveys.ts';
import { rated } from '../signals/rated.ts';
import { clusterOf, corpus } from './corpus.ts';
import { polarisScore, popeyeScore, spearman } from './peers.ts';

const rows = corpus.map((described) => {
  const survey = clusterOf(described);
  const { score } = rated(factsOf(survey)).score;
  return { name: described.name, score, popeye: popeyeScore(survey), polaris: polarisScore(survey) };
});
const order = rows.map((_, index) => index);
const ours = rows.map(({ score }) => score);
const correlation = {
  score: spearman(order, ours),
  popeye: spearman(
    order,
    rows.map(({ popeye }) => popeye),
  ),
  polaris: spearman(
    order,
    rows.map(({ polaris }) => polaris),
  ),
};

test('clusters written by hand are scored in the order that their authors put them in', () => {
  const line = ({ name, score, popeye, polaris }: (typeof rows)[number]) =>
    `${String(score).padStart(5)} ${String(popeye).padStart(7)} ${String(polaris).padStart(8)}  ${name}`;
  const ranks = Object.entries(correlation).map(([name, rank]) => `${name} ${rank.toFixed(2)}`);
  console.info(
    ['score  popeye  polaris', ...rows.map(line), `Spearman against the order: ${ranks.join(', ')}`].join('\n'),
  );
  expect(corpus.length).toBeGreaterThanOrEqual(20);
  expect(correlation.score).toBeGreaterThanOrEqual(0.9);
  expect(ours.at(-1)).toBe(100);
});

test('an outage of prod is below half of the points, whatever else is well', () => {
  expect(ours.slice(0, 5).every((score) => score <= 49)).toBe(true);
});
