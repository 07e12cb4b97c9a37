import { HOUR, type Item, type Signal, sum } from '../signal.ts';
import type { View } from '../view.ts';

/** API18: objects that have been going for an hour or longer; namespaces apart. */
export const stuckTerminating: Signal = {
  code: 'API18',
  category: 'workloads',
  kinds: ['Pod'],
  also: [
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'CronJob',
    'Service',
    'Ingress',
    'HTTPRoute',
    'PersistentVolumeClaim',
    'PersistentVolume',
    'ConfigMap',
  ],
  graceMs: 0,
  worst: 'low',
  diagnosable: true,
  look(view) {
    const items = [...podItems(view), ...otherItems(view)];
    const relevant = sum(items.map(({ weight }) => weight));
    return items.length === 0 ? 'good' : { items, relevant, bad: items.length, total: items.length };
  },
};

const podItems = (view: View): Item[] =>
  view.troubled('terminating').flatMap(({ workload, pods, named }) => {
    const young = named.filter(({ since }) => since !== undefined && view.now - since < HOUR).length;
    if (pods - young <= 0) return [];
    const place = view.placeOf(workload);
    const seen = `${pods - young} pods have been terminating for more than an hour`;
    return [
      { object: view.refOf(workload), weight: (pods - young) * place.weight, severity: 'low', prod: place.prod, seen },
    ];
  });

const otherItems = ({ survey, places }: View): Item[] =>
  survey.terminating
    .filter(({ kind }) => kind !== 'Namespace')
    .map(({ kind, namespace, name, since, finalizers }) => ({
      object: { kind, ...(namespace !== undefined && { namespace }), name },
      weight: places.of(namespace).weight,
      severity: 'low',
      prod: places.of(namespace).prod,
      since,
      seen: `terminating, finalizers: ${finalizers.toSorted().join(', ') || 'none'}`,
    }));

/** API19: namespaces that do not end, which blocks what is made in them. */
export const namespaceStuck: Signal = {
  code: 'API19',
  category: 'control-plane',
  kinds: ['Namespace'],
  graceMs: 0,
  worst: 'medium',
  diagnosable: true,
  look({ survey: { namespaces }, places, now }) {
    const items = namespaces.flatMap(({ name, terminatingSince: since }) => {
      if (since === undefined || now - since < HOUR) return [];
      const { weight, prod } = places.of(name);
      const object = { kind: 'Namespace', name };
      return { object, weight, severity: 'medium' as const, prod, since, seen: 'terminating' };
    });
    const relevant = sum(namespaces.map(({ name }) => places.of(name).weight));
    return { items, relevant, bad: items.length, total: namespaces.length };
  },
};
