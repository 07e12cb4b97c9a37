import type { Scenario } from './scenario.ts';

/** A network policy keeps everybody from Redis. */
export const networkpolicy: Scenario = {
  id: 'networkpolicy',
  cause: 'NetworkPolicyBlocks',
  title: { en: 'A network policy keeps everybody from Redis', zh: '网络策略阻断了对 Redis 的访问' },
  break: ({ make }) =>
    make('networkpolicies', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'deny-redis', namespace: 'prod' },
      spec: { podSelector: { matchLabels: { app: 'redis' } }, policyTypes: ['Ingress'], ingress: [] },
    }),
};
