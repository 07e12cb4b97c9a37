import type { Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import { appliedSpec } from '../looks/applied.ts';
import { askedLines } from '../looks/asked.ts';
import { nextRun } from '../looks/cron.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const LATE_MS = 10 * 60_000;
const LATELY_MS = 14 * 24 * 60 * 60_000;

/** A CronJob is suspended while somebody or an alert asks for it, its applied configuration says that it should run, or it has lately missed a run. */
export const cronJobSuspended: Rule = {
  cause: 'CronJobSuspended',
  async examine(scene) {
    return scene.workloads.flatMap(({ cronJob }) =>
      cronJob?.spec.suspend && cronJob.metadata.deletionTimestamp === undefined ? verdictFor(scene, cronJob) : [],
    );
  },
};

function verdictFor(scene: Scene, cronJob: Objects['CronJob']): Verdict[] {
  const ref = refOf('CronJob', cronJob);
  const asked = askedLines(scene, ref);
  const isApplied = appliedSpec(cronJob)?.suspend === false;
  const missed = missedRun(scene, cronJob);
  if (asked.length === 0 && !isApplied && missed === undefined) return [];
  const { lastScheduleTime, lastSuccessfulTime } = cronJob.status;
  const time = (at: number | undefined) => (at === undefined ? 'never' : new Date(at).toISOString());
  return [
    {
      cause: 'CronJobSuspended',
      confidence: asked.length > 0 ? 'proven' : 'likely',
      object: ref,
      since: lastScheduleTime,
      params: { schedule: cronJob.spec.schedule ?? '–', last: time(lastScheduleTime) },
      evidence: [
        objectLine(ref, `spec.suspend=true, schedule ${cronJob.spec.schedule}`),
        objectLine(
          ref,
          `last started ${time(lastScheduleTime)}, last succeeded ${time(lastSuccessfulTime)}`,
          lastScheduleTime,
        ),
        ...(missed === undefined ? [] : [objectLine(ref, `was due at ${time(missed)}`, missed)]),
        ...(isApplied ? [objectLine(ref, 'was last applied with suspend=false')] : []),
        ...asked,
      ],
    },
  ];
}

/** The first run that it has missed, if it ran not long before. What has rested for weeks, or never ran, rests on purpose. */
function missedRun(scene: Scene, { spec, status }: Objects['CronJob']): number | undefined {
  const { lastScheduleTime } = status;
  if (spec.schedule === undefined || lastScheduleTime === undefined) return undefined;
  const next = nextRun(spec.schedule, spec.timeZone, lastScheduleTime);
  if (next.kind !== 'next' || scene.now - next.at < LATE_MS) return undefined;
  const period = next.at - lastScheduleTime;
  return scene.now - lastScheduleTime < Math.max(LATELY_MS, 3 * period) ? next.at : undefined;
}
