import type { Scenario } from './scenario.ts';

/** Far more requests than usual. */
export const overload: Scenario = {
  id: 'overload',
  cause: 'CPUOverload',
  title: { en: 'Far more requests than usual', zh: '请求量远超平常' },
  break: ({ world }) => world('loads', 'prod/payments', 8),
};
