import type { Expression, LabelSelector } from './kinds.ts';
import type { Taint, Toleration } from './pod-kinds.ts';

type Labels = Record<string, string> | undefined;

/** Whether labels fit every pair. */
export const matchesPairs = (pairs: Record<string, string>, labels: Labels): boolean =>
  Object.entries(pairs).every(([key, value]) => labels?.[key] === value);

/** Whether labels fit a selector; an absent selector fits nothing, an empty one everything. */
export function matches(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  return (
    matchesPairs(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every((expression) => fits(expression, labels?.[expression.key]))
  );
}

/** Whether one value fits an expression. */
export function fits({ operator, values = [] }: Expression, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
  }
}

/** Whether a toleration puts up with a taint. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if ((toleration.operator ?? 'Equal') === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

/** The first taint of these effects that nothing tolerates. */
export const untolerated = (
  taints: readonly Taint[] = [],
  tolerations: readonly Toleration[] = [],
  effects: readonly string[] = ['NoSchedule', 'NoExecute'],
): Taint | undefined =>
  taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
