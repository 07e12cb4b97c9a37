import type { Scenario } from './scenario.ts';

/** More load than the autoscaler may meet. */
export const hpaMax: Scenario = {
  id: 'hpa-max',
  cause: 'HPAMaxedOut',
  title: { en: 'More load than the autoscaler may meet', zh: '负载超过自动伸缩的上限' },
  break: ({ world }) => world('loads', 'prod/catalog', 9),
};
