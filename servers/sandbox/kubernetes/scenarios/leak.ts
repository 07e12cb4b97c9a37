import type { Scenario } from './scenario.ts';

/** A release leaks memory. */
export const leak: Scenario = {
  id: 'leak',
  cause: 'OOMLeak',
  title: { en: 'A release leaks memory', zh: '新版本内存泄漏' },
  break: ({ image }) => image('app-xyz', 'shop/app-xyz:1.5.1'),
};
