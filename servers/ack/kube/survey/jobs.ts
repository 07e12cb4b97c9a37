import { z } from 'zod';
import type { Collector } from './collector.ts';
import { rowsOf } from './collector.ts';
import { keyOf, type Owner } from './owners.ts';
import { type Shapes, templateSchema } from './shapes.ts';
import { conditions, controller, metadata, millis, number, sorted } from './values.ts';
import { failuresOf, internTemplate, plainRow, type WorkloadRow } from './workloads.ts';

/** Jobs, and CronJobs with the newest of theirs. */

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/ */
const jobSchema = z.object({
  metadata,
  spec: z.object({ suspend: z.boolean().nullish(), template: templateSchema.prefault({}) }).prefault({}),
  status: z.object({ active: number, ready: number, failed: number, conditions }).prefault({}),
});

interface NewestRun {
  at: number;
  name: string;
  failed: number;
  finished: boolean;
  failures: WorkloadRow['failures'];
}

export interface Jobs extends Collector {
  /** Of those that no CronJob made. */
  rows: WorkloadRow[];
  ownerOf(uid: string): Owner | undefined;
  /** The newest Job of a CronJob. */
  newestRun(key: string): NewestRun | undefined;
}

export function createJobs(shapes: Shapes): Jobs {
  let owners = new Map<string, Owner>();
  let runs = new Map<string, NewestRun>();
  const collector = rowsOf('Job', { schema: jobSchema }, ({ metadata: about, spec, status }) => {
    const { namespace, name, labels } = about;
    const above = controller(about);
    const owner = above ? { kind: above.kind, name: above.name } : { kind: 'Job', name };
    owners.set(about.uid, owner);
    const at = millis(about.creationTimestamp) ?? 0;
    const finished = status.conditions.some(
      ({ type, status: is }) => /^(Complete|Failed)$/.test(type) && is === 'True',
    );
    const failures = failuresOf(status.conditions);
    const key = keyOf(namespace, owner);
    if (owner.kind !== 'Job') {
      const known = runs.get(key);
      const isNewer = !known || at > known.at || (at === known.at && name > known.name);
      if (isNewer) runs.set(key, { at, name, failed: status.failed, finished, failures });
      return undefined;
    }
    const { active, ready, failed } = status;
    return {
      ...plainRow,
      ...{ key, kind: 'Job', namespace, name, failures, failed, finished },
      ...{ desired: active, updated: active, ready: Math.min(active, ready), available: Math.min(active, ready) },
      labels: sorted(labels),
      createdAt: at,
      changedAt: at,
      suspended: spec.suspend ?? false,
      template: finished ? -1 : internTemplate(shapes, spec.template, { namespace, kind: 'Job' }),
    };
  });
  return Object.assign(collector, {
    begin() {
      owners = new Map();
      runs = new Map();
      collector.rows = [];
    },
    ownerOf: (uid: string) => owners.get(uid),
    newestRun: (key: string) => runs.get(key),
  });
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/cron-job-v1/ */
const cronSchema = z.object({
  metadata,
  spec: z.object({
    schedule: z.string().default(''),
    timeZone: z.string().nullish(),
    suspend: z.boolean().nullish(),
    jobTemplate: z.object({ spec: z.object({ template: templateSchema.prefault({}) }).prefault({}) }).prefault({}),
  }),
  status: z.object({ lastScheduleTime: z.string().nullish() }).prefault({}),
});

export const createCronJobs = (shapes: Shapes, newestRun: Jobs['newestRun']) =>
  rowsOf('CronJob', { schema: cronSchema }, ({ metadata: about, spec, status }): WorkloadRow => {
    const { namespace, name, labels } = about;
    const key = keyOf(namespace, { kind: 'CronJob', name });
    const run = newestRun(key);
    const lastScheduledAt = millis(status.lastScheduleTime);
    return {
      ...plainRow,
      ...{ key, kind: 'CronJob', namespace, name, desired: 0, updated: 0, ready: 0, available: 0 },
      labels: sorted(labels),
      createdAt: millis(about.creationTimestamp) ?? 0,
      ...(run && { failed: run.failed, finished: run.finished, failures: run.failures }),
      suspended: spec.suspend ?? false,
      schedule: spec.timeZone ? `CRON_TZ=${spec.timeZone} ${spec.schedule}` : spec.schedule,
      ...(lastScheduledAt !== undefined && { lastScheduledAt }),
      template: internTemplate(shapes, spec.jobTemplate.spec.template, { namespace, kind: 'Job' }),
    };
  });
