import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterPlan, createCloud, mortal, taskOf } from './cloud.ts';
import { openBench } from './support.ts';

const AT_ONCE = 100;
let bench: Awaited<ReturnType<typeof openBench>>;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.store.dispose());

/** A cloud that answers late or never, throttles, and lists what it made only later. */
function badWeather() {
  const cloud = createCloud();
  cloud.listingLagMs = 40;
  cloud.faults.set('network', ['timeout-after']);
  cloud.faults.set('cluster', ['throttled', 'timeout-after']);
  cloud.faults.set('pool-a', ['timeout-before', 'timeout-after']);
  cloud.faults.set('pool-c', ['timeout-after']);
  cloud.faults.set('metrics', ['timeout-after', 'throttled']);
  cloud.faults.set('list', ['throttled', 'throttled']);
  cloud.faults.set('state', ['throttled', 'throttled']);
  return cloud;
}

/** Builds a cluster in a process that dies at the given moment, then in a new one over the same store. */
async function buildInTwoLives(moment: number) {
  const id = `T-${String(moment).padStart(4, '0')}`;
  const cloud = badWeather();
  await bench.tasks.insert(taskOf(id, clusterPlan(id.toLowerCase())));
  const { collection, died } = mortal(bench.tasks, cloud, moment);
  await bench.runner({ tasks: collection, gateway: cloud, owner: 'first', onError: () => undefined }).drive(id);
  cloud.around = () => undefined;
  const left = await bench.tasks.get(id);
  const own = { ...bench.tasks, find: async () => (left ? [left] : []) };
  const second = bench.runner({ tasks: own, gateway: cloud, owner: 'second' });
  await second.recover();
  await second.drive(id);
  const task = await bench.tasks.get(id);
  return { died: died(), cloud, task, shown: bench.seen.filter((seen) => seen.id === id).at(-1) };
}

describe('a cluster that is built in bad weather by a process that dies', () => {
  test('at any moment ends with one of everything, and its card shows the end', async () => {
    let last = 0;
    for (let alive = false; !alive; last += AT_ONCE) {
      const moments = Array.from({ length: AT_ONCE }, (_, index) => last + index + 1);
      const lives = await Promise.all(moments.map(buildInTwoLives));
      for (const [index, { cloud, task, shown }] of lives.entries()) {
        const at = `died at ${moments[index]}`;
        const kinds = cloud.made.map(({ kind }) => kind);
        expect({ at, state: task?.state, shown: shown?.state, kinds }).toEqual({
          at,
          state: 'succeeded',
          shown: 'succeeded',
          kinds: clusterPlan('p').steps.map(({ id }) => id),
        });
      }
      alive = lives.some(({ died }) => !died);
    }
    expect(last).toBeGreaterThan(80);
  });
});
