import type { CauseCase } from '../case.ts';
import { ago, container, node, object, type Raw } from '../objects.ts';

const cronJob = (spec: Raw, metadata: Raw = {}, daysAgo = 60): Raw =>
  object('batch/v1', 'CronJob', 'prod/backup', {
    metadata,
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: { spec: { template: { spec: { containers: [container()], restartPolicy: 'Never' } } } },
      ...spec,
    },
    status: { lastScheduleTime: ago(daysAgo * 24 * 60) },
  });
const wrong = { kind: 'CronJob', namespace: 'prod', name: 'backup' };
const alert = {
  labels: { alertname: 'BackupTooOld', namespace: 'prod', cronjob: 'backup' },
  annotations: { summary: 'no backup for two days' },
};

export const cronJobSuspendedCase: CauseCase = {
  cause: 'CronJobSuspended',
  firing: {
    objects: [node('node-a'), cronJob({ suspend: true })],
    alerts: [alert],
    expect: { object: wrong, confidence: 'proven' },
  },
  // On purpose, as far as anybody can tell.
  healthy: { objects: [node('node-a'), cronJob({ suspend: true })] },
  recovered: { objects: [node('node-a'), cronJob({ suspend: false })], alerts: [alert] },
  nearest: {
    objects: [node('node-a'), cronJob({ suspend: false, schedule: '0 3 30 2 *' })],
    alerts: [alert],
    expect: { cause: 'CronJobBadSchedule', object: wrong },
  },
  more: {
    'is proven where somebody asks why it does not run': {
      objects: [node('node-a'), cronJob({ suspend: true })],
      focus: { kind: 'CronJob', name: 'backup' },
      expect: { cause: 'CronJobSuspended', object: wrong, confidence: 'proven' },
    },
    'is likely where it ran until lately and has missed runs since': {
      objects: [node('node-a'), cronJob({ suspend: true }, {}, 3)],
      expect: { cause: 'CronJobSuspended', object: wrong, confidence: 'likely' },
    },
    'says nothing of what has never run': {
      objects: [node('node-a'), { ...cronJob({ suspend: true }), status: {} }],
      expect: undefined,
    },
    'is likely where it was applied as running': {
      objects: [
        node('node-a'),
        cronJob(
          { suspend: true },
          {
            annotations: {
              'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"CronJob","spec":{"suspend":false}}',
            },
          },
        ),
      ],
      expect: { cause: 'CronJobSuspended', object: wrong, confidence: 'likely' },
    },
  },
};
