import { MINUTE, type Signal } from '../signal.ts';

/** CP5: parts of the API that another server should answer, such as metrics, and does not. */
export const apiServiceDown: Signal = {
  code: 'CP5',
  category: 'control-plane',
  kinds: ['APIService'],
  graceMs: 10 * MINUTE,
  worst: 'medium',
  clusterWide: true,
  look({ survey: { apiServices } }) {
    const items = apiServices.map(({ name, reason, since }) => ({
      object: { kind: 'APIService', name },
      weight: 1,
      severity: 'medium' as const,
      prod: true,
      ...(since !== undefined && { since }),
      seen: `not available: ${reason}`,
    }));
    // Only those that are not available are known: one is as bad as several.
    return items.length === 0 ? 'good' : { items, relevant: items.length, bad: items.length, total: items.length };
  },
};
