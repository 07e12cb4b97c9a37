import type { Scenario } from './scenario.ts';

/** A schedule that never comes: 31 February. */
export const cronSchedule: Scenario = {
  id: 'cron-schedule',
  cause: 'CronJobBadSchedule',
  title: { en: 'A schedule that never comes: 31 February', zh: '永远不会到来的计划时间：2 月 31 日' },
  break: ({ edit }) =>
    edit('cronjobs', 'nightly-report', ({ spec }) => {
      spec.schedule = '0 2 31 2 *';
    }),
};
