import { quotaOf } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A quota leaves no memory for another copy. */
export const quotaMemory: Scenario = {
  id: 'quota-memory',
  cause: 'QuotaMemory',
  title: { en: 'A quota leaves no memory for another copy', zh: '内存配额不足' },
  break: ({ make, scale }) => {
    make('resourcequotas', quotaOf('memory', { 'requests.memory': '2Gi' }));
    scale('app-xyz', 6);
  },
};
