import type { PodTerm, Shape, SurveyNode } from '../../servers/ack/kube/survey/survey.ts';
import { meets, selects } from '../../src/flow/selectors.ts';

/** Taints, node affinity and pod terms as the scheduler reads them. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */

type Labels = Record<string, string>;

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
