import type { Scenario } from './scenario.ts';

/** A payment provider cannot be reached. */
export const dependency: Scenario = {
  id: 'dependency',
  cause: 'DependencyUnreachable',
  title: { en: 'A payment provider cannot be reached', zh: '支付服务商无法连接' },
  break: ({ world }) => world('hosts', 'openapi.alipay.com:443', 'down'),
};
