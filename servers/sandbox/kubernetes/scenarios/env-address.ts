import type { Scenario } from './scenario.ts';

/** An address names a Service that does not exist. */
export const envAddress: Scenario = {
  id: 'env-address',
  cause: 'EnvWrongAddress',
  title: { en: 'An address names a Service that does not exist', zh: '环境变量中的地址指向不存在的 Service' },
  break: ({ edit, restart }) => {
    edit('configmaps', 'checkout-config', (map) => {
      map.data = { ...map.data, PAYMENTS_URL: 'http://payment' };
    });
    restart('checkout');
  },
};
