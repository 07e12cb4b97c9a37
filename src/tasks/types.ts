import { z } from 'zod';
import { planSchema } from '../approvals/plan.ts';
import { conversationRefSchema, languageSchema, userSchema } from '../chat/stored.ts';
import { toolErrorSchema } from '../tools/outcome.ts';

/** A task is an approved plan being carried out. Its document is the step journal: the truth about what happened. */

const stepState = z.enum(['pending', 'intended', 'waiting', 'verified', 'failed', 'skipped', 'undone']);
const taskState = z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'undone', 'cancelled']);

const stepRecord = z.object({
  id: z.string(),
  state: stepState,
  attempts: z.number().int(),
  /** When the intent was written down, before the first call. */
  intendedAt: z.number().optional(),
  /** When a call was accepted, or its effect adopted. */
  appliedAt: z.number().optional(),
  endedAt: z.number().optional(),
  /** True when the effect of an interrupted try was found instead of made again. */
  adopted: z.boolean().optional(),
  result: z.record(z.string(), z.json()).optional(),
  /** The cloud's own stage, as last polled. */
  stage: z.string().optional(),
  percent: z.number().optional(),
  error: toolErrorSchema.optional(),
});

export const taskSchema = z.object({
  /** Short and typeable: `T-` and four of Crockford's base 32. */
  id: z.string().regex(/^T-[0-9A-HJKMNP-TV-Z]{4,}$/),
  rev: z.number().int(),
  plan: planSchema,
  approvalId: z.string(),
  state: taskState,
  /** Records of the plan's steps, then of its checks, in order; an undo appends its own. */
  steps: z.array(stepRecord),
  /** Grows by one each time a runner takes the task; a runner with an older number can write nothing. */
  fence: z.number().int(),
  owner: z.string().optional(),
  leaseUntil: z.number(),
  /** When the runner should look again. */
  dueAt: z.number(),
  cancelRequested: z.boolean(),
  requestedBy: userSchema,
  approvedBy: userSchema,
  conversation: conversationRefSchema,
  language: languageSchema,
  createdAt: z.number(),
  endedAt: z.number().optional(),
});

export type Task = z.infer<typeof taskSchema>;
export type StepRecord = z.infer<typeof stepRecord>;
export type TaskState = z.infer<typeof taskState>;
export type StepState = z.infer<typeof stepState>;
