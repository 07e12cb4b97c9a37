import { type Signal, sum } from '../signal.ts';

/** API10: who may do everything, besides what Kubernetes itself binds. */
export const clusterAdmins: Signal = {
  code: 'API10',
  category: 'security',
  kinds: ['ClusterRoleBinding', 'ClusterRole'],
  graceMs: 0,
  worst: 'medium',
  clusterWide: true,
  look({ survey: { access } }) {
    const items = access.clusterAdmins.map(({ binding, subject }) => ({
      object: { kind: 'ClusterRoleBinding', name: binding },
      weight: 1,
      severity: 'medium' as const,
      prod: true,
      seen: `cluster-admin for ${subject}`,
    }));
    return items.length === 0 ? 'good' : { items, relevant: items.length, bad: items.length, total: items.length };
  },
};

/** API11: who may open a shell in pods. */
export const execGrants: Signal = {
  code: 'API11',
  category: 'security',
  kinds: ['ClusterRole', 'Role', 'ClusterRoleBinding', 'RoleBinding'],
  graceMs: 0,
  worst: 'low',
  look(view) {
    const items = view.survey.access.exec
      .filter(({ subjects }) => subjects.length > 0)
      .map(({ role, namespace, subjects }) => {
        const place = view.places.of(namespace);
        return {
          object: namespace ? { kind: 'Role', namespace, name: role } : { kind: 'ClusterRole', name: role },
          weight: place.weight,
          severity: 'low' as const,
          prod: place.prod,
          seen: `exec or attach for ${subjects.toSorted().join(', ')}`,
        };
      });
    const relevant = sum(items.map(({ weight }) => weight));
    return items.length === 0 ? 'good' : { items, relevant, bad: items.length, total: items.length };
  },
};
