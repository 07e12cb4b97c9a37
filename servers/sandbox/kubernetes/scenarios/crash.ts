import type { Scenario } from './scenario.ts';

/** A release crashes at its start. */
export const crash: Scenario = {
  id: 'crash',
  cause: 'BadRollout',
  title: { en: 'A release crashes at its start', zh: '新版本启动即崩溃' },
  break: ({ image }) => image('app-xyz', 'shop/app-xyz:1.6.0'),
};
