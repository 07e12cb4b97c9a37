import { type Signal, severityIn, sum } from '../signal.ts';

/** API2: Ingresses and HTTPRoutes that send people to a Service that is not there. */
export const routeBackendMissing: Signal = {
  code: 'API2',
  category: 'workloads',
  kinds: ['Ingress', 'Service'],
  also: ['HTTPRoute'],
  graceMs: 0,
  worst: 'high',
  diagnosable: true,
  look(view) {
    const { routes } = view.survey;
    const items = routes
      .filter(({ missing }) => missing.length > 0)
      .map(({ kind, namespace, name, missing }) => {
        const place = view.places.of(namespace);
        return {
          object: { kind, namespace, name },
          weight: place.weight,
          severity: severityIn(place, 'high', 'medium'),
          prod: place.prod,
          seen: `no Service ${missing.toSorted().join(', ')}`,
        };
      });
    const relevant = sum(routes.map(({ namespace }) => view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: routes.length };
  },
};
