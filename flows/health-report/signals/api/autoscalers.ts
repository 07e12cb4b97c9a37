import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { MINUTE, type Seen, type Signal, severityIn, sum } from '../signal.ts';
import type { View } from '../view.ts';

type Autoscaler = Survey['autoscalers'][number];
type Found = { since?: number | undefined; seen: string } | undefined;

function look(view: View, foundOf: (autoscaler: Autoscaler) => Found): Seen {
  const all = view.survey.autoscalers.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const weightOf = ({ namespace, max }: Autoscaler) => max * view.places.of(namespace).weight;
  const items = all.flatMap((autoscaler) => {
    const found = foundOf(autoscaler);
    if (!found) return [];
    const { kind, namespace, name } = autoscaler;
    const place = view.places.of(namespace);
    return {
      object: { kind, namespace, name },
      weight: weightOf(autoscaler),
      severity: severityIn(place, 'medium', 'low'),
      prod: place.prod,
      ...(found.since !== undefined && { since: found.since }),
      seen: found.seen,
    };
  });
  return { items, relevant: sum(all.map(weightOf)), bad: items.length, total: all.length };
}

const usual = {
  category: 'workloads',
  kinds: ['HorizontalPodAutoscaler'],
  worst: 'medium',
  diagnosable: true,
} as const;

/** W13: as many pods as it may have, and it may want more. */
export const autoscalerAtMax: Signal = {
  ...usual,
  code: 'W13',
  graceMs: 15 * MINUTE,
  look: (view) =>
    look(view, ({ current, min, max, atMaxSince }) =>
      current >= max && max !== min ? { since: atMaxSince, seen: `${current} of at most ${max} pods` } : undefined,
    ),
};

/** W14: it cannot read what it should scale by. */
export const autoscalerBlind: Signal = {
  ...usual,
  code: 'W14',
  graceMs: 10 * MINUTE,
  look: (view) =>
    look(view, ({ failing }) =>
      failing ? { since: failing.since, seen: `${failing.reason}: ${failing.message}` } : undefined,
    ),
};
