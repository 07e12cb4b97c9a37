import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadMessages } from '../../src/chat/messages.ts';
import { createTasks, undoPlan } from '../../src/tasks/tasks.ts';
import type { Task } from '../../src/tasks/types.ts';
import { makes, operator, planOf, taskOf } from './cloud.ts';
import { doubles, openBench } from './support.ts';

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
const put = (plan = planOf('p', 3), change: Partial<Task> = {}) => bench.tasks.insert(taskOf(ID, plan, change));
const stateOf = async (stepId: string) => (await stored()).steps.find(({ id }) => id === stepId);

function controls() {
  const wake = vi.fn();
  const audit = { append: vi.fn() };
  return createTasks({ tasks: bench.tasks, audit, clock: Date.now, wake, onChange: () => undefined });
}

/** Replaces the cloud's answer to the n-th write by whatever `work` does in that moment. */
function during(nth: number, work: () => Promise<void>) {
  const { write } = bench.cloud;
  let count = 0;
  return {
    ...bench.cloud,
    write: async (...call: Parameters<typeof write>) => {
      if (++count === nth) await work();
      return write(...call);
    },
  };
}

describe('a task', () => {
  test('runs its steps in order with earlier results, waits, checks and ends once', async () => {
    await put();
    await bench.runner().drive(ID);
    expect((await stored()).state).toBe('succeeded');
    expect((await stored()).steps.map(({ state }) => state)).toEqual(Array(4).fill('verified'));
    expect(bench.cloud.made).toMatchObject([{ key: 'p.k1' }, { key: 'p.k2' }, { key: 'p.k3' }]);
    expect(bench.ended.map(({ id }) => id)).toEqual([ID]);
    expect(bench.seen.map(({ rev }) => rev)).toEqual(bench.seen.map(({ rev }) => rev).toSorted((a, b) => a - b));
  });

  test.each(['timeout-after', 'timeout-before', 'throttled'] as const)(
    'makes one of everything through: %s',
    async (fault) => {
      bench.cloud.faults.set('k2', [fault, fault]);
      await put();
      await bench.runner().drive(ID);
      expect((await stored()).state).toBe('succeeded');
      expect([bench.cloud.made.length, doubles(bench.cloud)]).toEqual([3, []]);
      if (fault === 'timeout-after') expect(await stateOf('k2')).toMatchObject({ adopted: true, attempts: 1 });
    },
  );

  test('finds what it made although the listing is late', async () => {
    bench.cloud.faults.set('k2', ['timeout-after']);
    bench.cloud.listingLagMs = 40;
    await put();
    await bench.runner().drive(ID);
    expect(bench.cloud.made).toHaveLength(3);
    expect(await stateOf('k2')).toMatchObject({ adopted: true });
  });

  test('repeats a call that names no way to look only under the same key', async () => {
    bench.cloud.faults.set('k1', ['timeout-after']);
    const { adopt: _, ...step } = { ...makes('k1'), tool: 'make_once' };
    await put(planOf('p', 1, { steps: [step], undo: [] }));
    await bench.runner().drive(ID);
    expect(bench.cloud.calls.map(({ key }) => key)).toEqual(['p.k1', 'p.k1']);
    expect(bench.cloud.made).toHaveLength(1);
  });

  test('keeps the error and its hint, and leaves the rest alone', async () => {
    bench.cloud.faults.set('k2', ['refused']);
    await put();
    await bench.runner().drive(ID);
    expect((await stored()).state).toBe('failed');
    expect(await stateOf('k2')).toMatchObject({
      state: 'failed',
      error: { code: 'OperationDenied.NoStock', hint: 'Choose another type' },
    });
    expect(await stateOf('k3')).toMatchObject({ state: 'skipped' });
  });

  test('says that long work failed, in the words of the cloud', async () => {
    bench.cloud.faults.set('state', ['broken']);
    await put();
    await bench.runner().drive(ID);
    expect(await stateOf('k3')).toMatchObject({ state: 'failed', error: { code: 'E_BOOT', message: 'no disk' } });
  });

  test('calls work that never ends stuck, and shows how far it came', async () => {
    bench.cloud.faults.set('state', ['never-ready']);
    await put();
    await bench.runner().drive(ID);
    expect(await stateOf('k3')).toMatchObject({ error: { code: 'STUCK' }, stage: 'booting', percent: 40 });
  });

  test('fails clearly on a reference to what no step gave', async () => {
    const plan = planOf('p', 1);
    await put({ ...plan, steps: [makes('k1', 'nowhere')] });
    await bench.runner().drive(ID);
    expect(await stateOf('k1')).toMatchObject({
      error: { code: 'UNRESOLVED_REFERENCE', message: expect.stringContaining('nowhere') },
    });
    expect(bench.cloud.calls).toEqual([]);
  });
});

