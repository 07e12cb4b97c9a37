import { z } from 'zod';
import type { CollectionSpec } from '../../storage/store.ts';

/** A container's document holds all of its days, so that a day is in it once or not at all. */

const date = z.iso.date();
const packed = z.array(z.number()).readonly();

const daySchema = z.object({
  date,
  /** Millicores, 5-minute means. */
  cpu: packed,
  cpuMax: z.number(),
  /** Each pod's p99, weighted by its samples. */
  podP99: packed,
  /** Bytes, the highest of each 5 minutes. */
  memory: packed,
  memoryPeak: z.number(),
  /** Samples of CPU that came, that should have come while the pods lived, and steps of the day with any. */
  samples: z.int(),
  expected: z.int(),
  steps: z.int(),
  images: z.array(z.string()).readonly(),
  oomKills: z.int(),
  oomLimit: z.number().exactOptional(),
});
export type DayRecord = z.infer<typeof daySchema>;

const usageSchema = z.object({
  /** `CLUSTER/NAMESPACE/KIND/NAME/CONTAINER`. */
  id: z.string(),
  rev: z.int(),
  cluster: z.string(),
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  container: z.string(),
  lastDate: date,
  days: z.array(daySchema),
});
export type UsageRecord = z.infer<typeof usageSchema>;

export const usageSpec: CollectionSpec<UsageRecord> = {
  name: 'usage',
  schema: usageSchema,
  indexes: [['cluster', 'lastDate']],
};

const feedSchema = z.object({
  /** The cluster's id. */
  id: z.string(),
  rev: z.int(),
  /** Days that are in, newest first. */
  done: z.array(date),
  /** The day at work, and the namespaces that are in. */
  current: z.object({ date, namespaces: z.array(z.string()) }).exactOptional(),
  /** Nothing is known of this day and those before it. */
  historyEnds: date.exactOptional(),
  /** Whoever has it works until then, epoch milliseconds. */
  leaseUntil: z.number(),
  /** Not before then, epoch milliseconds. */
  restUntil: z.number(),
  /** p99 of the query times of the last runs, milliseconds, newest first. */
  times: z.array(z.number()),
});
export type FeedRecord = z.infer<typeof feedSchema>;

export const feedSpec: CollectionSpec<FeedRecord> = { name: 'usage-feeds', schema: feedSchema };
