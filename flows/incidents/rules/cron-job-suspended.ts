import { appliedSpec } from '../applied.ts';
import { askedLines } from '../asked.ts';
import type { Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** A CronJob is suspended while somebody or an alert asks for it, or while its applied configuration says that it should run. */
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
  if (asked.length === 0 && !isApplied) return [];
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
        ...(isApplied ? [objectLine(ref, 'was last applied with suspend=false')] : []),
        ...asked,
      ],
    },
  ];
}
