import { quotaOf, smallDeployment } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A quota demands limits that the pods do not set. */
export const quotaNeedsLimits: Scenario = {
  id: 'quota-needs-limits',
  cause: 'QuotaNeedsLimits',
  title: { en: 'A quota demands limits that the pods do not set', zh: '配额要求设置限制而 Pod 未设置' },
  break: ({ make }) => {
    make('resourcequotas', quotaOf('limits', { 'limits.cpu': '20', 'limits.memory': '20Gi' }, 'staging'));
    make('deployments', smallDeployment({ name: 'promo', container: { resources: {} } }));
  },
};
