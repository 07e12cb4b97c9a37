import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadMessages } from '../../src/chat/messages.ts';
import type { Collection } from '../../src/storage/store.ts';
import { createTasks, undoPlan } from '../../src/tasks/tasks.ts';
import type { Task } from '../../src/tasks/types.ts';
import type { Grant, ToolCall } from '../../src/tools/types.ts';
import { operator, planOf, taskOf } from './cloud.ts';
import { openBench } from './support.ts';

let bench: Awaited<ReturnType<typeof openBench>>;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.store.dispose());

const ID = 'T-7K3F';
const translate = loadMessages('templates/messages');
const stored = async (id = ID): Promise<Task> => {
  const task = await bench.tasks.get(id);
  if (!task) throw new Error(`No task ${id}`);
  return task;
};
const people = (wake: (id: string) => void = () => undefined) =>
  createTasks({
    tasks: bench.tasks,
    audit: { append: vi.fn() },
    clock: Date.now,
    wake,
    onChange: (task) => bench.seen.push(task),
  });

/** The cloud, with something that happens right before the first call that fits. */
function rightBefore(fits: (call: ToolCall) => boolean, happens: () => Promise<void>) {
  let happened = false;
  const once = async (call: ToolCall) => {
    if (happened || !fits(call)) return;
    happened = true;
    await happens();
  };
  return {
    ...bench.cloud,
    read: async (call: ToolCall) => {
      await once(call);
      return bench.cloud.read(call);
    },
    write: async (call: ToolCall, grant: Grant) => {
      await once(call);
      return bench.cloud.write(call, grant);
    },
  };
}

/** The store, with something that happens right before the first write that fits. */
function rightBeforeWriting(fits: (next: Task) => boolean, happens: () => Promise<void>): Collection<Task> {
  let happened = false;
  return {
    ...bench.tasks,
    async replace(next) {
      if (!happened && fits(next)) {
        happened = true;
        await happens();
      }
      return bench.tasks.replace(next);
    },
  };
}

const isIntended = (task: Task, stepId: string) =>
  task.steps.some(({ id, state }) => id === stepId && state === 'intended');

describe('a cancel', () => {
  test('that comes in while the intent is written down still comes before the effect', async () => {
    await bench.tasks.insert(taskOf(ID, planOf('p', 3)));
    const tasks = rightBeforeWriting(
      (next) => isIntended(next, 'k2'),
      async () => void (await people().cancel(ID, operator)),
    );
    await bench.runner({ tasks }).drive(ID);
    expect((await stored()).state).toBe('cancelled');
    expect(bench.cloud.made.map(({ kind }) => kind)).toEqual(['k1']);
  });

  test('during a long wait ends it, and a retry waits again instead of making it again', async () => {
    bench.cloud.faults.set('state', ['never-ready']);
    await bench.tasks.insert(taskOf(ID, planOf('p', 2)));
    const gateway = rightBefore(
      ({ tool }) => tool === 'state',
      async () => void (await people().cancel(ID, operator)),
    );
    await bench.runner({ gateway, pace: 100 }).drive(ID);
    expect(await stored()).toMatchObject({
      state: 'cancelled',
      steps: [{}, { state: 'waiting' }, { state: 'skipped' }],
    });
    bench.cloud.faults.clear();
    expect(await people().retry(ID, operator)).toBe(true);
    await bench.runner().drive(ID);
    expect([(await stored()).state, bench.cloud.made.length]).toEqual(['succeeded', 2]);
  });

  test('is refused while an undo runs', async () => {
    bench.cloud.faults.set('k3', ['refused']);
    await bench.tasks.insert(taskOf(ID, planOf('p', 3, { undoMode: 'automatic' })));
    const answers: boolean[] = [];
    const gateway = rightBefore(
      ({ tool }) => tool === 'remove',
      async () => void answers.push(await people().cancel(ID, operator)),
    );
    await bench.runner({ gateway }).drive(ID);
    expect(answers).toEqual([false]);
    expect([(await stored()).state, bench.cloud.removed]).toEqual(['undone', ['k2-2', 'k1-1']]);
  });
});

describe('a retry', () => {
  test('after long work that failed waits for it again, and changes nothing', async () => {
    bench.cloud.faults.set('state', ['broken']);
    await bench.tasks.insert(taskOf(ID, planOf('p', 2)));
    const runner = bench.runner();
    await runner.drive(ID);
    bench.cloud.faults.clear();
    await people().retry(ID, operator);
    await runner.drive(ID);
    expect([(await stored()).state, bench.cloud.calls.length]).toEqual(['succeeded', 2]);
  });

  test('that comes in at the very end of the run before is not lost', async () => {
    bench.cloud.faults.set('k2', ['refused']);
    await bench.tasks.insert(taskOf(ID, planOf('p', 2)));
    const again: Promise<boolean>[] = [];
    const runner = bench.runner({
      onEnded: ({ state }) => {
        if (state === 'failed') again.push(people((id) => void runner.drive(id)).retry(ID, operator));
      },
    });
    await runner.drive(ID);
    await vi.waitFor(async () => expect((await stored()).state).toBe('succeeded'));
    expect(await Promise.all(again)).toEqual([true]);
  });
});

