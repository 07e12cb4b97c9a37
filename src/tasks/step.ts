import type { PlanStep, Watch } from '../approvals/plan.ts';
import type { JsonObject, ToolError, ToolGateway, ToolResult } from '../tools/types.ts';
import { definitionOf, idempotencyKey, resultsOf } from './definitions.ts';
import type { Lease } from './lease.ts';
import { resolveReferences, UnresolvedReference, valueAt } from './references.ts';
import type { StepRecord, Task } from './types.ts';
import { isDone, look } from './watch.ts';

/** One step: written down, looked for, applied, waited for, verified. Everything is on disk before the next thing happens. */

export interface StepOptions {
  gateway: ToolGateway;
  /** For stamps only; how long something took is told by `elapsed`, which no change of the clock moves. */
  clock: () => number;
  /** Milliseconds since some fixed moment of this process. */
  elapsed: () => number;
  /** Aborts when the runner can wait for a call no longer. */
  hurry: AbortSignal;
  /** Speed of the world's clock: plan seconds divided by it are real seconds. */
  pace: number;
  /** Sleeps, or rejects with `Parked` when the runner is told to stop. */
  sleep: (ms: number) => Promise<void>;
  /** Throws when the task, as it is now stored, must not go on: it was cancelled, or the runner stops. */
  goOn: (task?: Task) => void;
  /** Resolves when a change may be made now; throws when the task must not go on. */
  mayWrite: () => Promise<void>;
}

/** The step cannot succeed: the card shows this error. */
export class StepFailed extends Error {
  readonly error: ToolError;
  constructor(error: ToolError) {
    super(error.message);
    this.error = error;
  }
}

const FASTEST_POLL_MS = 200;
const PATIENCE_MINUTES = 15;
const LEAST_PATIENCE_MS = 15_000;
const WRITE_TIMEOUT_MS = 90_000;

/** Brings one record from wherever it stands to `verified`. Throws StepFailed, LostLease or Parked. */
export async function runStep(options: StepOptions, lease: Lease, recordId: string): Promise<void> {
  const definition = definitionOf(lease.task(), recordId);
  const record = () => recordOf(lease, recordId);
  try {
    if (definition.kind === 'check') {
      if (record().state === 'pending') await patch(lease, recordId, { state: 'waiting', intendedAt: options.clock() });
      await waitFor(options, lease, recordId, definition.check);
    } else {
      await makeHappen(options, lease, recordId, definition.step);
      if (definition.step.until && record().state !== 'verified')
        await waitFor(options, lease, recordId, definition.step.until);
    }
    if (record().state === 'verified') return;
  } catch (error) {
    if (!(error instanceof UnresolvedReference)) throw error;
    throw new StepFailed({ code: error.code, message: error.message, retryable: false, ambiguous: false });
  }
  await patch(lease, recordId, { state: 'verified', endedAt: options.clock() });
}

/** From `pending` or `intended` to `waiting`: exactly one effect, made now or found from an earlier try. */
async function makeHappen(options: StepOptions, lease: Lease, recordId: string, step: PlanStep): Promise<void> {
  const { state } = recordOf(lease, recordId);
  if (state === 'waiting') return;
  /** A try was made of which nobody knows yet whether it had its effect. */
  let unclear = state === 'intended';
  const since = options.elapsed();
  const patience = since + patienceMs(options) + ((step.repeat?.timeoutMinutes ?? 0) * 60_000) / options.pace;
  try {
    for (let attempt = 0; ; attempt++) {
      await options.mayWrite();
      if (unclear && step.adopt) {
        const result = await search(options, lease, recordId, step.adopt);
        if (result)
          return await patch(lease, recordId, { ...accepted(step, result, options.clock()), adopted: true, result });
        unclear = false;
      }
      const result = await apply(options, lease, recordId, step);
      if (result.ok) {
        unclear = false;
        if (step.repeat && !isDone(step.repeat.done, result.data)) {
          await comeAgain(options, lease, recordId, { repeat: step.repeat, result: result.data, since });
          continue;
        }
        return await patch(lease, recordId, { ...accepted(step, result.data, options.clock()), result: result.data });
      }
      const { error } = result;
      unclear ||= error.ambiguous;
      if (options.hurry.aborted) options.goOn();
      const again = error.ambiguous || error.retryable || error.code === 'STOPPED';
      if (!again || options.elapsed() > patience) throw new StepFailed(error);
      await patch(lease, recordId, { stage: error.code });
      await options.sleep(backoff(attempt) / options.pace);
    }
  } catch (error) {
    throw unclear && error instanceof StepFailed ? new StepFailed({ ...error.error, ambiguous: true }) : error;
  }
}

