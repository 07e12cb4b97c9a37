import type { JobParameters } from 'agenda';

/** The job was moved or cleared after Agenda had taken it: it must not run, and that is no error. */
export class AlarmGone extends Error {
  readonly code = 'ALARM_GONE';
}

/**
 * What to store when Agenda saves a job's state. Agenda forgets the due time of a one-shot job before it runs it, so that
 * one found after a crash, or unlocked, would never run: the due time stays until the job is removed. Undefined for a job
 * that is done, which its own handler removes.
 */
export function stateToKeep(job: JobParameters): JobParameters | undefined {
  if (job.nextRunAt) return job;
  return job.lockedAt ? { ...job, nextRunAt: job.lastRunAt ?? job.lockedAt } : undefined;
}
