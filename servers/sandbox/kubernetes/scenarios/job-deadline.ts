import { reportJob } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A Job takes longer than it may. */
export const jobDeadline: Scenario = {
  id: 'job-deadline',
  cause: 'JobDeadline',
  title: { en: 'A Job takes longer than it may', zh: 'Job 超过了时限' },
  break: ({ make }) =>
    make('jobs', reportJob({ name: 'full-report', image: 'shop/report:2.3.0', spec: { activeDeadlineSeconds: 180 } })),
};
