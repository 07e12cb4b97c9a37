import { Cron } from 'croner';
import type { SurveyWorkload } from '../../../../servers/ack/kube/survey/survey.ts';
import { HOUR, type Signal, severityIn, sum } from '../signal.ts';

/** Later than this it has missed its time. */
const LATE = HOUR;
/** So many runs show the longest pause of a schedule, such as a week-end. */
const RUNS = 10;
const LONGEST_EXPRESSION = 200;

/** W12: CronJobs that should have started something. */
export const cronJobMissed: Signal = {
  code: 'W12',
  category: 'workloads',
  kinds: ['CronJob'],
  graceMs: 0,
  worst: 'medium',
  diagnosable: true,
  look(view) {
    const active = view.survey.workloads.filter(({ kind, suspended }) => kind === 'CronJob' && !suspended);
    const items = active.flatMap((cronJob) => {
      const due = dueOf(cronJob);
      if (due === undefined || view.now - due <= LATE) return [];
      const { namespace, name, schedule } = cronJob;
      const place = view.places.of(namespace);
      return {
        object: { kind: 'CronJob', namespace, name },
        weight: place.weight,
        severity: severityIn(place, 'medium', 'low'),
        prod: place.prod,
        since: due,
        seen: `schedule "${schedule}" started nothing`,
      };
    });
    const relevant = sum(active.map(({ namespace }) => view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: active.length };
  },
};

/** When it must have run again, whatever its time zone: the last time, and the longest pause of the schedule. */
function dueOf({ schedule = '', lastScheduledAt, createdAt }: SurveyWorkload): number | undefined {
  const last = lastScheduledAt ?? createdAt;
  const text = schedule.replace(/^(?:CRON_)?TZ=\S+\s+/, '').replaceAll('?', '*');
  if (text.length > LONGEST_EXPRESSION) return undefined;
  try {
    const runs = new Cron(text, { mode: '5-part', utcOffset: 0 }).nextRuns(RUNS, new Date(last));
    const times = [last, ...runs.map((run) => run.getTime())];
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? time));
    return runs.length < RUNS ? undefined : last + Math.max(...pauses);
  } catch {
    // The controller tells of what cannot be read; here it is no missed time.
    return undefined;
  }
}
