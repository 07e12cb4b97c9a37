import { reportJob } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A Job fails until it may not try again. */
export const job: Scenario = {
  id: 'job',
  cause: 'JobBackoffLimit',
  title: { en: 'A Job fails until it may not try again', zh: 'Job 失败次数达到上限' },
  break: ({ make }) => make('jobs', reportJob({ name: 'rebuild-report', image: 'shop/report:2.2.0' })),
};
