import type { Scenario } from './scenario.ts';

/** A payment provider answers too late. */
export const dependencySlow: Scenario = {
  id: 'dependency-slow',
  cause: 'DependencySlow',
  title: { en: 'A payment provider answers too late', zh: '支付服务商响应过慢' },
  break: ({ world }) => world('hosts', 'openapi.alipay.com:443', 'slow'),
};
