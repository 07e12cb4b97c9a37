import type { CauseCase } from '../case.ts';
import { ago, container, event, node, object, type Raw } from '../objects.ts';

const cronJob = (spec: Raw, status: Raw = {}): Raw =>
  object('batch/v1', 'CronJob', 'prod/backup', {
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: { spec: { template: { spec: { containers: [container()], restartPolicy: 'Never' } } } },
      ...spec,
    },
    status,
  });
const wrong = { kind: 'CronJob', namespace: 'prod', name: 'backup' };
const complaint = (minutesAgo: number, zone: string) =>
  event('CronJob prod/backup', 'UnknownTimeZone', `invalid timeZone: "${zone}": unknown time zone ${zone}`, {
    minutesAgo,
    component: 'cronjob-controller',
  });

export const cronJobBadScheduleCase: CauseCase = {
  cause: 'CronJobBadSchedule',
  firing: {
    objects: [node('node-a'), cronJob({ schedule: '0 3 31 2 *' })],
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), cronJob({}, { lastScheduleTime: ago(3) })] },
  recovered: {
    objects: [
      node('node-a'),
      cronJob({ timeZone: 'Asia/Shanghai' }, { lastScheduleTime: ago(5) }),
      complaint(30, 'Asia/Shangai'),
    ],
  },
  nearest: {
    objects: [node('node-a'), cronJob({ suspend: true })],
    focus: { name: 'backup' },
    expect: { cause: 'CronJobSuspended', object: wrong },
  },
  more: {
    'is proven where the controller does not know the time zone': {
      objects: [node('node-a'), cronJob({ timeZone: 'Asia/Shangai' }), complaint(2, 'Asia/Shangai')],
      expect: { cause: 'CronJobBadSchedule', object: wrong },
    },
    'is proven where the controller cannot read the schedule': {
      objects: [
        node('node-a'),
        cronJob({ schedule: '61 * * * *' }),
        event(
          'CronJob prod/backup',
          'UnparseableSchedule',
          'unparseable schedule: "61 * * * *" : end of range (61) above maximum (59): 61',
          {
            component: 'cronjob-controller',
          },
        ),
      ],
      expect: { cause: 'CronJobBadSchedule', object: wrong },
    },
    'is likely where the deadline for a start is shorter than the controller looks': {
      objects: [node('node-a'), cronJob({ startingDeadlineSeconds: 5 }, { lastScheduleTime: ago(60) })],
      expect: { cause: 'CronJobBadSchedule', object: wrong, confidence: 'likely' },
    },
    'says nothing of the words and zones that the controller reads': {
      objects: [
        node('node-a'),
        cronJob({ schedule: '@hourly' }),
        ...[
          '@every 1h30m',
          'TZ=Asia/Shanghai 0 3 * * *',
          '0 0 29 2 *',
          '0 9 ? * MON-FRI',
          '*/15 0-5,22-23 1,15 JAN-DEC 0',
        ].map((schedule, at) => ({ ...cronJob({ schedule }), metadata: { namespace: 'prod', name: `job-${at}` } })),
      ],
      expect: undefined,
    },
  },
};
