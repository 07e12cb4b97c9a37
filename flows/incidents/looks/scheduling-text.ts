import type { LabelSelector, PodSpec } from '../kinds.ts';

interface Requirement {
  key: string;
  operator: string;
  values: string[];
}

const pairs = (labels: Record<string, string>): string[] =>
  Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));

/** Requirements as kubectl writes them: `zone in (a,b)`, `!gpu`. */
function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    default:
      return `${key} ${operator === 'Gt' ? '>' : '<'} ${values.join(',')}`;
  }
}

/** What a pod demands of its node. */
export function requirementsText({ nodeSelector, affinity }: PodSpec, by: 'selector' | 'affinity'): string {
  if (by === 'selector') return pairs(nodeSelector).join(',');
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms
    .map(({ matchExpressions, matchFields }) => [...matchExpressions, ...matchFields].map(requirementText).join(','))
    .join(' | ');
}

export function selectorText(selector: LabelSelector | undefined): string {
  if (!selector) return '–';
  return [...pairs(selector.matchLabels), ...selector.matchExpressions.map(requirementText)].join(',') || '*';
}
