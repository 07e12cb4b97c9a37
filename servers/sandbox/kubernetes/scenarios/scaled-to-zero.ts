import type { Scenario } from './scenario.ts';

/** Somebody scaled a workload to zero. */
export const scaledToZero: Scenario = {
  id: 'scaled-to-zero',
  cause: 'ScaledToZero',
  title: { en: 'Somebody scaled a workload to zero', zh: '工作负载被缩容到零' },
  break: ({ scale }) => scale('payments', 0),
};
