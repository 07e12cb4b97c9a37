import { expect, test } from 'vitest';
import { play } from '../../evals/play.ts';
import { readScenarios } from '../../evals/scenario.ts';

const quick = readScenarios().filter(({ quick }) => quick);

test('there are three that are quick', () => {
  expect(quick).toHaveLength(3);
});

test.each(quick)('$name: rules and scripted model are right, and a fooled one is noticed', async (scenario) => {
  const played = await play(scenario, undefined);
  expect(played.engine?.problems).toEqual([]);
  expect(played.model).toMatchObject({ wrong: [], missing: [], ending: 'answered' });
  if (scenario.fooled) expect(played.fooled?.noticed).toBe(true);
});
