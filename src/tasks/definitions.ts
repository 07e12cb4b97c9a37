import type { Check, Plan, PlanStep } from '../approvals/plan.ts';
import type { JsonObject } from '../tools/types.ts';
import type { StepRecord, Task } from './types.ts';

/** What a step record carries out: a change, or a check that only looks. */
export type Definition = { kind: 'step'; step: PlanStep } | { kind: 'check'; check: Check };

const UNDO = 'undo.';

/** The records a new task begins with: the plan's steps, then its checks. */
export function freshRecords(plan: Plan): StepRecord[] {
  return [...plan.steps, ...plan.verify].map(({ id }) => ({ id, state: 'pending', attempts: 0 }));
}

/** The records of an automatic undo: one for each undo step whose step may have had an effect. */
export function undoRecords(task: Pick<Task, 'plan' | 'steps'>): StepRecord[] {
  return undoSteps(task).map(({ id }) => ({ id: `${UNDO}${id}`, state: 'pending', attempts: 0 }));
}

/** The undo steps that have something to take back. */
export function undoSteps(task: Pick<Task, 'plan' | 'steps'>): Plan['undo'] {
  return task.plan.undo.filter(
    ({ of, unless }) => mayHaveHappened(task, of) && (unless === undefined || !mayHaveHappened(task, unless)),
  );
}

export function definitionOf({ plan }: Task, recordId: string): Definition {
  const step = recordId.startsWith(UNDO)
    ? plan.undo.find(({ id }) => `${UNDO}${id}` === recordId)
    : plan.steps.find(({ id }) => id === recordId);
  if (step) return { kind: 'step', step };
  const check = plan.verify.find(({ id }) => id === recordId);
  if (check) return { kind: 'check', check };
  throw new Error(`The plan ${plan.id} has no step ${recordId}`);
}

export function isUndo(recordId: string): boolean {
  return recordId.startsWith(UNDO);
}

/** True from the moment the intent of a step is written down, unless its call was refused for certain. */
function mayHaveHappened({ steps }: Pick<Task, 'steps'>, stepId: string): boolean {
  const record = steps.find(({ id }) => id === stepId);
  if (record?.intendedAt === undefined) return false;
  return record.appliedAt !== undefined || record.error === undefined || record.error.ambiguous;
}

/** What each step gave, by its id. */
export function resultsOf({ steps }: Task): Map<string, JsonObject> {
  return new Map(steps.flatMap(({ id, result }) => (result ? [[id, result] as const] : [])));
}

/** The same key for every try of a step, so that a repeated call finds what the first one made. */
export function idempotencyKey({ plan }: Task, recordId: string): string {
  return `${plan.id}.${recordId}`;
}