/** Waits until the next call of work that is done in parts, unless its time is over. */
async function comeAgain(
  options: StepOptions,
  lease: Lease,
  recordId: string,
  { repeat, result, since }: { repeat: NonNullable<PlanStep['repeat']>; result: JsonObject; since: number },
): Promise<void> {
  const { stage: path, timeoutMinutes, everySeconds } = repeat;
  const found = path === undefined ? undefined : valueAt(result, path);
  const stage = typeof found === 'string' ? found : undefined;
  await patch(lease, recordId, { appliedAt: options.clock(), ...(stage !== undefined && { stage }) });
  if (options.elapsed() - since > (timeoutMinutes * 60_000) / options.pace)
    throw new StepFailed(overdue(timeoutMinutes, stage));
  await options.sleep((everySeconds * 1000) / options.pace);
}

/** What holds from the moment a call is accepted: with nothing to wait for, the step is done. */
function accepted({ until, settled }: PlanStep, result: JsonObject, now: number): Partial<StepRecord> {
  const waits = until && !(settled && isDone(settled, result));
  return waits ? { state: 'waiting', appliedAt: now } : { state: 'verified', appliedAt: now, endedAt: now };
}

/** Writes the intent down, unless the task was cancelled meanwhile, then makes the call. */
async function apply(options: StepOptions, lease: Lease, recordId: string, step: PlanStep): Promise<ToolResult> {
  const key = idempotencyKey(lease.task(), recordId);
  const args = resolveReferences(step.args, resultsOf(lease.task()), key);
  const attempts = recordOf(lease, recordId).attempts + 1;
  await patch(lease, recordId, { state: 'intended', attempts, intendedAt: options.clock() }, options.goOn);
  const { plan, approvalId, id: taskId, fence, approvedBy: actor } = lease.task();
  return options.gateway.write(
    { tool: step.tool, args, actor, timeoutMs: WRITE_TIMEOUT_MS, signal: options.hurry },
    { planId: plan.id, approvalId, taskId, stepId: recordId, idempotencyKey: key, fence },
  );
}

/**
 * Looks for what an interrupted try may have made. Listings can be late, so "not there" counts only after the settling
 * time; a look that keeps failing proves nothing, and the step then stops for a person to decide.
 */
async function search(
  options: StepOptions,
  lease: Lease,
  recordId: string,
  how: NonNullable<PlanStep['adopt']>,
): Promise<JsonObject | undefined> {
  const task = lease.task();
  const args = resolveReferences(how.args, resultsOf(task), idempotencyKey(task, recordId));
  const settled = options.elapsed() + (how.settleSeconds * 1000) / options.pace;
  const patience = settled + patienceMs(options);
  for (let attempt = 0; ; attempt++) {
    const lookedAt = options.elapsed();
    const found = await options.gateway.read({ tool: how.tool, args, actor: task.approvedBy, signal: options.hurry });
    options.goOn();
    if (found.ok) {
      const result = pick(how.result, found.data);
      if (result) return result;
      if (lookedAt >= settled) return undefined;
    } else if (!found.error.retryable || options.elapsed() > patience) {
      throw new StepFailed({
        ...found.error,
        hint: found.error.hint ?? 'Retry the task once the cloud can be asked again',
      });
    }
    await lease.renew();
    await options.sleep(Math.max(FASTEST_POLL_MS, backoff(attempt) / options.pace));
  }
}

