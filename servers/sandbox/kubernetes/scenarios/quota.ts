import { quotaOf } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A quota leaves no CPU for another copy. */
export const quota: Scenario = {
  id: 'quota',
  cause: 'QuotaCPU',
  title: { en: 'A quota leaves no CPU for another copy', zh: 'CPU 配额不足' },
  break: ({ make, scale }) => {
    make('resourcequotas', quotaOf('compute', { 'requests.cpu': '1500m' }));
    scale('app-xyz', 6);
  },
};
