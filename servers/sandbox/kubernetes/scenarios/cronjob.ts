import type { Scenario } from './scenario.ts';

/** The nightly report is suspended. */
export const cronjob: Scenario = {
  id: 'cronjob',
  cause: 'CronJobSuspended',
  title: { en: 'The nightly report is suspended', zh: '夜间报表被挂起' },
  break: ({ edit }) =>
    edit('cronjobs', 'nightly-report', ({ spec }) => {
      spec.suspend = true;
    }),
};
