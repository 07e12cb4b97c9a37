import type { Plan } from '../approvals/plan.ts';
import type { Collection, CollectionSpec } from '../storage/store.ts';
import type { ToolError, ToolGateway } from '../tools/types.ts';
import { isUndo, undoRecords } from './definitions.ts';
import { isEnded, LEASE_MS, type Lease, LostLease, takeLease } from './lease.ts';
import { runStep, StepFailed } from './step.ts';
import { type StepRecord, type Task, type TaskState, taskSchema } from './types.ts';

export const taskSpec: CollectionSpec<Task> = {
  name: 'tasks',
  schema: taskSchema,
  indexes: [['state', 'dueAt'], ['createdAt']],
};

/** Carries tasks out. It keeps nothing in memory that the journal does not hold, so any process can go on with any task. */
export interface TaskRunner {
  /** Takes the task, if it is free, and works until it ends or the runner stops. Resolves then. */
  drive(id: string): Promise<void>;
  /**
   * Goes on with everything unfinished; the first time it also shows again what ended lately. On an exclusive store it takes all of
   * it at once, else what no other runner has touched for a lease's length: call it every few seconds there.
   */
  recover(): Promise<void>;
  /** Lets every task stop at the next boundary; a call that takes longer than 20 s is given up, and looked for later. */
  stop(): Promise<void>;
}

export interface RunnerOptions {
  tasks: Collection<Task>;
  /** No other process can hold a lease: those found at the start are of the dead. */
  exclusive: boolean;
  gateway: ToolGateway;
  /** Who stopped all changes, or undefined. */
  stoppedBy: () => Promise<string | undefined>;
  /** Whether that approval is for exactly this plan, and its approver may still give it. */
  stillApproved: (approvalId: string, plan: Plan) => Promise<boolean>;
  owner: string;
  clock: () => number;
  pace: number;
  /** Milliseconds that no change of the clock moves; tests only give their own. */
  elapsed?: () => number;
  onChange: (task: Task) => void;
  onEnded: (task: Task) => void;
  onError: (error: unknown, taskId: string) => void;
}

/** The runner was told to stop; the task stays where its journal says. */
class Parked extends Error {}
/** A person asked for the task to end here. */
class Cancelled extends Error {}

const ASK_AGAIN_MS = 1000;
const STOP_GRACE_MS = 20_000;
const SHOWN_AGAIN = 100;

