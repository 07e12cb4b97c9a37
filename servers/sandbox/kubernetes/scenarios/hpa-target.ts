import type { Scenario } from './scenario.ts';

/** An autoscaler names a workload that does not exist. */
export const hpaTarget: Scenario = {
  id: 'hpa-target',
  cause: 'HPATargetMissing',
  title: { en: 'An autoscaler names a workload that does not exist', zh: '自动伸缩的目标不存在' },
  break: ({ edit }) =>
    edit('horizontalpodautoscalers', 'catalog', ({ spec }) => {
      spec.scaleTargetRef = { ...spec.scaleTargetRef, name: 'catalogue' };
    }),
};
