import type { Scenario } from './scenario.ts';

/** A liveness probe does not wait for a slow start. */
export const probeAggressive: Scenario = {
  id: 'probe-aggressive',
  cause: 'LivenessProbeTooAggressive',
  title: { en: 'A liveness probe does not wait for a slow start', zh: '存活探针等不及缓慢的启动' },
  break: ({ image }) => image('checkout', 'shop/checkout:2.9.0'),
};