export function createTaskRunner(options: RunnerOptions): TaskRunner {
  const { tasks, clock, elapsed = () => performance.now() } = options;
  const driving = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const hurry = new AbortController();
  let shownAgain = false;
  /** Tasks in other hands: the revision last seen, and since when. */
  const others = new Map<string, { rev: number; since: number }>();

  /** A call while the task is driven comes after it, so that a retry right at the end is not lost. */
  function drive(id: string): Promise<void> {
    const work = (driving.get(id) ?? Promise.resolve())
      .then(() => driveOnce(id))
      .catch((error: unknown) => options.onError(error, id))
      .finally(() => driving.get(id) === work && driving.delete(id));
    driving.set(id, work);
    return work;
  }

  async function driveOnce(id: string): Promise<void> {
    if (stopping.signal.aborted) return;
    const lease = await takeLease(options, id, isFree);
    if (!lease) return;
    others.delete(id);
    options.onChange(lease.task());
    const heartbeat = setInterval(() => lease.renew().catch(noop), LEASE_MS / 3);
    try {
      await work(lease);
      options.onEnded(lease.task());
    } catch (error) {
      if (error instanceof LostLease) return;
      clearInterval(heartbeat);
      await lease.release().catch(noop);
      if (!(error instanceof Parked)) throw error;
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** A lease has run out when its task did not move for that long, as seen from here: clocks need not agree. */
  function isFree({ id, rev, leaseUntil }: Task): boolean {
    if (leaseUntil === 0 || options.exclusive) return true;
    const seen = others.get(id);
    if (seen?.rev === rev) return elapsed() - seen.since >= LEASE_MS;
    others.set(id, { rev, since: elapsed() });
    return false;
  }

  async function work(lease: Lease): Promise<void> {
    while (!isEnded(lease.task())) {
      const next = lease
        .task()
        .steps.find(({ state }) => state === 'pending' || state === 'intended' || state === 'waiting');
      if (!next) return end(lease, lease.task().steps.some(({ id }) => isUndo(id)) ? 'undone' : 'succeeded');
      try {
        await runStep(stepOptions(lease, next.id), lease, next.id);
      } catch (error) {
        if (error instanceof Cancelled) return end(lease, 'cancelled');
        if (!(error instanceof StepFailed)) throw error;
        await fail(lease, next.id, error.error);
      }
    }
  }

  function stepOptions(lease: Lease, recordId: string) {
    const goOn = (task = lease.task()) => {
      if (stopping.signal.aborted) throw new Parked();
      if (task.cancelRequested && !isUndo(recordId)) throw new Cancelled();
    };
    const mayWrite = async () => {
      for (;;) {
        goOn();
        const { approvalId, plan } = lease.task();
        if (!(await options.stillApproved(approvalId, plan))) throw new StepFailed(NO_LONGER_APPROVED);
        if (plan.undoes !== undefined && (await isActive(plan.undoes))) throw new StepFailed(STILL_ACTIVE);
        const by = await options.stoppedBy();
        if (by === undefined) break;
        if (lease.task().state !== 'waiting') await lease.save(() => ({ state: 'waiting' }));
        await sleep(ASK_AGAIN_MS);
        await lease.renew();
      }
      if (lease.task().state === 'waiting') await lease.save(() => ({ state: 'running' }));
    };
    return { ...options, elapsed, hurry: hurry.signal, sleep, goOn, mayWrite };
  }

  /** One write for the failure and what follows from it: the end, or the records of an automatic undo. */
  async function fail(lease: Lease, failedId: string, error: ToolError): Promise<void> {
    await lease.save((task) => {
      const failed = task.steps.map(
        (record): StepRecord =>
          record.id === failedId ? { ...record, state: 'failed', error, endedAt: clock() } : skipPending(record),
      );
      const automatic = task.plan.undoMode === 'automatic' && !isUndo(failedId);
      const undo = automatic ? undoRecords({ plan: task.plan, steps: failed }) : [];
      return { steps: [...failed, ...undo], ...(undo.length === 0 && ended('failed')) };
    });
  }

  async function end(lease: Lease, state: TaskState): Promise<void> {
    const { undoes } = lease.task().plan;
    if (undoes !== undefined && state === 'succeeded') await markUndone(undoes);
    await lease.save(({ steps }) => ({ steps: steps.map(skipPending), ...ended(state) }));
  }

  async function isActive(id: string): Promise<boolean> {
    const task = await tasks.get(id);
    return task !== undefined && !isEnded(task);
  }

  /** The other task's card then offers neither retry nor undo. */
  async function markUndone(id: string): Promise<void> {
    for (;;) {
      const task = await tasks.get(id);
      if (!task || !isEnded(task) || task.state === 'undone') return;
      const steps = task.steps.map(
        (record): StepRecord => (record.appliedAt === undefined ? record : { ...record, state: 'undone' }),
      );
      const undone: Task = { ...task, rev: task.rev + 1, steps, state: 'undone' };
      if (await tasks.replace(undone)) return options.onChange(undone);
    }
  }

  function ended(state: TaskState): Pick<Task, 'state' | 'endedAt' | 'leaseUntil'> {
    return { state, endedAt: clock(), leaseUntil: 0 };
  }

  function sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = stopping;
      if (signal.aborted) return reject(new Parked());
      const wake = () => {
        signal.removeEventListener('abort', park);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      const park = () => {
        clearTimeout(timer);
        reject(new Parked());
      };
      signal.addEventListener('abort', park, { once: true });
    });
  }

  return {
    drive,
    async recover() {
      for (const task of await tasks.find({ where: { state: ['queued', 'running', 'waiting'] }, limit: 10_000 })) {
        if (!driving.has(task.id)) void drive(task.id);
      }
      if (shownAgain) return;
      shownAgain = true;
      const latest = await tasks.find({ orderBy: 'createdAt', descending: true, limit: SHOWN_AGAIN });
      for (const task of latest.filter(isEnded)) options.onChange(task);
    },
    async stop() {
      stopping.abort();
      const grace = setTimeout(() => hurry.abort(), STOP_GRACE_MS);
      await Promise.all(driving.values());
      clearTimeout(grace);
    },
  };
}

const NO_LONGER_APPROVED: ToolError = {
  code: 'NO_LONGER_APPROVED',
  message: 'The approval no longer counts: its approver lost the right, or the plan was altered',
  hint: 'Ask for the plan again, and let somebody with the approver role approve it',
  retryable: false,
  ambiguous: false,
};

const STILL_ACTIVE: ToolError = {
  code: 'TASK_ACTIVE',
  message: 'The task whose effects this takes back was started again since it was asked for',
  hint: 'Cancel that task, then ask for its undo again',
  retryable: false,
  ambiguous: false,
};

const noop = () => undefined;

function skipPending(record: StepRecord): StepRecord {
  return record.state === 'pending' ? { ...record, state: 'skipped' } : record;
}
