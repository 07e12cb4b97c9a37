import type { Scenario } from './scenario.ts';

/** The certificate of an Ingress was deleted. */
export const tlsSecret: Scenario = {
  id: 'tls-secret',
  cause: 'TLSSecretMissing',
  title: { en: 'The certificate of an Ingress was deleted', zh: 'Ingress 的证书 Secret 被删除' },
  break: ({ drop }) => drop('secrets', 'shop-tls'),
};
