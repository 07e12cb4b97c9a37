import type { Scenario } from './scenario.ts';

/** A Secret was deleted. */
export const secret: Scenario = {
  id: 'secret',
  cause: 'SecretMissing',
  title: { en: 'A Secret was deleted', zh: 'Secret 被删除' },
  break: ({ drop, restart }) => {
    drop('secrets', 'payments-secrets');
    restart('payments');
  },
};
