import { type Signal, sum } from '../signal.ts';

/** API13: namespaces with pods that every other pod may call; the system's own are left out. */
export const networkPolicyMissing: Signal = {
  code: 'API13',
  category: 'security',
  kinds: ['Namespace', 'NetworkPolicy', 'Pod'],
  graceMs: 0,
  worst: 'low',
  look(view) {
    const inhabited = new Set(view.groups.map(({ workload }) => view.workload(workload)?.namespace));
    const looked = view.survey.namespaces.filter(
      ({ name }) => inhabited.has(name) && view.places.of(name).importance !== 'system',
    );
    const items = looked
      .filter(({ networkPolicies }) => networkPolicies === 0)
      .map(({ name }) => ({
        object: { kind: 'Namespace', name },
        weight: view.places.of(name).weight,
        severity: 'low' as const,
        prod: view.places.of(name).prod,
        seen: 'no NetworkPolicy',
      }));
    const relevant = sum(looked.map(({ name }) => view.places.of(name).weight));
    return { items, relevant, bad: items.length, total: looked.length };
  },
};
