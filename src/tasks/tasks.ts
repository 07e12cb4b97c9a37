import { createHash } from 'node:crypto';
import type { Approval } from '../approvals/approvals.ts';
import type { Plan } from '../approvals/plan.ts';
import type { Audit } from '../audit/audit.ts';
import type { Translate } from '../chat/messages.ts';
import { type Language, type UserRef, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import { definitionOf, freshRecords, idempotencyKey, isUndo, resultsOf, undoSteps } from './definitions.ts';
import { isEnded } from './lease.ts';
import { resolveReferences, UnresolvedReference } from './references.ts';
import type { StepRecord, Task } from './types.ts';

/** Tasks as people deal with them: made from an approval, looked at, cancelled, retried, undone. */
export interface Tasks {
  /** Idempotent: the same approval gives the same task. Returns its id. */
  start(approval: Approval): Promise<string>;
  get(id: string): Promise<Task | undefined>;
  /** Newest first. */
  list(limit: number): Promise<Task[]>;
  /** Asks the task to end at the next boundary. False when it has ended already. */
  cancel(id: string, actor: UserRef): Promise<boolean>;
  /** Goes on with the failed step, under the same keys. False when there is nothing to retry, or it is just being undone. */
  retry(id: string, actor: UserRef): Promise<boolean>;
}

export interface TaskOptions {
  tasks: Collection<Task>;
  audit: Pick<Audit, 'append'>;
  clock: () => number;
  /** Wakes the runner. */
  wake: (id: string) => void;
  onChange: (task: Task) => void;
}

export function createTasks({ tasks, audit, clock, wake, onChange }: TaskOptions): Tasks {
  async function start(approval: Approval): Promise<string> {
    for (const id of idsFor(approval.plan.id)) {
      const stored = await tasks.get(id);
      if (stored && stored.approvalId !== approval.id) continue;
      const task = stored ?? newTask(id, approval, clock());
      if (!stored && !(await tasks.insert(task))) return start(approval);
      if (!stored) onChange(task);
      wake(id);
      return id;
    }
    throw new Error(`No free task id for ${approval.plan.id}`);
  }

  /** Applies a change to what is stored now; undefined from `change` means there is nothing to do. */
  async function update(id: string, change: (task: Task) => Partial<Task> | undefined): Promise<boolean> {
    for (;;) {
      const stored = await tasks.get(id);
      const changed = stored && change(stored);
      if (!stored || !changed) return false;
      const next: Task = { ...stored, ...changed, rev: stored.rev + 1 };
      if (!(await tasks.replace(next))) continue;
      onChange(next);
      return true;
    }
  }

  async function isBeingUndone(id: string): Promise<boolean> {
    const active = await tasks.find({ where: { state: ['queued', 'running', 'waiting'] } });
    return active.some(({ plan }) => plan.undoes === id);
  }

  async function tell(action: string, id: string, actor: UserRef): Promise<void> {
    await audit.append({ actor: userKey(actor), action, subject: id, outcome: 'asked' });
  }

  return {
    start,
    get: (id) => tasks.get(id),
    list: (limit) => tasks.find({ orderBy: 'createdAt', descending: true, limit }),
    async cancel(id, actor) {
      await tell('task.cancel', id, actor);
      return update(id, (task) => (mayCancel(task) ? { cancelRequested: true } : undefined));
    },
    async retry(id, actor) {
      await tell('task.retry', id, actor);
      if (await isBeingUndone(id)) return false;
      const asked = await update(id, (task) => (mayRetry(task) ? revived(task, clock()) : undefined));
      if (asked) wake(id);
      return asked;
    },
  };
}

/** An undo is never cancelled: it would leave half of what it was to remove. */
export function mayCancel(task: Task): boolean {
  return !isEnded(task) && !task.cancelRequested && !task.steps.some(({ id }) => isUndo(id));
}

export function mayRetry({ state }: Pick<Task, 'state'>): boolean {
  return state === 'failed' || state === 'cancelled';
}

/**
 * The same task, once more: what was done stays done, what may have been done is looked for first, what was taken on and then failed is
 * waited for again, or asked for again where the step says that it may be.
 */
function revived(task: Task, now: number): Partial<Task> {
  const undoing = task.steps.some(({ id }) => isUndo(id));
  const steps = task.steps.map((record): StepRecord => {
    if ((record.state !== 'failed' && record.state !== 'skipped') || isUndo(record.id) !== undoing) return record;
    const { error: _, endedAt: __, stage: ___, percent: ____, ...rest } = record;
    if (record.intendedAt === undefined || isToRepeat(task, record)) return { ...rest, state: 'pending' };
    return { ...rest, intendedAt: now, state: record.appliedAt === undefined ? 'intended' : 'waiting' };
  });
  const { endedAt: _, ...rest } = task;
  return { ...rest, steps, state: 'queued', cancelRequested: false, leaseUntil: 0, dueAt: now };
}

/** The call was taken on and its work failed, rather than being slow; and the step's call may be made again. */
function isToRepeat(task: Task, { id, appliedAt, error }: StepRecord): boolean {
  const definition = definitionOf(task, id);
  const failed = appliedAt !== undefined && error !== undefined && error.code !== 'STUCK';
  return failed && definition.kind === 'step' && definition.step.repeatable === true;
}

export type UndoPlan = { plan: Omit<Plan, 'id' | 'expiresAt'> } | { unclear: string } | { nothing: true };

/** Takes back what a task made, as a plan of its own that needs its own approval. `unclear`: a thing was begun whose id is not known. */
export function undoPlan(task: Task, words: Record<Language, Translate>): UndoPlan {
  const { id: _, expiresAt: __, ...plan } = task.plan;
  if (task.state === 'undone') return { nothing: true };
  const results = resultsOf(task);
  const undo = undoSteps(task);
  if (undo.length === 0) return { nothing: true };
  const titleIn = (language: Language) =>
    words[language]('tasks.undo-title', { id: task.id, title: plan.title[language] });
  try {
    const literal = <T extends { args: Plan['steps'][number]['args'] }>(call: T, id: string): T => ({
      ...call,
      args: resolveReferences(call.args, results, idempotencyKey(task, id)),
    });
    const steps = undo.map(({ of: _of, unless: _unless, ...step }) => ({
      ...literal(step, step.id),
      ...(step.until && { until: literal(step.until, step.id) }),
    }));
    return {
      plan: {
        ...plan,
        action: undoActionOf(plan),
        title: { en: titleIn('en'), zh: titleIn('zh') },
        why: { en: words.en('tasks.undo-why', { id: task.id }), zh: words.zh('tasks.undo-why', { id: task.id }) },
        steps,
        verify: [],
        undo: [],
        undoes: task.id,
        risk: 'high',
        cost: undefined,
        blastRadius: { ...plan.blastRadius, objects: steps.length },
      },
    };
  } catch (error) {
    if (error instanceof UnresolvedReference) return { unclear: error.message };
    throw error;
  }
}

/** Building a cluster, and going on with one, is taken back as `cluster.undo`; every other change as `incident.undo`. */
function undoActionOf({ action }: Pick<Plan, 'action'>): string {
  return action.startsWith('cluster.') || action === 'nodepool.create' ? 'cluster.undo' : 'incident.undo';
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Short ids for a plan: four of Crockford's base 32, more where those are taken. */
function* idsFor(planId: string): Generator<string> {
  const text = [...createHash('sha256').update(`task:${planId}`).digest()].map((byte) => CROCKFORD[byte % 32]).join('');
  for (let length = 4; length <= 12; length++) yield `T-${text.slice(0, length)}`;
}

function newTask(id: string, approval: Approval, now: number): Task {
  const { plan, requestedBy, decidedBy, conversation, language } = approval;
  if (!decidedBy) throw new Error(`Approval ${approval.id} was not decided`);
  return {
    id,
    rev: 1,
    plan,
    approvalId: approval.id,
    state: 'queued',
    steps: freshRecords(plan),
    fence: 0,
    leaseUntil: 0,
    dueAt: now,
    cancelRequested: false,
    requestedBy,
    approvedBy: decidedBy,
    conversation,
    language,
    createdAt: now,
  };
}
