import { reportJob } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A job that ran every five minutes is suspended. */
export const cronjob: Scenario = {
  id: 'cronjob',
  cause: 'CronJobSuspended',
  title: { en: 'A job that ran every five minutes is suspended', zh: '每五分钟运行的任务被挂起' },
  break: ({ context, make }) => {
    const { spec: job } = reportJob({ name: 'stock-sync', image: 'shop/report:2.1.0' });
    const last = Math.floor((context.now() - 60_000) / 300_000) * 300_000;
    const time = new Date(last).toISOString().replace('.000Z', 'Z');
    make('cronjobs', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'stock-sync', namespace: 'prod', labels: { app: 'stock-sync' } },
      spec: { schedule: '*/5 * * * *', suspend: true, jobTemplate: { spec: job } },
      status: { lastScheduleTime: time, lastSuccessfulTime: time },
    });
  },
};
