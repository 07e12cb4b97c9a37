import type { PodTerm, Shape } from '../../../../servers/ack/kube/survey/survey.ts';
import { selects } from '../../../../src/flow/selectors.ts';
import { type Signal, severityIn, sum } from '../signal.ts';

/** API5: pods that may not share a node, as many as there are nodes: with one node less, one of them has no place. */
export const antiAffinityTight: Signal = {
  code: 'API5',
  category: 'capacity',
  kinds: ['Node', 'Deployment', 'StatefulSet'],
  graceMs: 0,
  worst: 'medium',
  look(view) {
    const { nodes, shapes, workloads } = view.survey;
    if (nodes.length === 0) return 'none';
    const places = nodes.filter(({ ready, cordoned }) => ready && !cordoned).length;
    const apart = workloads.filter(({ kind, shape, desired }) => {
      const template = shapes[shape];
      return ['Deployment', 'StatefulSet'].includes(kind) && desired > 0 && template && isApart(template);
    });
    const items = apart
      .filter(({ desired }) => desired > places - 1)
      .map(({ kind, namespace, name, desired }) => {
        const place = view.places.of(namespace);
        return {
          object: { kind, namespace, name },
          weight: desired * place.weight,
          severity: severityIn(place, 'medium', 'low'),
          prod: place.prod,
          seen: `${desired} replicas, each on a node of its own, ${places} nodes`,
        };
      });
    const relevant = sum(apart.map(({ namespace, desired }) => desired * view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: apart.length };
  },
};

/** Whether its pods keep each other off a node. */
const isApart = ({ podAntiAffinity, labels }: Shape) =>
  podAntiAffinity.some((term) => term.topologyKey === 'kubernetes.io/hostname' && selectsOwn(term, labels));

const selectsOwn = ({ selector, namespaces }: PodTerm, labels: Record<string, string>) =>
  namespaces.length === 0 && selects(selector, labels);
