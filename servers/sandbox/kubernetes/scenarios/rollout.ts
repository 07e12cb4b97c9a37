import type { Scenario } from './scenario.ts';

/** A bad release does not get ready. */
export const rollout: Scenario = {
  id: 'rollout',
  cause: 'BadRollout',
  title: { en: 'A bad release does not get ready', zh: '有问题的发布无法就绪' },
  break: ({ image }) => image('catalog', 'shop/catalog:3.3.0'),
};
