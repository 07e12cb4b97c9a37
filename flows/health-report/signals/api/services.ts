import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { DAY, MINUTE, type Signal, severityIn, sum } from '../signal.ts';
import type { View } from '../view.ts';

type Service = Survey['services'][number];

const selects = ({ type, selector }: Service) => type !== 'ExternalName' && Object.keys(selector ?? {}).length > 0;

/** API1: Services that lead to no ready pod. In prod that is an outage. */
export const serviceWithoutEndpoints: Signal = {
  code: 'API1',
  category: 'workloads',
  kinds: ['Service', 'EndpointSlice'],
  also: ['Pod'],
  graceMs: 5 * MINUTE,
  worst: 'critical',
  canBeOutage: true,
  diagnosable: true,
  look(view) {
    const services = view.survey.services.filter(selects);
    const items = services
      .filter(({ readyEndpoints }) => readyEndpoints === 0)
      .map((service) => {
        const { namespace, name, type } = service;
        const place = view.places.of(namespace);
        const since = emptySince(service, view);
        return {
          object: { kind: 'Service', namespace, name },
          weight: place.weight,
          severity: severityIn(place, 'critical', 'medium'),
          prod: place.prod,
          ...(place.prod && { outage: true }),
          ...(since !== undefined && { since }),
          seen: `${type}, 0 ready endpoints`,
        };
      });
    const relevant = sum(services.map(({ namespace }) => view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: services.length };
  },
};

/** Since the last workload behind it became short of pods, where each tells since when it is. */
function emptySince({ workloads }: Service, view: View): number | undefined {
  const times = workloads.flatMap((index) => view.shortSince(index) ?? []);
  return times.length === workloads.length && times.length > 0 ? Math.max(...times) : undefined;
}

/** CST8: load balancers that are paid for and lead nowhere. */
export const loadBalancerIdle: Signal = {
  code: 'CST8',
  category: 'cost',
  kinds: ['Service', 'EndpointSlice'],
  graceMs: 7 * DAY,
  worst: 'low',
  look(view) {
    const balancers = view.survey.services.filter(({ type }) => type === 'LoadBalancer');
    const items = balancers
      .filter(({ readyEndpoints, createdAt }) => readyEndpoints === 0 && view.now - createdAt >= 7 * DAY)
      .map(({ namespace, name }) => ({
        object: { kind: 'Service', namespace, name },
        weight: view.places.of(namespace).weight,
        severity: 'low' as const,
        prod: view.places.of(namespace).prod,
        seen: 'LoadBalancer, 0 ready endpoints',
      }));
    const relevant = sum(balancers.map(({ namespace }) => view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: balancers.length };
  },
};
