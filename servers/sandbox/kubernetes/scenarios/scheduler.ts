import type { Scenario } from './scenario.ts';

/** The scheduler is down. */
export const scheduler: Scenario = {
  id: 'scheduler',
  cause: 'SchedulerDown',
  title: { en: 'The scheduler is down', zh: '调度器停止' },
  break: ({ world, restart }) => {
    world('components', 'scheduler', 'down');
    restart('web');
  },
};
