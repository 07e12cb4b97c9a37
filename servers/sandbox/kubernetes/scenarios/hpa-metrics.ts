import type { Scenario } from './scenario.ts';

/** An autoscaler by CPU whose target has no CPU request. */
export const hpaMetrics: Scenario = {
  id: 'hpa-metrics',
  cause: 'HPANoMetrics',
  title: { en: 'An autoscaler whose target has no CPU request', zh: '自动伸缩目标没有 CPU 请求' },
  break: ({ container }) =>
    container('catalog', (each) => {
      each.resources = { requests: { memory: '128Mi' }, limits: { memory: '256Mi' } };
    }),
};
