import type { Scenario } from './scenario.ts';

/** Copies are to spread over racks, and no node names its rack. */
export const spread: Scenario = {
  id: 'spread',
  cause: 'TopologySpreadUnsatisfied',
  title: { en: 'Copies are to spread over racks, and no node names its rack', zh: '要求按机架分布但节点没有机架标签' },
  break: ({ podSpec }) =>
    podSpec('catalog', (spec) => {
      const labelSelector = { matchLabels: { app: 'catalog' } };
      spec.topologySpreadConstraints = [
        { maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule', labelSelector },
      ];
    }),
};
