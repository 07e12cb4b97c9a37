import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { HOUR, MINUTE, type Seen, type Signal, severityIn, sum } from '../signal.ts';
import type { View } from '../view.ts';

type Budget = Survey['budgets'][number];

function look(view: View, seenOf: (budget: Budget) => string | undefined): Seen {
  const { budgets } = view.survey;
  const weightOf = ({ namespace, expected }: Budget) => Math.max(1, expected) * view.places.of(namespace).weight;
  const items = budgets.flatMap((budget) => {
    const seen = seenOf(budget);
    if (seen === undefined) return [];
    const { namespace, name, createdAt } = budget;
    const place = view.places.of(namespace);
    return {
      object: { kind: 'PodDisruptionBudget', namespace, name },
      weight: weightOf(budget),
      severity: severityIn(place, 'medium', 'low'),
      prod: place.prod,
      // Since when is not told, but not since before it was made.
      ...(view.now - createdAt < HOUR && { since: createdAt }),
      seen,
    };
  });
  return { items, relevant: sum(budgets.map(weightOf)), bad: items.length, total: budgets.length };
}

/** W15: fewer healthy pods than it wants. */
export const budgetShort: Signal = {
  code: 'W15',
  category: 'workloads',
  kinds: ['PodDisruptionBudget'],
  graceMs: 15 * MINUTE,
  worst: 'medium',
  diagnosable: true,
  look: (view) =>
    look(view, ({ healthy, desiredHealthy }) =>
      healthy < desiredHealthy ? `${healthy} healthy pods, ${desiredHealthy} wanted` : undefined,
    ),
};

/** W16: no pod may be evicted, so no node can be drained. */
export const budgetBlocks: Signal = {
  code: 'W16',
  category: 'workloads',
  kinds: ['PodDisruptionBudget'],
  graceMs: HOUR,
  worst: 'medium',
  diagnosable: true,
  look: (view) =>
    look(view, ({ allowed, expected }) =>
      allowed === 0 && expected > 0 ? `0 disruptions allowed of ${expected} pods` : undefined,
    ),
};

/** API4. */
export const budgetEmpty: Signal = {
  code: 'API4',
  category: 'capacity',
  kinds: ['PodDisruptionBudget'],
  graceMs: HOUR,
  worst: 'medium',
  look: (view) =>
    look(view, ({ expected, workloads }) =>
      expected === 0 && workloads.length === 0 ? 'its selector selects no pod' : undefined,
    ),
};
