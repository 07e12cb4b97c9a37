import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';

/** A plan is data: everything that will happen, with exact arguments, so that its digest binds an approval to exactly it. */

const localText = z.object({ en: z.string(), zh: z.string() });
const toolCall = z.object({
  tool: z.string(),
  /** JSON. `{ "$from": "STEP.PATH" }` stands for a value of an earlier step's result, `{ "$key": true }` for this step's idempotency key. */
  args: z.record(z.string(), z.json()),
});

/** A test of one value found by a dotted path (`tasks.0.state`). With `each`, the path is an array and every element is tested. */
const condition = z.object({
  path: z.string(),
  in: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
  each: z.object({ path: z.string(), in: z.array(z.union([z.string(), z.number(), z.boolean()])) }).optional(),
});

const watch = toolCall.extend({
  done: z.array(condition).min(1),
  failed: z.array(condition).optional(),
  everySeconds: z.number().positive(),
  timeoutMinutes: z.number().positive(),
  /** `done` must hold at every look for so long; a look at which it does not begins anew. */
  holdMinutes: z.number().positive().optional(),
  /** Dotted paths into the tool's result, shown on the card. */
  stage: z.string().optional(),
  percent: z.string().optional(),
  error: z.string().optional(),
});

const step = toolCall.extend({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: localText,
  /** How a thing made by an interrupted try is found again before the call is repeated. `result` maps names to paths; found when all resolve. */
  adopt: toolCall
    .extend({ result: z.record(z.string(), z.string()), settleSeconds: z.number().nonnegative() })
    .optional(),
  /** After its long work failed, a retry makes the call again under the same key: it asks for what is missing. Else a retry only waits again. */
  repeatable: z.literal(true).optional(),
  /** Work that one call does only a part of: the call is made again under the same key until its own result is `done`. */
  repeat: z
    .object({
      done: z.array(condition).min(1),
      everySeconds: z.number().positive(),
      timeoutMinutes: z.number().positive(),
      /** Dotted path into the result: what is shown meanwhile, and why when the time is over. */
      stage: z.string().optional(),
    })
    .optional(),
  /** Long work: a reading tool is polled until `done` (or `failed`) holds. */
  until: watch.optional(),
  /** Of the call's own result: the work is done already, as after a crash, and there is nothing left to wait for. */
  settled: z.array(condition).min(1).optional(),
  expectMinutes: z.number().nonnegative(),
});

const undoStep = step.extend({
  /** The step whose effect this takes back; it runs only where that step may have happened. */
  of: z.string(),
  /** Not where that step may have happened: there is nothing left then to take back. */
  unless: z.string().optional(),
});

const check = watch.extend({ id: z.string(), title: localText });

export const planSchema = z.object({
  id: z.string(),
  /** The action class that policy speaks of, for example `cluster.create`. */
  action: z.string(),
  title: localText,
  why: localText,
  /** Name or id of the cluster that is changed. */
  cluster: z.string(),
  environment: z.enum(['prod', 'staging', 'dev']),
  /** The one object that is changed, as policy weighs it: where it is, what it is, and how much of it is away at one time. */
  target: z
    .object({
      namespace: z.string().optional(),
      kind: z.string().optional(),
      name: z.string().optional(),
      /** The largest part of a workload's replicas, or of a pool's nodes, that one step takes away. */
      percent: z.number().min(0).max(100).optional(),
    })
    .optional(),
  steps: z.array(step).min(1),
  verify: z.array(check),
  undo: z.array(undoStep),
  /** What a failed verify does: run the undo (`automatic`), or offer it as a plan of its own (`ask`). */
  undoMode: z.enum(['automatic', 'ask']),
  risk: z.enum(['low', 'medium', 'high']),
  cost: z.object({ amount: z.number(), currency: z.string(), per: z.enum(['month', 'hour', 'once']) }).optional(),
  /** The task whose effects this plan takes back: once it is done, that task counts as undone. */
  undoes: z.string().optional(),
  blastRadius: z.object({ objects: z.number().int(), text: localText }),
  /** A model chose it: a person decides, whatever autopilot may. */
  chosenBy: z.literal('model').optional(),
  /** Epoch milliseconds after which it may no longer be approved. */
  expiresAt: z.number(),
});

export type Plan = z.infer<typeof planSchema>;
export type PlanStep = z.infer<typeof step>;
export type Check = z.infer<typeof check>;
export type Watch = z.infer<typeof watch>;
export type Condition = z.infer<typeof condition>;

/** SHA-256 (hex) over the canonical JSON (RFC 8785) of any JSON value. */
export function digestOf(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('Only JSON values have a digest');
  return createHash('sha256').update(text).digest('hex');
}

/** The same over many values, one after the other: none of them is ever held whole as text. */
export function digestOfAll(values: Iterable<unknown>): string {
  const hash = createHash('sha256');
  for (const value of values) hash.update(digestOf(value));
  return hash.digest('hex');
}

const digests = new WeakMap<Plan, string>();

/** The digest of a plan that is never changed in place; computed once for each object. */
export function planDigest(plan: Plan): string {
  const digest = digests.get(plan) ?? digestOf(plan);
  digests.set(plan, digest);
  return digest;
}
