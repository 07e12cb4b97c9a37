import { type Signal, sum } from '../signal.ts';

/** API3: workloads of one pod that nothing protects from being evicted. */
export const singleReplica: Signal = {
  code: 'API3',
  category: 'capacity',
  kinds: ['Deployment', 'StatefulSet', 'PodDisruptionBudget'],
  graceMs: 0,
  worst: 'medium',
  look(view) {
    const { workloads, budgets } = view.survey;
    const guarded = new Set(budgets.flatMap((budget) => budget.workloads));
    const scaled = workloads.flatMap((workload, index) =>
      ['Deployment', 'StatefulSet'].includes(workload.kind) && workload.desired > 0 ? { ...workload, index } : [],
    );
    const items = scaled
      .filter(({ desired, index }) => desired === 1 && !guarded.has(index))
      .map(({ kind, namespace, name }) => {
        const place = view.places.of(namespace);
        return {
          object: { kind, namespace, name },
          weight: place.weight,
          severity: place.importance === 'prod' ? ('medium' as const) : ('low' as const),
          prod: place.prod,
          seen: 'one replica, no PodDisruptionBudget',
        };
      });
    const relevant = sum(scaled.map(({ namespace, desired }) => desired * view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: scaled.length };
  },
};
