import { MINUTE, type Signal, severityIn, sum } from '../signal.ts';

interface Kind {
  code: string;
  kinds: readonly [string, ...string[]];
  /** Conditions that say so. */
  types: readonly string[];
  inProd: 'high' | 'medium';
}

/** Workloads that say of themselves that they failed. */
function objectFailure({ code, kinds, types, inProd }: Kind): Signal {
  return {
    code,
    category: 'workloads',
    kinds,
    graceMs: 15 * MINUTE,
    worst: inProd,
    diagnosable: true,
    look(view) {
      const ofKind = view.survey.workloads.filter(({ kind }) => kinds.includes(kind));
      const items = ofKind.flatMap(({ kind, namespace, name, desired, failures }) => {
        const failed = failures.filter(({ type }) => types.includes(type));
        if (failed.length === 0) return [];
        const place = view.places.of(namespace);
        const times = failed.flatMap(({ since }) => since ?? []);
        return {
          object: { kind, namespace, name },
          weight: Math.max(1, desired) * place.weight,
          severity: severityIn(place, inProd, inProd === 'high' ? 'medium' : 'low'),
          prod: place.prod,
          ...(times.length === failed.length && { since: Math.min(...times) }),
          seen: failed
            .map(({ reason, message }) => `${reason}: ${message}`)
            .sort()
            .join('; '),
        };
      });
      const weightOf = (namespace: string, desired: number) => Math.max(1, desired) * view.places.of(namespace).weight;
      const relevant = sum(ofKind.map(({ namespace, desired }) => weightOf(namespace, desired)));
      return { items, relevant, bad: items.length, total: ofKind.length };
    },
  };
}

/** W8: a roll-out that does not come to its end. */
export const rolloutStuck = objectFailure({
  code: 'W8',
  kinds: ['Deployment'],
  types: ['Progressing', 'ReplicaFailure'],
  inProd: 'high',
});
/** W11. */
export const jobFailed = objectFailure({ code: 'W11', kinds: ['Job', 'CronJob'], types: ['Failed'], inProd: 'medium' });
