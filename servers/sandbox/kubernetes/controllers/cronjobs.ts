import { Cron } from 'croner';
import { type Context, conditionOf, messageOf, ownedBy, ownedOf, ownKeys, splitKey } from './context.ts';
import type { Controller } from './engine.ts';
import type { CronJob, Job } from './kinds.ts';

const COMPONENT = 'cronjob-controller';

/** Starts Jobs on their schedules. */
export function cronJobs(context: Context): Controller {
  return {
    name: 'cronjob',
    concerns: (change) => ownKeys(change, 'cronjobs', 'CronJob'),
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const cron = context.read.get('cronjobs', namespace, name);
      if (!cron || cron.metadata.deletionTimestamp) return undefined;
      const jobs = ownedOf(context.read.list('jobs', namespace), cron);
      tidy(context, cron, jobs);
      const next = cron.spec.suspend ? undefined : run(context, cron, jobs);
      writeStatus(context, cron);
      return next;
    },
  };
}

const isOver = (job: Job): boolean => Boolean(conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed'));

/** The first moment of a schedule after another; throws for what is no schedule. */
function nextAfter({ spec }: CronJob, after: number): number {
  // kube-controller-manager of ACK runs in UTC where no time zone is given: an assumption.
  const next = new Cron(spec.schedule, { timezone: spec.timeZone ?? 'UTC', mode: '5-part' }).nextRun(new Date(after));
  return next?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** Starts what is due, once however many times were missed; returns when the next is due. */
function run(context: Context, cron: CronJob, jobs: readonly Job[]): number | undefined {
  const since = Date.parse(cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp);
  try {
    let due = nextAfter(cron, since);
    if (due > context.now()) return due;
    for (let later = nextAfter(cron, due); later <= context.now(); later = nextAfter(cron, due)) due = later;
    start(context, cron, { due, jobs });
    return nextAfter(cron, due);
  } catch (error) {
    const message = `unparseable schedule: ${cron.spec.schedule} : ${messageOf(error)}`;
    context.record(cron, { type: 'Warning', reason: 'UnparseableSchedule', message, component: COMPONENT });
    return undefined;
  }
}

function start(context: Context, cron: CronJob, { due, jobs }: { due: number; jobs: readonly Job[] }): void {
  const { namespace = 'default', name } = cron.metadata;
  const active = jobs.filter((job) => !isOver(job));
  const scheduled = new Date(due).toISOString().replace(/\.\d+Z$/, 'Z');
  context.store.updateStatus('cronjobs', namespace, name, { ...cron.status, lastScheduleTime: scheduled });
  if (active.length > 0 && cron.spec.concurrencyPolicy === 'Forbid') {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    context.record(cron, { reason: 'JobAlreadyActive', message, component: COMPONENT });
    return;
  }
  if (cron.spec.concurrencyPolicy === 'Replace') {
    for (const job of active) context.store.remove('jobs', namespace, job.metadata.name);
  }
  const { metadata, spec } = cron.spec.jobTemplate;
  const jobName = `${name}-${Math.floor(due / 60_000)}`;
  if (context.read.get('jobs', namespace, jobName)) return;
  const annotations = { ...metadata?.annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': scheduled };
  const draft = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName,
      namespace,
      ...(metadata?.labels && { labels: metadata.labels }),
      annotations,
      ownerReferences: [ownedBy(cron)],
    },
    spec: { ...spec },
  };
  try {
    context.create('jobs', draft);
    context.record(cron, { reason: 'SuccessfulCreate', message: `Created job ${jobName}`, component: COMPONENT });
  } catch (error) {
    context.record(cron, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating job: ${messageOf(error)}`,
      component: COMPONENT,
    });
  }
}

function tidy(context: Context, cron: CronJob, jobs: readonly Job[]): void {
  const byAge = [...jobs].sort(
    (a, b) => Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp),
  );
  const surplus = [
    ...byAge.filter((job) => conditionOf(job, 'Complete')).slice(cron.spec.successfulJobsHistoryLimit ?? 3),
    ...byAge.filter((job) => conditionOf(job, 'Failed')).slice(cron.spec.failedJobsHistoryLimit ?? 1),
  ];
  for (const job of surplus) context.store.remove('jobs', job.metadata.namespace, job.metadata.name);
}

function writeStatus(context: Context, { metadata }: CronJob): void {
  const cron = context.read.get('cronjobs', metadata.namespace, metadata.name);
  if (!cron) return;
  const jobs = ownedOf(context.read.list('jobs', metadata.namespace), cron);
  const active = jobs.filter((job) => !isOver(job));
  const ends = jobs.flatMap((job) => (conditionOf(job, 'Complete') ? (job.status?.completionTime ?? []) : [])).sort();
  const { active: _, ...before } = cron.status ?? {};
  context.store.updateStatus('cronjobs', metadata.namespace, metadata.name, {
    ...before,
    ...(ends.length > 0 && { lastSuccessfulTime: ends.at(-1) }),
    ...(active.length > 0 && {
      active: active.map((job) => ({
        kind: 'Job',
        namespace: metadata.namespace,
        name: job.metadata.name,
        uid: job.metadata.uid,
        apiVersion: 'batch/v1',
      })),
    }),
  });
}
