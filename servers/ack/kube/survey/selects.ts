import { isOnlyOnes } from './shapes.ts';
import type { Shape, SurveySelector } from './survey.ts';

/** Whether a selector selects pods of some labels; what it asks of labels that only single pods have is passed over. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function selects({ matchLabels, matchExpressions }: SurveySelector, labels: Shape['labels']): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => isOnlyOnes(key) || labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => isOnlyOnes(key) || holds(labels[key], operator, values))
  );
}

function holds(value: string | undefined, operator: string, values: string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
