import type { Scenario } from './scenario.ts';

/** The namespace demands restricted pods. */
export const podSecurity: Scenario = {
  id: 'pod-security',
  cause: 'PodSecurityDenied',
  title: { en: 'The namespace demands restricted pods', zh: '命名空间要求受限的 Pod 安全标准' },
  break: ({ edit, restart }) => {
    edit('namespaces', [undefined, 'prod'], ({ metadata }) => {
      metadata.labels = { ...metadata.labels, 'pod-security.kubernetes.io/enforce': 'restricted' };
    });
    restart('web');
  },
};
