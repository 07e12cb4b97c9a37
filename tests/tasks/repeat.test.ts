import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTasks } from '../../src/tasks/tasks.ts';
import { operator, planOf, taskOf } from './cloud.ts';
import { openBench } from './support.ts';

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.store.dispose());

test('a retry makes a repeatable call again, under the same key, after its work failed', async () => {
  const plan = planOf('p', 2);
  const repeatable = plan.steps.map((step) => ({ ...step, tool: 'make_once', repeatable: true as const }));
  bench.cloud.faults.set('state', ['broken']);
  await bench.tasks.insert(taskOf('T-7K3F', { ...plan, steps: repeatable }));
  const runner = bench.runner();
  await runner.drive('T-7K3F');
  bench.cloud.faults.clear();
  const audit = { append: vi.fn() };
  const people = createTasks({ ...bench, audit, clock: Date.now, wake: () => undefined, onChange: () => undefined });
  await people.retry('T-7K3F', operator);
  await runner.drive('T-7K3F');
  expect((await bench.tasks.get('T-7K3F'))?.state).toBe('succeeded');
  expect(bench.cloud.calls.map(({ key }) => key)).toEqual(['p.k1', 'p.k2', 'p.k2']);
  expect(bench.cloud.made).toHaveLength(2);
});
