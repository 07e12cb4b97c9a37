import type { Scenario } from './scenario.ts';

/** A ServiceAccount that does not exist. */
export const serviceAccount: Scenario = {
  id: 'service-account',
  cause: 'ServiceAccountMissing',
  title: { en: 'A ServiceAccount that does not exist', zh: 'ServiceAccount 不存在' },
  break: ({ podSpec }) =>
    podSpec('checkout', (spec) => {
      spec.serviceAccountName = 'checkout';
    }),
};
