import type { Scenario } from './scenario.ts';

/** A release needs more memory than its limit. */
export const oom: Scenario = {
  id: 'oom',
  cause: 'OOMKilled',
  title: { en: 'A release needs more memory than its limit', zh: '新版本需要的内存超过限制' },
  break: ({ image }) => image('app-xyz', 'shop/app-xyz:1.5.0'),
};
