import { quotaOf } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A quota of pods is used up. */
export const quotaPods: Scenario = {
  id: 'quota-pods',
  cause: 'QuotaPods',
  title: { en: 'A quota of pods is used up', zh: 'Pod 数量配额用尽' },
  break: ({ make, scale }) => {
    make('resourcequotas', quotaOf('pods', { pods: '13' }));
    scale('web', 6);
  },
};
