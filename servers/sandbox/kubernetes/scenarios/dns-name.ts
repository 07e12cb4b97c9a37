import type { Scenario } from './scenario.ts';

/** An address in a namespace that does not exist. */
export const dnsName: Scenario = {
  id: 'dns-name',
  cause: 'DNSResolutionFails',
  title: { en: 'An address in a namespace that does not exist', zh: '地址中的命名空间不存在' },
  break: ({ edit, restart }) => {
    edit('configmaps', 'app-xyz-config', (map) => {
      map.data = { ...map.data, REDIS_URL: 'redis://redis.data.svc.cluster.local:6379/0' };
    });
    restart('app-xyz');
  },
};
