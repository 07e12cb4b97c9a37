import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { undoRecords } from '../../src/tasks/definitions.ts';
import type { ToolGateway, ToolResult } from '../../src/tools/types.ts';
import { makes, planOf, taskOf } from './cloud.ts';
import { openBench } from './support.ts';

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.store.dispose());

const text = { en: 'x', zh: 'x' };

/** Drives a plan of one thing whose check must hold for a minute; the check's looks see these states in turn, the last for ever. */
async function driveHolding(states: string[], timeoutMinutes = 60) {
  const reads: number[] = [];
  const gateway: ToolGateway = {
    ...bench.cloud,
    async read(call): Promise<ToolResult> {
      if (call.tool !== 'quiet') return bench.cloud.read(call);
      const state = states[Math.min(reads.length, states.length - 1)] ?? '';
      reads.push(performance.now());
      return { ok: true, data: { state } };
    },
  };
  const check = { id: 'holds', title: text, tool: 'quiet', args: {}, done: [{ path: 'state', in: ['quiet'] }] };
  const plan = planOf('p', 1, { verify: [{ ...check, everySeconds: 1, timeoutMinutes, holdMinutes: 10 }] });
  await bench.tasks.insert(taskOf('T-7K3F', { ...plan, undoMode: 'ask' }));
  await bench.runner({ gateway }).drive('T-7K3F');
  return { task: await bench.tasks.get('T-7K3F'), reads };
}

describe('a check that must hold', () => {
  test('is passed only once it was seen to hold for that long', async () => {
    const { task, reads } = await driveHolding(['quiet']);
    expect(task?.state).toBe('succeeded');
    expect((reads.at(-1) ?? 0) - (reads[0] ?? 0)).toBeGreaterThanOrEqual(600);
  });

  test('begins anew when a look finds it broken', async () => {
    const { task, reads } = await driveHolding(['quiet', 'quiet', 'loud', 'quiet']);
    expect(task?.state).toBe('succeeded');
    expect((reads.at(-1) ?? 0) - (reads[3] ?? 0)).toBeGreaterThanOrEqual(600);
  });

  test('fails when it never holds for long enough', async () => {
    const { task } = await driveHolding(['loud'], 5);
    expect(task?.steps.at(-1)).toMatchObject({ state: 'failed', error: { code: 'STUCK' } });
  });
});

describe('a call that does a part of the work', () => {
  const answering = (answers: boolean[]) => {
    const keys: string[] = [];
    const gateway: ToolGateway = {
      ...bench.cloud,
      async write(_, grant): Promise<ToolResult> {
        keys.push(grant.idempotencyKey);
        const done = answers[Math.min(keys.length, answers.length) - 1] ?? false;
        return { ok: true, data: { done, left: done ? '' : 'two are left' } };
      },
    };
    return { keys, gateway };
  };
  const repeat = { done: [{ path: 'done', in: [true] }], everySeconds: 1, timeoutMinutes: 5, stage: 'left' };
  const planned = () => {
    const { adopt: _, ...step } = makes('k1');
    return planOf('p', 1, { steps: [{ ...step, repeat }], verify: [] });
  };

  test('is made again under the same key until its result is done', async () => {
    const { keys, gateway } = answering([false, false, true]);
    await bench.tasks.insert(taskOf('T-7K3F', planned()));
    await bench.runner({ gateway }).drive('T-7K3F');
    expect(keys).toEqual(['p.k1', 'p.k1', 'p.k1']);
    expect((await bench.tasks.get('T-7K3F'))?.state).toBe('succeeded');
  });

  test('fails when its time is over, with the last stage, and can be taken back', async () => {
    const { gateway } = answering([false]);
    await bench.tasks.insert(taskOf('T-7K3F', planned()));
    await bench.runner({ gateway }).drive('T-7K3F');
    const task = await vi.waitFor(async () => (await bench.tasks.get('T-7K3F')) ?? expect.fail());
    expect(task.steps[0]).toMatchObject({ state: 'failed', error: { code: 'STUCK' } });
    expect(task.steps[0]?.error?.message).toContain('two are left');
    expect(undoRecords(task)).toHaveLength(1);
  });
});

test('an undo step is left out where a later step made it pointless', () => {
  const plan = planOf('p', 2);
  const undo = plan.undo.map((step) => (step.of === 'k1' ? { ...step, unless: 'k2' } : step));
  const done = (id: string) => ({ id, state: 'verified' as const, attempts: 1, intendedAt: 1, appliedAt: 2 });
  const after = (...ids: string[]) =>
    undoRecords({ plan: { ...plan, undo }, steps: ids.map(done) }).map(({ id }) => id);
  expect(after('k1')).toEqual(['undo.remove-k1']);
  expect(after('k1', 'k2')).toEqual(['undo.remove-k2']);
});
