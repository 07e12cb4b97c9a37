import type { Scenario } from './scenario.ts';

/** More copies than nodes, and each wants a node of its own. */
export const antiAffinity: Scenario = {
  id: 'anti-affinity',
  cause: 'PodAntiAffinityConflict',
  title: { en: 'More copies than nodes, and each wants a node of its own', zh: '副本数多于节点且要求互斥' },
  break: ({ edit }) =>
    edit('deployments', 'web', ({ spec }) => {
      spec.replicas = 4;
      const term = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' };
      spec.template.spec.affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    }),
};
