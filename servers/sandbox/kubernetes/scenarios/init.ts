import type { Scenario } from './scenario.ts';

/** A database migration fails in the init container. */
export const init: Scenario = {
  id: 'init',
  cause: 'InitContainerFailed',
  title: { en: 'A database migration fails in the init container', zh: '初始化容器中的数据库迁移失败' },
  break: ({ podSpec }) =>
    podSpec('checkout', ({ initContainers: [migrate] = [] }) => {
      if (migrate) migrate.image = 'registry.cn-hangzhou.aliyuncs.com/shop/migrate:42';
    }),
};
