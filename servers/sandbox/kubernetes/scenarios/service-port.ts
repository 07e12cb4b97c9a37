import type { Scenario } from './scenario.ts';

/** A Service leads to a port nobody listens on. */
export const servicePort: Scenario = {
  id: 'service-port',
  cause: 'ServicePortMismatch',
  title: { en: 'A Service leads to a port nobody listens on', zh: 'Service 的目标端口无人监听' },
  break: ({ edit }) =>
    edit('services', 'payments', ({ spec }) => {
      spec.ports = (spec.ports ?? []).map((port) => ({ ...port, targetPort: 8088 }));
    }),
};
