import type { Scenario } from './scenario.ts';

/** metrics-server is down. */
export const hpaMetrics: Scenario = {
  id: 'hpa-metrics',
  cause: 'HPANoMetrics',
  title: { en: 'metrics-server is down', zh: 'metrics-server 停止工作' },
  break: ({ edit }) =>
    edit('deployments', ['kube-system', 'metrics-server'], ({ spec }) => {
      spec.replicas = 0;
    }),
};
