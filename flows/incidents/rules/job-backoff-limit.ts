import { failedJobRule } from '../looks/failed-jobs.ts';

/** A Job was given up because too many of its pods failed. */
export const jobBackoffLimit = failedJobRule(
  'JobBackoffLimit',
  new Set(['BackoffLimitExceeded', 'PodFailurePolicy', 'MaxFailedIndexesExceeded', 'FailedIndexes']),
);
