import type { Facts, MetricRow, ObjectRef } from '../../../src/health/types.ts';
import type { Signal } from './signal.ts';

/** What a row is about, as Kubernetes names it; the cluster itself where no label tells. */
export function objectOf({ naming }: Signal, { labels }: MetricRow, cluster: Facts['cluster']): ObjectRef {
  const first = (names: readonly string[]) => names.map((name) => labels[name]).find((value) => value !== undefined);
  const { kind, fixed } = naming;
  if (fixed) return { kind, ...fixed };
  const name = first(naming.name);
  if (name === undefined) return { kind: 'Cluster', name: cluster.name };
  const namespace = naming.namespace && first(naming.namespace);
  return { kind, ...(namespace !== undefined && { namespace }), name };
}
