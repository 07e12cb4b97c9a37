import type { Cause } from '../causes.ts';
import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import type { Job, Pod } from '../kinds.ts';
import { eventLine, objectLine, refOf, symptomOf } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Rule } from '../rule.ts';
import type { Known, Scene } from '../scene.ts';
import { failuresOf, readFailingLog } from './failures.ts';
import { isOutside } from './outside.ts';

/** A Job that was given up, nothing having made up for it since. */
interface FailedJob {
  /** The CronJob above it, else the Job. */
  owner: ObjectRef;
  ref: ObjectRef;
  job: Job | undefined;
  reason: string;
  since: number | undefined;
  lines: EvidenceLine[];
}

const failedJobs = oncePerScene(async (scene: Scene): Promise<FailedJob[]> => {
  const jobs = await scene.list('Job');
  const found = jobs.items.flatMap((job) => ofJob(job, jobs));
  return jobs.known ? found : [...found, ...fromEvents(scene, jobs)];
});

/** The rule of the Jobs that were given up for one of these reasons. https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
export function failedJobRule(cause: Cause, reasons: ReadonlySet<string>): Rule {
  return {
    cause,
    async examine(scene) {
      const pods = Map.groupBy(
        scene.pods,
        (pod) => `${pod.metadata.namespace}/${pod.metadata.ownerReferences[0]?.name}`,
      );
      const found = (await failedJobs(scene)).filter(({ reason }) => reasons.has(reason));
      return Promise.all(
        found.map(async (failed) => {
          const own = pods.get(`${failed.ref.namespace}/${failed.ref.name}`) ?? [];
          // What its pods miss of others has a rule of its own, which knows better.
          const dependsOn = (await missesOthers(scene, failed.owner, own)) ? [failed.owner] : [];
          return { ...toVerdict(cause, failed, own), dependsOn };
        }),
      );
    },
  };
}

async function missesOthers(scene: Scene, owner: ObjectRef, pods: readonly Pod[]): Promise<boolean> {
  const workload = scene.workload(owner);
  const [failure] = workload ? failuresOf(workload, scene.now).filter(({ pod }) => pods.includes(pod)) : [];
  const log = failure && (await readFailingLog(scene, failure));
  return log?.cause !== undefined && isOutside(log.cause.kind);
}

const isTrue = ({ status }: { status: string }) => status === 'True';
const cronJobOf = ({ metadata }: Job) => metadata.ownerReferences.find(({ kind }) => kind === 'CronJob')?.name;

function ofJob(job: Job, { items }: Known<Job>): FailedJob[] {
  const failed = job.status.conditions.filter(isTrue).find(({ type }) => type === 'Failed' || type === 'FailureTarget');
  if (!failed || job.metadata.deletionTimestamp !== undefined) return [];
  const ref = refOf('Job', job);
  const cronJob = cronJobOf(job);
  if (cronJob !== undefined && items.some((other) => isSuccessor(other, job))) return [];
  const text = `${failed.type}=True ${failed.reason ?? ''}: ${failed.message ?? ''}`;
  return [
    {
      owner: cronJob === undefined ? ref : { ...ref, kind: 'CronJob', name: cronJob },
      ref,
      job,
      reason: failed.reason ?? '',
      since: failed.lastTransitionTime,
      lines: [objectLine(ref, text, failed.lastTransitionTime)],
    },
  ];
}

/** A later run of the same CronJob that succeeded, or that failed in its place. */
function isSuccessor(other: Job, job: Job): boolean {
  if (cronJobOf(other) !== cronJobOf(job) || other.metadata.namespace !== job.metadata.namespace) return false;
  const isLater = (other.metadata.creationTimestamp ?? 0) > (job.metadata.creationTimestamp ?? 0);
  return (
    isLater &&
    other.status.conditions.some(
      ({ type, status }) => status === 'True' && /^(?:Complete|SuccessCriteriaMet|Failed)$/.test(type),
    )
  );
}

/** Where Jobs could not be looked at, the controller's events tell. */
function fromEvents(scene: Scene, { items }: Known<Job>): FailedJob[] {
  const told = scene.events.filter(
    ({ object, reason }) =>
      object.kind === 'Job' && (reason === 'BackoffLimitExceeded' || reason === 'DeadlineExceeded'),
  );
  return told
    .filter(({ object }) => !items.some(({ metadata }) => metadata.name === object.name))
    .map((event) => {
      const { namespace = 'default', name } = event.object;
      const ref = { kind: 'Job', namespace, name };
      // A CronJob names its Jobs after itself and the minute they were due.
      const cronJob = /^(.{1,52})-\d{8}$/.exec(name)?.[1];
      const owner = cronJob === undefined ? ref : { kind: 'CronJob', namespace, name: cronJob };
      return { owner, ref, job: undefined, reason: event.reason, since: event.first, lines: [eventLine(event)] };
    });
}

function toVerdict(cause: Cause, { owner, ref, job, since, lines }: FailedJob, pods: readonly Pod[]): Verdict {
  const { backoffLimit = 6, activeDeadlineSeconds } = job?.spec ?? {};
  const { failed = 0, succeeded = 0 } = job?.status ?? {};
  return {
    cause,
    confidence: cause === 'JobDeadline' ? 'proven' : 'likely',
    object: owner,
    since,
    params: {
      job: ref.name,
      backoffLimit: job ? backoffLimit : '–',
      deadline: activeDeadlineSeconds ?? '–',
    },
    evidence: [
      ...lines,
      ...(job
        ? [
            objectLine(
              ref,
              `${failed} failed, ${succeeded} succeeded, backoffLimit=${backoffLimit}, activeDeadlineSeconds=${activeDeadlineSeconds ?? 'none'}`,
            ),
          ]
        : []),
    ],
    symptoms: pods.slice(0, 10).map(symptomOf),
    explains: [ref],
  };
}
