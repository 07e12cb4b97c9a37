import type { PodTerm, Requirement, Shape, SurveyNode, SurveySelector } from '../../servers/ack/kube/survey/survey.ts';

/** Labels, taints and node affinity as the scheduler reads them. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */

type Labels = Record<string, string>;

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
export function selects(selector: SurveySelector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  for (const [key, value] of Object.entries(selector.matchLabels)) if (labels[key] !== value) return false;
  return selector.matchExpressions.every((requirement) => meets(labels, requirement));
}

/** The namespaces a pod term looks into: an answer for each name. */
export function looksInto(
  { namespaces, namespaceSelector }: PodTerm,
  own: string,
  labelsOf: (namespace: string) => Labels,
): (namespace: string) => boolean {
  if (namespaces.length === 0 && !namespaceSelector) return (namespace) => namespace === own;
  return (namespace) => namespaces.includes(namespace) || selects(namespaceSelector, labelsOf(namespace));
}

/** Whether the node's labels and name are what the pod's nodeSelector and required node affinity ask for. */
export function wantsNode({ nodeSelector, nodeAffinity }: Shape, { labels, name }: SurveyNode): boolean {
  for (const [key, value] of Object.entries(nodeSelector)) if (labels[key] !== value) return false;
  if (!nodeAffinity) return true;
  const fields = { 'metadata.name': name };
  return nodeAffinity.some(
    (term) =>
      term.expressions.length + term.fields.length > 0 &&
      term.expressions.every((requirement) => meets(labels, requirement)) &&
      term.fields.every((requirement) => meets(fields, requirement)),
  );
}

/** Whether the pod bears every taint of the node that keeps pods away. */
export function bearsTaints({ tolerations }: Shape, taints: SurveyNode['taints']): boolean {
  return taints
    .filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute')
    .every((taint) =>
      tolerations.some(
        ({ key, operator, value, effect }) =>
          ((effect ?? '') === '' || effect === taint.effect) &&
          ((key ?? '') === '' ? operator === 'Exists' : key === taint.key) &&
          (operator === 'Exists' || value === taint.value),
      ),
    );
}
