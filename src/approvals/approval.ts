import { z } from 'zod';
import { blockSchema, conversationRefSchema, languageSchema, userSchema } from '../chat/stored.ts';
import type { CollectionSpec } from '../storage/store.ts';
import { planSchema } from './plan.ts';

/** A request to run exactly one plan, and what became of it. The digest binds the decision to the plan that was shown. */
const approvalSchema = z.object({
  /** Short and typeable. */
  id: z.string(),
  rev: z.number(),
  /** The asker's key: the same one twice is one request. */
  key: z.string(),
  plan: planSchema,
  digest: z.string(),
  /** What the flow shows beside the plan, already worded. */
  blocks: z.array(blockSchema),
  requestedBy: userSchema,
  conversation: conversationRefSchema,
  language: languageSchema,
  /** `approved` has no task yet, `used` has. `change`: the asker wants another plan. */
  state: z.enum(['pending', 'approved', 'used', 'rejected', 'change', 'expired']),
  /** Who has approved so far; absent in records of before several people could. */
  approvedBy: z.array(userSchema).optional(),
  /** Whose decision was the last. */
  decidedBy: userSchema.optional(),
  decidedAt: z.number().optional(),
  taskId: z.string().optional(),
  /** The day, cluster and action class on whose account autopilot runs it, or wants to while it is pending. */
  autopilot: z.string().optional(),
  /** The object that is changed, where the plan names it, for finding what was changed lately. */
  object: z.string().optional(),
  /** When the object was last approved to be changed, or claimed by autopilot. */
  touchedAt: z.number().optional(),
  /** Why autopilot asks for this one. */
  note: z.object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }).optional(),
  expiresAt: z.number(),
  createdAt: z.number(),
});

export type Approval = z.infer<typeof approvalSchema>;

export const approvalSpec: CollectionSpec<Approval> = {
  name: 'approvals',
  schema: approvalSchema,
  indexes: [['state', 'expiresAt'], ['createdAt'], ['autopilot'], ['object', 'touchedAt']],
};
