import { z } from 'zod';
import { userSchema } from '../chat/stored.ts';
import type { CollectionSpec } from '../storage/store.ts';
import type { Report } from './types.ts';

/** What is kept of reports: a row for each score, the whole report for some months, and what was put off. */

const scoreSchema = z.object({
  /** The report's. */
  id: z.string(),
  rev: z.number().int(),
  /** The cluster's id. */
  cluster: z.string(),
  clusterName: z.string(),
  at: z.number(),
  /** Days looked back over. */
  days: z.number(),
  score: z.number(),
  grade: z.string(),
  coverage: z.number(),
  ruleSet: z.string(),
  /** Findings by severity. */
  findings: z.record(z.string(), z.number()),
});
export type ScoreRow = z.infer<typeof scoreSchema>;

export const scoreSpec: CollectionSpec<ScoreRow> = {
  name: 'health-scores',
  schema: scoreSchema,
  indexes: [['cluster', 'at'], ['at']],
};

/** Written by this house only, so its inside is taken as it is. */
const reportSchema = z.object({ id: z.string(), rev: z.number().int(), at: z.number(), report: z.custom<Report>() });
export type ReportRow = z.infer<typeof reportSchema>;

export const reportSpec: CollectionSpec<ReportRow> = {
  name: 'health-reports',
  schema: reportSchema,
  indexes: [['at']],
};

const snoozeSchema = z.object({
  /** `CLUSTER FINDING`. */
  id: z.string(),
  rev: z.number().int(),
  cluster: z.string(),
  findingId: z.string(),
  until: z.number(),
  by: userSchema,
  at: z.number(),
});
export type Snooze = z.infer<typeof snoozeSchema>;

export const snoozeSpec: CollectionSpec<Snooze> = {
  name: 'health-snoozes',
  schema: snoozeSchema,
  indexes: [['cluster', 'until'], ['until']],
};
