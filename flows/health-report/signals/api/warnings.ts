import type { Signal } from '../signal.ts';

/** API17: what the cluster itself warned of in the last 24 hours. Told, not scored: what causes it is scored by its own signal. */
export const warningEvents: Signal = {
  code: 'API17',
  category: 'workloads',
  kinds: ['Event'],
  graceMs: 0,
  worst: 'info',
  clusterWide: true,
  look({ survey: { warnings } }) {
    const items = warnings.map(({ reason, count, objects, sample }) => ({
      object: { kind: 'Event', name: reason },
      weight: count,
      severity: 'info' as const,
      prod: true,
      seen: `${count} × on ${objects} objects, such as: ${sample}`,
    }));
    const bad = warnings.reduce((total, { count }) => total + count, 0);
    return items.length === 0 ? 'good' : { items, relevant: bad, bad, total: bad };
  },
};
