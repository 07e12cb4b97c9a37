import { type Signal, severityIn, sum } from '../signal.ts';

const NEARLY_FULL = 0.9;

/** W20: quotas of which hardly anything is left. */
export const quotaFull: Signal = {
  code: 'W20',
  category: 'workloads',
  kinds: ['ResourceQuota'],
  graceMs: 0,
  worst: 'medium',
  look(view) {
    const { quotas } = view.survey;
    const items = quotas.flatMap(({ namespace, name, hard, used }) => {
      const full = Object.entries(hard)
        .filter(([resource, limit]) => limit > 0 && (used[resource] ?? 0) / limit > NEARLY_FULL)
        .map(([resource, limit]) => `${resource} ${Math.round(((used[resource] ?? 0) / limit) * 100)} %`);
      if (full.length === 0) return [];
      const place = view.places.of(namespace);
      return {
        object: { kind: 'ResourceQuota', namespace, name },
        weight: place.weight,
        severity: severityIn(place, 'medium', 'low'),
        prod: place.prod,
        seen: full.sort().join(', '),
      };
    });
    const relevant = sum(quotas.map(({ namespace }) => view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: quotas.length };
  },
};
