import {
  type Context,
  conditionOf,
  isFinished,
  isReady,
  messageOf,
  ownedOf,
  ownKeys,
  soonest,
  splitKey,
  withCondition,
} from './context.ts';
import type { Controller } from './engine.ts';
import type { Condition, Job, Pod } from './kinds.ts';
import { createPod } from './pods.ts';

const COMPONENT = 'job-controller';

/** Runs Jobs to their end: enough pods that succeed, or too many that fail, or too long. */
export function jobs(context: Context): Controller {
  return {
    name: 'job',
    concerns: (change) => ownKeys(change, 'jobs', 'Job'),
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const job = context.read.get('jobs', namespace, name);
      if (!job || job.metadata.deletionTimestamp) return undefined;
      return conditionOf(job, 'Complete') || conditionOf(job, 'Failed') ? tidy(context, job) : work(context, job);
    },
  };
}

/** Removes a finished Job when its time is over. */
function tidy(context: Context, job: Job): number | undefined {
  const ttl = job.spec.ttlSecondsAfterFinished;
  const ended = job.status?.conditions?.find(
    ({ type }) => type === 'Complete' || type === 'Failed',
  )?.lastTransitionTime;
  if (ttl === undefined || !ended) return undefined;
  const at = Date.parse(ended) + ttl * 1000;
  if (at > context.now()) return at;
  context.store.remove('jobs', job.metadata.namespace, job.metadata.name);
  return undefined;
}

const count = (pods: readonly Pod[], phase: string): number =>
  pods.filter(({ status }) => status?.phase === phase).length;

/** A restart in place counts like a pod that failed. */
const failures = (pods: readonly Pod[]): number =>
  count(pods, 'Failed') +
  pods
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);

function work(context: Context, job: Job): number | undefined {
  const { backoffLimit = 6, activeDeadlineSeconds, completions = 1, suspend } = job.spec;
  const pods = ownedOf(context.read.list('pods', job.metadata.namespace), job);
  const startTime = job.status?.startTime ?? context.stamp();
  const succeeded = count(pods, 'Succeeded');
  const deadline =
    activeDeadlineSeconds === undefined ? undefined : Date.parse(startTime) + activeDeadlineSeconds * 1000;
  if (succeeded >= completions) {
    return finish(context, job, { condition: done(), pods, startTime });
  }
  if (failures(pods) > backoffLimit) {
    const condition = failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
    return finish(context, job, { condition, pods, startTime });
  }
  if (deadline !== undefined && deadline <= context.now()) {
    const condition = failed('DeadlineExceeded', 'Job was active longer than specified deadline');
    return finish(context, job, { condition, pods, startTime });
  }
  const next = suspend ? undefined : startPods(context, job, { pods, succeeded });
  writeStatus(context, job, { startTime, conditions: job.status?.conditions ?? [] });
  return soonest(context.now(), [deadline, next]);
}

const done = (): Condition => ({
  type: 'Complete',
  status: 'True',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
});
const failed = (reason: string, message: string): Condition => ({ type: 'Failed', status: 'True', reason, message });

/** After a failure the next pod waits: 10 s, 20 s … 6 minutes. */
function startPods(
  context: Context,
  job: Job,
  { pods, succeeded }: { pods: readonly Pod[]; succeeded: number },
): number | undefined {
  const { parallelism = 1, completions = 1, template } = job.spec;
  const active = pods.filter((pod) => !isFinished(pod)).length;
  const wanted = Math.min(parallelism, completions - succeeded) - active;
  const fallen = pods.filter(({ status }) => status?.phase === 'Failed');
  const last = Math.max(0, ...fallen.map(endOf));
  const notBefore = last + (fallen.length > 0 ? Math.min(360, 10 * 2 ** (fallen.length - 1)) * 1000 : 0);
  if (wanted > 0 && notBefore > context.now()) return notBefore;
  for (let n = 0; n < wanted; n++) {
    try {
      const labels = {
        'batch.kubernetes.io/job-name': job.metadata.name,
        'job-name': job.metadata.name,
        'batch.kubernetes.io/controller-uid': job.metadata.uid,
      };
      const pod = createPod(context, job, template, { labels });
      context.record(job, {
        reason: 'SuccessfulCreate',
        message: `Created pod: ${pod.metadata.name}`,
        component: COMPONENT,
      });
    } catch (error) {
      context.record(job, {
        type: 'Warning',
        reason: 'FailedCreate',
        message: `Error creating: ${messageOf(error)}`,
        component: COMPONENT,
      });
      return context.now() + 20_000;
    }
  }
  return undefined;
}

const endOf = ({ status, metadata }: Pod): number =>
  Date.parse(status?.containerStatuses?.[0]?.state.terminated?.finishedAt ?? metadata.creationTimestamp) || 0;

interface Finish {
  condition: Condition;
  pods: readonly Pod[];
  startTime: string;
}

function finish(context: Context, job: Job, { condition, pods, startTime }: Finish): number | undefined {
  for (const pod of pods) {
    if (!isFinished(pod) && !pod.metadata.deletionTimestamp)
      context.store.remove('pods', pod.metadata.namespace, pod.metadata.name);
  }
  const conditions = withCondition(
    job.status?.conditions,
    { ...condition, lastProbeTime: context.stamp() },
    context.stamp(),
  );
  const well = condition.type === 'Complete';
  context.record(job, {
    type: well ? 'Normal' : 'Warning',
    reason: well ? 'Completed' : (condition.reason ?? ''),
    message: well ? 'Job completed' : (condition.message ?? ''),
    component: COMPONENT,
  });
  writeStatus(context, job, { startTime, conditions, ...(well && { completionTime: context.stamp() }) });
  return undefined;
}

function writeStatus(
  context: Context,
  job: Job,
  fixed: { startTime: string; conditions: Condition[]; completionTime?: string },
): void {
  const pods = ownedOf(context.read.list('pods', job.metadata.namespace), job);
  const active = pods.filter((pod) => !isFinished(pod) && !pod.metadata.deletionTimestamp).length;
  const before = Math.max(job.status?.failed ?? 0, count(pods, 'Failed'));
  const { conditions, ...rest } = fixed;
  context.store.updateStatus('jobs', job.metadata.namespace, job.metadata.name, {
    ...rest,
    ...(active > 0 && { active }),
    ...(count(pods, 'Succeeded') > 0 && { succeeded: count(pods, 'Succeeded') }),
    ...(before > 0 && { failed: before }),
    ready: pods.filter(isReady).length,
    terminating: 0,
    ...(conditions.length > 0 && { conditions }),
  });
}
