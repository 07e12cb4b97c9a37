import { podSight } from '../pod-sight.ts';
import { type Signal, sum } from '../signal.ts';

/** API14: what looks like a secret in a template or a ConfigMap, by its name only; values are never read. */
export const plainSecrets: Signal = {
  code: 'API14',
  category: 'security',
  kinds: ['Pod', 'ConfigMap'],
  graceMs: 0,
  confidence: 0.5,
  worst: 'medium',
  look(view) {
    const pods = podSight(view, {
      flawOf({ containers }) {
        const names = [...new Set(containers.flatMap((container) => container.plainSecrets))].sort();
        return names.length > 0 ? { seen: `environment: ${names.join(', ')}`, severity: 'medium' } : undefined;
      },
    });
    const maps = view.survey.configSecrets.map(({ namespace, name, key }) => ({
      object: { kind: 'ConfigMap', namespace, name },
      weight: view.places.of(namespace).weight,
      severity: 'medium' as const,
      prod: view.places.of(namespace).prod,
      seen: `key ${key}`,
    }));
    const items = [...pods.items, ...maps];
    return {
      items,
      relevant: pods.relevant + sum(maps.map(({ weight }) => weight)),
      bad: items.length,
      total: pods.total + maps.length,
    };
  },
};
