import { z } from 'zod';
import type { CollectionSpec } from '../storage/store.ts';

const usageSchema = z.object({
  /** `DAY WHO`. */
  id: z.string(),
  rev: z.number().int(),
  /** On the local calendar, `2026-11-25`. */
  day: z.string(),
  /** A user's key, `conversation KEY`, or `*` for everybody together. */
  who: z.string(),
  calls: z.number(),
  /** What was asked and what was answered. */
  tokens: z.number(),
  /** In the currency of the price list that is set; 0 where none is. */
  money: z.number(),
});

/** What a model cost on one day, of one user, of one conversation or of all. */
export type UsageRow = z.infer<typeof usageSchema>;

/** How the use of models is stored, so that a restart forgets none of it. */
export const usageSpec: CollectionSpec<UsageRow> = { name: 'model-usage', schema: usageSchema, indexes: [['day']] };
