import { z } from 'zod';
import type { LocalText } from '../chat/types.ts';
import { type FlowRun, type PlanDraft, read } from './kit.ts';

/** A change rehearsed by the API server itself, and the step of a plan that it becomes. */

const json = z.record(z.string(), z.json());
type JsonObject = z.infer<typeof json>;

/** A call of a writing tool for one object, without the cluster. */
export interface Change {
  tool: string;
  args: JsonObject;
}

const rehearsal = z.object({
  /** Over the YAML of before and after; empty where nothing differs. */
  diff: z.string(),
  /** Of the object that is there; absent where the change makes it. */
  uid: z.string().optional(),
  generation: z.number().optional(),
  before: json.nullable(),
  after: json.nullable(),
  /** The change makes the object. */
  created: z.boolean().default(false),
  /** The call that takes it back; absent where nothing leads back. */
  undoCall: z.object({ tool: z.string(), args: json }).optional(),
  /** Of a drain: what would be evicted, and what stands in the way. */
  drain: json.optional(),
});
export type Rehearsal = z.infer<typeof rehearsal> & { clusterId: string; change: Change };

/**
 * What a change would do, by the server's own dry run with all its admission. Throws FlowError with the server's code, or
 * `GITOPS_OWNED` where the object is kept elsewhere and policy forbids to change it, or `SECRET_IN_CHANGE` where an argument
 * or the way back holds a placeholder instead of a secret.
 */
export function* rehearse(clusterId: string, change: Change): FlowRun<Rehearsal> {
  const seen = yield* read('copilot_rehearse', { clusterId, change: { tool: change.tool, args: change.args } });
  return { ...rehearsal.parse(seen), clusterId, change };
}

type Step = PlanDraft['steps'][number];
type Undo = PlanDraft['undo'][number];

/** The rehearsed change as a step: its arguments name what must still be so, so that a changed object voids the approval. */
export function stepOf(
  seen: Rehearsal,
  { id, title, expectMinutes = 1 }: { id: string; title: LocalText; expectMinutes?: number },
): Step {
  const { change, clusterId, uid, generation, created } = seen;
  const must = created
    ? { expectAbsent: true }
    : {
        ...(uid !== undefined && { expectedUid: uid }),
        ...(generation !== undefined && change.tool !== 'k8s_drain' && { expectedGeneration: generation }),
      };
  return { id, title, tool: change.tool, args: { clusterId, ...change.args, ...must }, expectMinutes };
}

/** The way back of that step, where there is one. What it made is deleted by its uid, so that nothing else of that name is. */
export function undoOf(seen: Rehearsal, of: string, title: LocalText): Undo[] {
  const { undoCall, created } = seen;
  if (!undoCall) return [];
  const args = created ? { ...undoCall.args, expectedUid: { $from: `${of}.uid` } } : undoCall.args;
  return [{ id: `undo-${of}`, of, title, tool: undoCall.tool, args, expectMinutes: 1 }];
}
