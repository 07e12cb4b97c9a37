/** Labels against what selects them, as the API means it. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */

type Labels = Readonly<Record<string, string>>;

export interface Requirement {
  key: string;
  operator: string;
  values: readonly string[];
}

export interface Selector {
  matchLabels: Labels;
  matchExpressions: readonly Requirement[];
}

/** Whether labels meet one requirement; an operator that nobody knows is met by nothing. */
export function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = labels[key];
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
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether a selector selects these labels; an empty one selects all, an absent one nothing. */
export function selects(selector: Selector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  for (const [key, value] of Object.entries(selector.matchLabels)) if (labels[key] !== value) return false;
  return selector.matchExpressions.every((requirement) => meets(labels, requirement));
}
