import { Cron } from 'croner';

/** What a schedule comes to. Times are epoch milliseconds. */
export type Schedule =
  | { kind: 'next'; at: number }
  /** A date that does not exist: it never comes. */
  | { kind: 'never' }
  | { kind: 'invalid'; why: string };

const EVERY = /^@every (?:\d+(?:\.\d+)?(?:h|m|s|ms|us|µs|ns))+$/;
const FIRST_YEARS_MS = 10 * 366 * 24 * 60 * 60_000;

/**
 * When a schedule comes next after a time, as the CronJob controller reads it.
 * https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 */
export function nextRun(schedule: string, timeZone: string | undefined, after: number): Schedule {
  const [, zone = timeZone, text = ''] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(schedule.trim()) ?? [];
  if (EVERY.test(text)) return { kind: 'next', at: after };
  try {
    const cron = new Cron(text.replaceAll('?', '*'), { mode: '5-part', ...(zone && { timezone: zone }) });
    const next = cron.nextRun(new Date(after));
    if (!next || next.getTime() - after > FIRST_YEARS_MS) return { kind: 'never' };
    return { kind: 'next', at: next.getTime() };
  } catch (error) {
    return { kind: 'invalid', why: error instanceof Error ? error.message : String(error) };
  }
}
