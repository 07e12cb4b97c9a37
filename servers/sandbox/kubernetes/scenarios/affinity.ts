import type { Scenario } from './scenario.ts';

/** A node affinity names a zone without nodes. */
export const affinity: Scenario = {
  id: 'affinity',
  cause: 'NodeAffinityMismatch',
  title: { en: 'A node affinity names a zone without nodes', zh: '节点亲和性指定了没有节点的可用区' },
  break: ({ podSpec }) =>
    podSpec('payments', (spec) => {
      const term = {
        matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In' as const, values: ['cn-hangzhou-b'] }],
      };
      spec.affinity = {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
      };
    }),
};
