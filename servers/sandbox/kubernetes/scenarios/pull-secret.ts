import type { Scenario } from './scenario.ts';

/** The pull secret of the private registry is gone. */
export const pullSecret: Scenario = {
  id: 'pull-secret',
  cause: 'ImagePullUnauthorized',
  title: { en: 'The pull secret of the private registry is gone', zh: '私有仓库的拉取密钥丢失' },
  break: ({ drop, image }) => {
    drop('secrets', 'acr-login');
    image('payments', 'shop-private/payments:1.9.5');
  },
};