describe('retry, undo and cancel', () => {
  test('a retry goes on with the failed step under the same keys', async () => {
    bench.cloud.faults.set('k2', ['refused']);
    await put();
    const runner = bench.runner();
    await runner.drive(ID);
    expect(await controls().retry(ID, operator)).toBe(true);
    await runner.drive(ID);
    expect((await stored()).state).toBe('succeeded');
    expect(bench.cloud.calls.map(({ key }) => key)).toEqual(['p.k1', 'p.k2', 'p.k2', 'p.k3']);
    expect(await controls().retry(ID, operator)).toBe(false);
  });

  test('an undo is a plan of its own, without references, for what may exist only', async () => {
    bench.cloud.faults.set('k3', ['refused']);
    await put();
    await bench.runner().drive(ID);
    const undo = undoPlan(await stored(), translate);
    expect(undo).toMatchObject({
      plan: { action: 'cluster.undo', undo: [], steps: [{ args: { id: 'k2-2' } }, { args: { id: 'k1-1' } }] },
    });
  });

  test('an undo of what was begun and never found says so', async () => {
    await put(planOf('p', 2), {
      state: 'cancelled',
      steps: [{ id: 'k1', state: 'intended', attempts: 1, intendedAt: 1 }],
    });
    expect(undoPlan(await stored(), translate)).toEqual({ unclear: expect.stringContaining('k1.id') });
  });

  test('an automatic undo takes back what was made, last first, and ends undone', async () => {
    bench.cloud.faults.set('k3', ['refused']);
    await put(planOf('p', 3, { undoMode: 'automatic' }));
    await bench.runner().drive(ID);
    expect((await stored()).state).toBe('undone');
    expect(bench.cloud.removed).toEqual(['k2-2', 'k1-1']);
  });

  test('a retry of an automatic undo that failed goes on undoing, never building', async () => {
    bench.cloud.faults.set('k3', ['refused']);
    bench.cloud.faults.set('remove', ['refused']);
    await put(planOf('p', 3, { undoMode: 'automatic' }));
    const runner = bench.runner();
    await runner.drive(ID);
    expect((await stored()).state).toBe('failed');
    await controls().retry(ID, operator);
    await runner.drive(ID);
    expect([(await stored()).state, bench.cloud.removed, bench.cloud.made.length]).toEqual([
      'undone',
      ['k2-2', 'k1-1'],
      2,
    ]);
  });

  test('a cancel ends the task at the next boundary, and it can go on later', async () => {
    await put();
    const gateway = during(2, async () => void (await controls().cancel(ID, operator)));
    await bench.runner({ gateway }).drive(ID);
    expect((await stored()).state).toBe('cancelled');
    expect(bench.cloud.made).toHaveLength(2);
    await controls().retry(ID, operator);
    await bench.runner().drive(ID);
    expect([(await stored()).state, bench.cloud.made.length]).toEqual(['succeeded', 3]);
  });
});

