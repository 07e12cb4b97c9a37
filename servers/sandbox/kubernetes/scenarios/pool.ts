import type { Scenario } from './scenario.ts';

/** A release holds on to its database connections. */
export const pool: Scenario = {
  id: 'pool',
  cause: 'ConnectionPoolExhausted',
  title: { en: 'A release holds on to its database connections', zh: '新版本耗尽数据库连接池' },
  break: ({ image }) => image('checkout', 'shop/checkout:2.9.1'),
};