function pick(paths: Record<string, string>, data: JsonObject): JsonObject | undefined {
  const values = Object.entries(paths).map(([name, path]) => [name, valueAt(data, path)] as const);
  const found = values.flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, value] as const],
  );
  return found.length === values.length ? Object.fromEntries(found) : undefined;
}

/**
 * Polls a reading tool until the watch is satisfied. Failing polls are only patience lost, not a failed step. The time
 * allowed counts from here, so a restart begins it anew and a clock that jumps does not end it.
 */
async function waitFor(options: StepOptions, lease: Lease, recordId: string, watch: Watch): Promise<void> {
  const deadline = options.elapsed() + (watch.timeoutMinutes * 60_000) / options.pace;
  const every = Math.max(FASTEST_POLL_MS, (watch.everySeconds * 1000) / options.pace);
  const holdMs = ((watch.holdMinutes ?? 0) * 60_000) / options.pace;
  /** Since when every look has found it done. */
  let holding: number | undefined;
  for (;;) {
    options.goOn();
    const task = lease.task();
    const args = resolveReferences(watch.args, resultsOf(task), idempotencyKey(task, recordId));
    const result = await options.gateway.read({
      tool: watch.tool,
      args,
      actor: task.approvedBy,
      signal: options.hurry,
    });
    if (result.ok) {
      const seen = look(watch, result.data);
      if (seen.kind === 'done') holding ??= options.elapsed();
      else holding = undefined;
      if (holding !== undefined && options.elapsed() - holding >= holdMs) return;
      if (seen.kind === 'failed' && seen.error) throw new StepFailed(seen.error);
      await noteProgress(lease, recordId, seen);
    } else {
      // Nobody looked, so nobody can say that it held.
      holding = undefined;
      options.goOn();
      if (!result.error.retryable && !result.error.ambiguous) throw new StepFailed(result.error);
    }
    if (options.elapsed() > deadline)
      throw new StepFailed(
        overdue(watch.timeoutMinutes, result.ok ? look(watch, result.data).stage : result.error.message),
      );
    await lease.renew();
    await options.sleep(every);
  }
}

function overdue(minutes: number, lastAnswer: string | undefined): ToolError {
  const message = `Not done after ${minutes} minutes${lastAnswer === undefined ? '' : `; last answer: ${lastAnswer}`}`;
  return {
    code: 'STUCK',
    message,
    hint: 'Retry to wait longer, or undo what was created',
    retryable: false,
    ambiguous: false,
  };
}

async function noteProgress(
  lease: Lease,
  recordId: string,
  { stage, percent }: { stage?: string; percent?: number },
): Promise<void> {
  const record = recordOf(lease, recordId);
  if (record.stage === stage && record.percent === percent) return;
  await patch(lease, recordId, { ...(stage !== undefined && { stage }), ...(percent !== undefined && { percent }) });
}

/** Changes one record of the journal, unless `check` throws over the task as it is stored now. */
async function patch(
  lease: Lease,
  recordId: string,
  change: Partial<StepRecord>,
  check?: (task: Task) => void,
): Promise<void> {
  await lease.save((task) => {
    check?.(task);
    return { steps: task.steps.map((record) => (record.id === recordId ? { ...record, ...change } : record)) };
  });
}

function recordOf(lease: Lease, recordId: string): StepRecord {
  const record = lease.task().steps.find(({ id }) => id === recordId);
  if (!record) throw new Error(`Task ${lease.task().id} has no step ${recordId}`);
  return record;
}

/** 1, 2, 4 … 30 seconds of the world's time. */
/** A quick world is asked quickly, but a busy machine may take its time. */
function patienceMs({ pace }: StepOptions): number {
  return Math.max(LEAST_PATIENCE_MS, (PATIENCE_MINUTES * 60_000) / pace);
}

function backoff(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** attempt);
}
