import type { EvidenceLine, Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { eventLine, objectLine, refOf } from '../lines.ts';
import { nextRun } from '../looks/cron.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const REASONS = new Set(['UnparseableSchedule', 'UnparsableSchedule', 'InvalidSchedule', 'UnknownTimeZone']);
/** The controller looks every ten seconds: a shorter deadline can be over before it looks. */
const SHORTEST_DEADLINE_S = 10;
const LATE_MS = 10 * 60_000;

/** A CronJob's schedule cannot be read, has a time zone that does not exist, never comes, or may not be kept within its deadline. */
export const cronJobBadSchedule: Rule = {
  cause: 'CronJobBadSchedule',
  async examine(scene) {
    return scene.workloads.flatMap(({ cronJob }) => {
      if (!cronJob || cronJob.spec.suspend || cronJob.metadata.deletionTimestamp !== undefined) return [];
      const found = neverFires(scene, cronJob) ?? complained(scene, cronJob) ?? tooTight(scene, cronJob);
      return found ? [toVerdict(cronJob, found)] : [];
    });
  },
};

interface Found {
  line: EvidenceLine;
  detail: string;
  confidence: 'proven' | 'likely';
}

function neverFires(scene: Scene, cronJob: Objects['CronJob']): Found | undefined {
  const { schedule, timeZone } = cronJob.spec;
  if (schedule === undefined) return undefined;
  const ref = refOf('CronJob', cronJob);
  const zone = timeZone === undefined ? '' : ` in ${timeZone}`;
  const next = nextRun(schedule, timeZone, scene.now);
  if (next.kind === 'never')
    return found('proven', objectLine(ref, `schedule "${schedule}"${zone} never comes`), `"${schedule}" never comes`);
  // A running CronJob shows that the controller can read it, whatever this reader makes of it.
  if (next.kind !== 'invalid' || cronJob.status.lastScheduleTime !== undefined) return undefined;
  return found(
    'likely',
    objectLine(ref, `schedule "${schedule}"${zone} cannot be read: ${next.why}`),
    `"${schedule}"${zone}: ${next.why}`,
  );
}

/** The controller says so, and has not started anything since. */
function complained(scene: Scene, cronJob: Objects['CronJob']): Found | undefined {
  const { lastScheduleTime = 0 } = cronJob.status;
  const [event] = scene
    .eventsOf(refOf('CronJob', cronJob), lastScheduleTime)
    .filter(({ reason }) => REASONS.has(reason));
  if (!event) return undefined;
  // It complains at every look: a complaint about a schedule that has been changed since does not name the present one.
  const { schedule = '', timeZone = '' } = cronJob.spec;
  const isPresent = event.message.includes(event.reason === 'UnknownTimeZone' ? timeZone : schedule);
  return isPresent ? found('proven', eventLine(event), event.message) : undefined;
}

function tooTight(scene: Scene, cronJob: Objects['CronJob']): Found | undefined {
  const { schedule, timeZone, startingDeadlineSeconds } = cronJob.spec;
  if (schedule === undefined || startingDeadlineSeconds === undefined || startingDeadlineSeconds >= SHORTEST_DEADLINE_S)
    return undefined;
  const { lastScheduleTime, active } = cronJob.status;
  const next = nextRun(schedule, timeZone, lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? scene.now);
  if (next.kind !== 'next' || scene.now - next.at < LATE_MS || active.length > 0) return undefined;
  const text = `startingDeadlineSeconds=${startingDeadlineSeconds}: a start that is due may be missed`;
  return found('likely', objectLine(refOf('CronJob', cronJob), text), text);
}

const found = (confidence: Found['confidence'], line: EvidenceLine, detail: string): Found => ({
  line,
  detail: detail.slice(0, 200),
  confidence,
});

function toVerdict(cronJob: Objects['CronJob'], { line, detail, confidence }: Found): Verdict {
  const ref = refOf('CronJob', cronJob);
  const { lastScheduleTime } = cronJob.status;
  const last = lastScheduleTime === undefined ? 'never' : new Date(lastScheduleTime).toISOString();
  return {
    cause: 'CronJobBadSchedule',
    confidence,
    object: ref,
    params: { detail },
    evidence: [line, objectLine(ref, `last started ${last}`)],
  };
}
