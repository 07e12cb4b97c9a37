import type { Condition, Watch } from '../approvals/plan.ts';
import type { Json, JsonObject, ToolError } from '../tools/types.ts';
import { valueAt } from './references.ts';

/** What one look at long work found. */
export type Seen = { kind: 'done' | 'pending' | 'failed'; stage?: string; percent?: number; error?: ToolError };

/** Reads a tool's result by the watch's conditions; `done` needs all of them, `failed` any. */
export function look(watch: Watch, result: JsonObject): Seen {
  const stage = textAt(result, watch.stage);
  const percent = watch.percent === undefined ? undefined : valueAt(result, watch.percent);
  const seen = {
    ...(stage && { stage }),
    ...(typeof percent === 'number' && { percent: Math.min(100, Math.max(0, percent)) }),
  };
  if (watch.failed?.some((condition) => holds(condition, result)))
    return { ...seen, kind: 'failed', error: failure(watch, result) };
  return { ...seen, kind: isDone(watch.done, result) ? 'done' : 'pending' };
}

/** Whether a result meets all of these conditions. */
export function isDone(conditions: readonly Condition[], result: JsonObject): boolean {
  return conditions.every((condition) => holds(condition, result));
}

function failure(watch: Watch, result: JsonObject): ToolError {
  const found = watch.error === undefined ? undefined : valueAt(result, watch.error);
  const { code, message, hint } = found && typeof found === 'object' && !Array.isArray(found) ? found : {};
  return {
    code: typeof code === 'string' ? code : 'FAILED',
    message:
      typeof message === 'string' ? message : typeof found === 'string' ? found : `${watch.tool} reports a failure`,
    ...(typeof hint === 'string' && { hint }),
    retryable: false,
    ambiguous: false,
  };
}

function holds({ path, in: allowed, atLeast, atMost, each }: Condition, result: JsonObject): boolean {
  const value = valueAt(result, path);
  if (value === undefined) return false;
  if (allowed && !isOneOf(value, allowed)) return false;
  if (atLeast !== undefined && !((Array.isArray(value) ? value.length : Number(value)) >= atLeast)) return false;
  if (atMost !== undefined && !(Number(value) <= atMost)) return false;
  return !each || (Array.isArray(value) && value.every((item) => isOneOf(valueAt(item, each.path), each.in)));
}

function isOneOf(value: Json | undefined, allowed: readonly (string | number | boolean)[]): boolean {
  return allowed.some((one) => one === value);
}

function textAt(result: JsonObject, path: string | undefined): string | undefined {
  const value = path === undefined ? undefined : valueAt(result, path);
  return typeof value === 'string' ? value : undefined;
}
