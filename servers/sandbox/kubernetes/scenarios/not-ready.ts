import type { Scenario } from './scenario.ts';

/** A release says that it is not ready. */
export const notReady: Scenario = {
  id: 'not-ready',
  cause: 'BadRollout',
  title: { en: 'A release says that it is not ready', zh: '新版本自称未就绪' },
  break: ({ image }) => image('app-xyz', 'shop/app-xyz:1.4.3'),
};
