import { failedJobRule } from '../looks/failed-jobs.ts';

/** A Job was stopped because it took longer than its activeDeadlineSeconds. */
export const jobDeadline = failedJobRule('JobDeadline', new Set(['DeadlineExceeded']));
