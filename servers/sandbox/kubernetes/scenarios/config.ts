import type { Scenario } from './scenario.ts';

/** A ConfigMap was deleted. */
export const config: Scenario = {
  id: 'config',
  cause: 'ConfigMapMissing',
  title: { en: 'A ConfigMap was deleted', zh: 'ConfigMap 被删除' },
  break: ({ drop, restart }) => {
    drop('configmaps', 'app-xyz-config');
    restart('app-xyz');
  },
};
