import type { CauseCase } from '../case.ts';
import { ago, container, containerStatus, event, node, object, pod, type Raw, terminated } from '../objects.ts';

const template = { spec: { containers: [container()], restartPolicy: 'Never' } };
const job = (name: string, status: Raw, { cronJob, ...metadata }: Raw = {}): Raw =>
  object('batch/v1', 'Job', `prod/${name}`, {
    metadata: {
      creationTimestamp: ago(60),
      ...(cronJob !== undefined && {
        ownerReferences: [{ kind: 'CronJob', name: cronJob, uid: `uid-prod/${cronJob}`, controller: true }],
      }),
      ...metadata,
    },
    spec: { backoffLimit: 2, template },
    status,
  });
const failed = (reason: string, message: string): Raw => ({
  failed: 3,
  startTime: ago(60),
  conditions: [{ type: 'Failed', status: 'True', reason, message, lastTransitionTime: ago(40) }],
});
const gaveUp = failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
const done: Raw = {
  succeeded: 1,
  completionTime: ago(30),
  conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: ago(30) }],
};
const cronJob = object('batch/v1', 'CronJob', 'prod/report', {
  spec: { schedule: '0 * * * *', jobTemplate: { spec: { template } } },
  status: { lastScheduleTime: ago(60) },
});
const crashed = (): Raw =>
  pod('prod/migrate-x1', {
    owner: { kind: 'Job', name: 'migrate' },
    phase: 'Failed',
    statuses: [containerStatus({ state: terminated(1, { endedAgo: 41 }), ready: false })],
    spec: { restartPolicy: 'Never' },
  });
const wrong = { kind: 'Job', namespace: 'prod', name: 'migrate' };

export const jobBackoffLimitCase: CauseCase = {
  cause: 'JobBackoffLimit',
  firing: { objects: [node('node-a'), job('migrate', gaveUp)], expect: { object: wrong } },
  healthy: { objects: [node('node-a'), job('migrate', done)] },
  // The next run of the same CronJob has succeeded.
  recovered: {
    objects: [
      node('node-a'),
      cronJob,
      job('report-28391220', gaveUp, { cronJob: 'report', creationTimestamp: ago(120) }),
      job('report-28391280', done, { cronJob: 'report' }),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      job('migrate', failed('DeadlineExceeded', 'Job was active longer than specified deadline')),
    ],
    expect: { cause: 'JobDeadline', object: wrong },
  },
  more: {
    'is of the CronJob above it': {
      objects: [node('node-a'), cronJob, job('report-28391280', gaveUp, { cronJob: 'report' })],
      expect: { cause: 'JobBackoffLimit', object: { kind: 'CronJob', namespace: 'prod', name: 'report' } },
    },
    'is what has to be dealt with where its pods only say that they crash': {
      objects: [node('node-a'), job('migrate', gaveUp), crashed()],
      logs: { 'prod/migrate-x1/app': 'panic: relation "orders" has no column "total"\n' },
      expect: { cause: 'JobBackoffLimit', object: wrong },
    },
    'is explained by a deeper cause that its pods show': {
      objects: [node('node-a'), job('migrate', gaveUp), crashed()],
      logs: { 'prod/migrate-x1/app': 'FATAL: password authentication failed for user "shop"\n' },
      expect: { cause: 'DependencyAuthFailed', object: wrong },
    },
    'is explained by what its pods cannot reach': {
      objects: [node('node-a'), job('migrate', gaveUp), crashed()],
      logs: { 'prod/migrate-x1/app': 'FATAL: dial tcp 10.9.8.7:5432: connect: connection refused\n' },
      expect: { cause: 'DependencyUnreachable', object: wrong },
    },
    'is found by events where Jobs cannot be looked at': {
      objects: [
        node('node-a'),
        event('Job prod/report-28391280', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit', {
          component: 'job-controller',
        }),
      ],
      unknown: ['Job', 'CronJob'],
      expect: { cause: 'JobBackoffLimit', object: { kind: 'CronJob', namespace: 'prod', name: 'report' } },
    },
    'says nothing of a Job that is being deleted': {
      objects: [node('node-a'), job('migrate', gaveUp, { deletionTimestamp: ago(1) })],
      expect: undefined,
    },
  },
};