describe('a stop of all changes', () => {
  test('between the last question and the call is waited out, not taken for a failure', async () => {
    await bench.tasks.insert(taskOf(ID, planOf('p', 2)));
    let refusals = 2;
    const gateway = {
      ...bench.cloud,
      write: async (call: ToolCall, grant: Grant) => {
        if (refusals-- <= 0) return bench.cloud.write(call, grant);
        const error = { code: 'STOPPED', message: 'All changes are stopped', retryable: false, ambiguous: false };
        return { ok: false as const, error };
      },
    };
    await bench.runner({ gateway }).drive(ID);
    expect([(await stored()).state, bench.cloud.made.length]).toEqual(['succeeded', 2]);
  });

  test('lets a cancel through', async () => {
    await bench.tasks.insert(taskOf(ID, planOf('p', 2)));
    const driven = bench.runner({ stoppedBy: async () => 'ann' }).drive(ID);
    await vi.waitFor(async () => expect((await stored()).state).toBe('waiting'));
    expect(await people().cancel(ID, operator)).toBe(true);
    await driven;
    expect([(await stored()).state, bench.cloud.calls]).toEqual(['cancelled', []]);
  });
});

describe('an undo that was approved', () => {
  test('makes the task it takes back undone, with nothing more to retry or undo', async () => {
    bench.cloud.faults.set('k3', ['refused']);
    await bench.tasks.insert(taskOf(ID, planOf('p', 3)));
    const runner = bench.runner();
    await runner.drive(ID);
    const undo = undoPlan(await stored(), translate);
    if (!('plan' in undo)) throw new Error('There is something to undo');
    await bench.tasks.insert(taskOf('T-0000', { ...undo.plan, id: 'q', expiresAt: 0 }));
    await runner.drive('T-0000');
    expect((await stored('T-0000')).state).toBe('succeeded');
    expect(bench.cloud.removed).toEqual(['k2-2', 'k1-1']);
    expect((await stored()).steps.map(({ state }) => state)).toEqual(['undone', 'undone', 'failed', 'skipped']);
    expect(bench.seen.findLast(({ id }) => id === ID)?.state).toBe('undone');
    expect(undoPlan(await stored(), translate)).toEqual({ nothing: true });
    expect(await people().retry(ID, operator)).toBe(false);
  });

  test('takes back what was made before a refusal, and no trace of what was refused', async () => {
    bench.cloud.faults.set('k2', ['throttled', 'refused']);
    await bench.tasks.insert(taskOf(ID, planOf('p', 3)));
    await bench.runner().drive(ID);
    expect(undoPlan(await stored(), translate)).toMatchObject({
      plan: { steps: [{ id: 'remove-k1', args: { id: 'k1-1' } }] },
    });
  });
});

describe('an undo and a retry of one task', () => {
  const undoing = planOf('q', 1, { undoes: ID });

  test('never run together: the retry waits for the undo', async () => {
    await bench.tasks.insert(taskOf(ID, planOf('p', 1), { state: 'failed' }));
    await bench.tasks.insert(taskOf('T-0000', undoing, { state: 'running' }));
    expect(await people().retry(ID, operator)).toBe(false);
    expect((await stored()).state).toBe('failed');
  });

  test('never run together: an undo that was approved too late removes nothing', async () => {
    await bench.tasks.insert(taskOf(ID, planOf('p', 1), { state: 'running' }));
    await bench.tasks.insert(taskOf('T-0000', undoing));
    await bench.runner().drive('T-0000');
    expect(await stored('T-0000')).toMatchObject({ state: 'failed', steps: [{ error: { code: 'TASK_ACTIVE' } }, {}] });
    expect(bench.cloud.calls).toEqual([]);
  });
});

describe('after a restart', () => {
  test('on a store of one process a task goes on at once, even when it is woken before the rest', async () => {
    const leaseUntil = Date.now() + 3_600_000;
    await bench.tasks.insert(taskOf(ID, planOf('p', 2), { state: 'running', owner: 'dead', fence: 1, leaseUntil }));
    const runner = bench.runner();
    void runner.drive(ID);
    await runner.recover();
    await vi.waitFor(async () => expect((await stored()).state).toBe('succeeded'));
  });

  test('tasks that ended shortly before are shown once more, for the card that was not', async () => {
    await bench.tasks.insert(taskOf(ID, planOf('p', 1), { state: 'succeeded', rev: 7 }));
    const runner = bench.runner();
    await runner.recover();
    await runner.recover();
    expect(bench.seen).toMatchObject([{ id: ID, rev: 7, state: 'succeeded' }]);
  });
});
