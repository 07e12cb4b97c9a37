import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../src/tools/types.ts';
import { planOf, taskOf } from './cloud.ts';
import { openBench } from './support.ts';

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.store.dispose());

/** One step that waits for what its call began, unless its call says that all is done; its call gives `result`. */
async function carriedOut(result: JsonObject) {
  const plan = planOf('p', 1, { verify: [] });
  const steps = plan.steps.map(({ adopt: _, until, ...step }) => ({
    ...step,
    settled: [{ path: 'reached', in: [true] }],
    ...(until && { until: { ...until, args: { id: { $from: 'k1.taskId' } } } }),
  }));
  const looks: unknown[] = [];
  const gateway = {
    ...bench.cloud,
    write: async () => ({ ok: true as const, data: result }),
    read: (call: Parameters<typeof bench.cloud.read>[0]) => {
      looks.push(call.args);
      return bench.cloud.read(call);
    },
  };
  await bench.tasks.insert(taskOf('T-7K3F', { ...plan, steps }));
  await bench.runner({ gateway }).drive('T-7K3F');
  const task = await bench.tasks.get('T-7K3F');
  return { state: task?.state, step: task?.steps[0], looks };
}

test('a step whose call finds the work done waits for nothing', async () => {
  const { state, step, looks } = await carriedOut({ reached: true });
  expect([state, step?.state, looks]).toEqual(['succeeded', 'verified', []]);
});

test('a step whose call began the work, or found it under way, waits for it', async () => {
  const { state, looks } = await carriedOut({ reached: false, taskId: 'T-1' });
  expect([state, looks]).toEqual(['succeeded', [{ id: 'T-1' }]]);
});
