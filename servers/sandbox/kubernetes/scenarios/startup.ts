import type { Scenario } from './scenario.ts';

/** A startup probe gives up before the app is up. */
export const startup: Scenario = {
  id: 'startup',
  cause: 'StartupProbeTooShort',
  title: { en: 'A startup probe gives up before the app is up', zh: '启动探针时间过短' },
  break: ({ container }) =>
    container('checkout', (each) => {
      each.image = 'registry.cn-hangzhou.aliyuncs.com/shop/checkout:2.9.0';
      each.startupProbe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, failureThreshold: 6 };
    }),
};
