import { z } from 'zod';
import type { LabelSelector } from '../controllers/kinds.ts';

const selectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});

/** A label selector of an object; undefined when it is none. */
export const selectorOf = (value: unknown): LabelSelector | undefined => selectorSchema.safeParse(value).data;