describe('what may stop a task', () => {
  test('the kill switch holds it before the next call; it goes on when changes are allowed again', async () => {
    await put();
    let by: string | undefined;
    const gateway = during(2, async () => {
      by = 'ann';
    });
    const driven = bench.runner({ gateway, stoppedBy: async () => by }).drive(ID);
    await vi.waitFor(async () => expect((await stored()).state).toBe('waiting'));
    expect(bench.cloud.calls).toHaveLength(2);
    by = undefined;
    await driven;
    expect([(await stored()).state, bench.cloud.made.length]).toEqual(['succeeded', 3]);
  });

  test('an approver who lost the role between approval and run stops it before anything happens', async () => {
    await put();
    await bench.runner({ stillApproved: async () => false }).drive(ID);
    expect([(await stored()).state, bench.cloud.calls]).toEqual(['failed', []]);
    expect(await stateOf('k1')).toMatchObject({ error: { code: 'NO_LONGER_APPROVED' } });
  });

  test('a runner that stops leaves it where another can go on', async () => {
    bench.cloud.faults.set('state', ['never-ready']);
    await put();
    const first = bench.runner({ pace: 1 });
    const driven = first.drive(ID);
    await vi.waitFor(() => expect(bench.cloud.made).toHaveLength(3));
    await first.stop();
    await driven;
    expect(await stored()).toMatchObject({ state: 'running', leaseUntil: 0 });
    bench.cloud.faults.clear();
    await bench.runner({ owner: 'two', exclusive: false }).drive(ID);
    expect([(await stored()).state, bench.cloud.made.length]).toEqual(['succeeded', 3]);
  });
});

describe('two runners', () => {
  test('at once on many tasks make one of everything', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `T-${1000 + index}`);
    for (const id of ids) await bench.tasks.insert(taskOf(id, planOf(id, 3)));
    const runners = ['one', 'two'].map((owner) => bench.runner({ owner, exclusive: false }));
    await Promise.all(runners.flatMap((runner) => ids.map((id) => runner.drive(id))));
    expect([bench.cloud.made.length, doubles(bench.cloud)]).toEqual([60, []]);
  });

  test('a runner that was asleep while another took over can write nothing and call nothing more', async () => {
    await put();
    let second: Promise<void> = Promise.resolve();
    const gateway = during(2, () => {
      second = bench.runner({ owner: 'two' }).recover();
      return vi.waitFor(async () => expect((await stored()).state).toBe('succeeded'));
    });
    await bench.runner({ gateway, owner: 'one' }).drive(ID);
    await second;
    expect(await stored()).toMatchObject({ state: 'succeeded', owner: 'two', fence: 2 });
    expect([bench.cloud.made.length, doubles(bench.cloud), bench.ended.length]).toEqual([3, [], 1]);
  });

  test.each([-3_600_000, 3_600_000])(
    'whose clocks differ by %d ms neither steal a living task nor wait for a dead one',
    async (skew) => {
      await put(planOf('p', 3), { state: 'running', owner: 'dead', fence: 1, leaseUntil: Date.now() + skew });
      let now = 0;
      const runner = bench.runner({ owner: 'two', exclusive: false, elapsed: () => now });
      await runner.drive(ID);
      now = 9_999;
      await runner.drive(ID);
      expect(bench.cloud.calls).toEqual([]);
      now = 10_000;
      await runner.drive(ID);
      expect(await stored()).toMatchObject({ state: 'succeeded', fence: 2 });
    },
  );

  test('a clock that jumps by an hour in the middle of a step fails nothing', async () => {
    bench.cloud.faults.set('state', ['throttled']);
    await put();
    let jumps = 0;
    await bench.runner({ clock: () => Date.now() + 3_600_000 * (jumps++ % 3) }).drive(ID);
    expect((await stored()).state).toBe('succeeded');
  });
});

test('an approval starts one task, whoever asks how often', async () => {
  const plan = planOf('p-a2b3', 1);
  const { requestedBy, conversation, language } = taskOf(ID, plan);
  const at = { createdAt: 0, expiresAt: 0, key: 'k', digest: 'd', blocks: [], rev: 2 };
  const approval = {
    ...at,
    id: 'a2b3',
    plan,
    requestedBy,
    conversation,
    language,
    decidedBy: operator,
    state: 'approved' as const,
  };
  const ids = await Promise.all(Array.from({ length: 10 }, () => controls().start(approval)));
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^T-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(await bench.tasks.count()).toBe(1);
});
