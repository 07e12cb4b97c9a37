import type { Scenario } from './scenario.ts';

/** A host name that nobody knows. */
export const dnsName: Scenario = {
  id: 'dns-name',
  cause: 'DNSResolutionFails',
  title: { en: 'A host name that nobody knows', zh: '主机名无法解析' },
  break: ({ edit, restart }) => {
    edit('configmaps', 'app-xyz-config', (map) => {
      map.data = { ...map.data, REDIS_URL: 'redis://r-shop.redis.internal:6379/0' };
    });
    restart('app-xyz');
  },
};
