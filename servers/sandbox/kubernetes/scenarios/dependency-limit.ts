import type { Scenario } from './scenario.ts';

/** A payment provider limits the requests. */
export const dependencyLimit: Scenario = {
  id: 'dependency-limit',
  cause: 'DependencyRateLimited',
  title: { en: 'A payment provider limits the requests', zh: '支付服务商限流' },
  break: ({ world }) => world('hosts', 'openapi.alipay.com:443', 'rate-limited'),
};
