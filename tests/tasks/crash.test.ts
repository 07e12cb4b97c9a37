import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCloud, mortal, planOf, taskOf } from './cloud.ts';
import { doubles, openBench } from './support.ts';

const STEPS = 12;
let bench: Awaited<ReturnType<typeof openBench>>;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.store.dispose());

/** Runs a plan in a process that dies at the given moment, then in a new one; tells whether the first died at all. */
async function dieAndGoOn(moment: number, fault?: 'refused' | 'broken') {
  const id = `T-${String(moment).padStart(4, '0')}${fault === 'refused' ? 'R' : fault === 'broken' ? 'B' : ''}`;
  const cloud = createCloud();
  if (fault === 'refused') cloud.faults.set('k6', ['refused', 'refused', 'refused']);
  if (fault === 'broken') cloud.faults.set('state', ['broken']);
  const chained = planOf(id.toLowerCase(), STEPS);
  const steps = chained.steps.map(({ args: { parent: _, ...args }, ...step }) => ({ ...step, args }));
  const plan = fault ? { ...chained, steps, undoMode: 'automatic' as const } : chained;
  await bench.tasks.insert(taskOf(id, plan));
  const { collection, died } = mortal(bench.tasks, cloud, moment);
  await bench.runner({ tasks: collection, gateway: cloud, owner: 'first', onError: () => undefined }).drive(id);
  cloud.around = () => undefined;
  const stored = await bench.tasks.get(id);
  const own = { ...bench.tasks, find: async () => (stored ? [stored] : []) };
  const second = bench.runner({ tasks: own, gateway: cloud, owner: 'second' });
  await second.recover();
  await second.drive(id);
  return { died: died(), cloud, task: await bench.tasks.get(id) };
}

describe('a task whose process dies', () => {
  test('at any moment at all ends with exactly one of everything', async () => {
    let moment = 1;
    for (;;) {
      const batch = await Promise.all(Array.from({ length: 20 }, (_, index) => dieAndGoOn(moment + index)));
      for (const [index, { cloud, task }] of batch.entries()) {
        const at = `died at ${moment + index}`;
        expect({ at, state: task?.state, doubles: doubles(cloud), made: cloud.made.length }).toEqual({
          at,
          state: 'succeeded',
          doubles: [],
          made: STEPS,
        });
      }
      moment += 20;
      if (batch.some(({ died }) => !died)) break;
    }
    expect(moment).toBeGreaterThan(STEPS * 8);
    expect(bench.errors).toEqual([]);
  });

  test.each(['refused', 'broken'] as const)(
    'while it is %s and undone goes on with nothing that failed',
    async (fault) => {
      const made = fault === 'refused' ? 5 : STEPS;
      let moment = 1;
      for (;;) {
        const batch = await Promise.all(Array.from({ length: 20 }, (_, index) => dieAndGoOn(moment + index, fault)));
        for (const [index, { cloud, task }] of batch.entries()) {
          const at = `died at ${moment + index}`;
          const seen = { at, state: task?.state, made: cloud.made.length, removed: new Set(cloud.removed).size };
          expect(seen).toEqual({ at, state: 'undone', made, removed: made });
        }
        moment += 20;
        if (batch.some(({ died }) => !died)) break;
      }
      expect(moment).toBeGreaterThan(made * 8);
    },
  );
});
