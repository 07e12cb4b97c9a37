import type { Scenario } from './scenario.ts';

/** The database has filled its disk. */
export const volumeFull: Scenario = {
  id: 'volume-full',
  cause: 'VolumeFull',
  title: { en: 'The database has filled its disk', zh: '数据库写满了磁盘' },
  break: ({ context, world }) =>
    world('volumes', 'prod/data-orders-db-0', { used: 40 * 2 ** 30, growth: 0, since: context.now() }),
};
