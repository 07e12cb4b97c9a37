import { isDeepStrictEqual } from 'node:util';
import { timestamp } from './births.ts';
import { recordsAt } from './fields.ts';
import type { KubeObject } from './objects.ts';

type Condition = [type: string, status: boolean, reason: string, message: string];

/**
 * The conditions of a namespace that cannot go yet, worded as the real controller words them; undefined when they say
 * so already. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/
 */
export function namespaceConditions(namespace: KubeObject, left: readonly KubeObject[], now: number) {
  const before = recordsAt(namespace, 'status', 'conditions');
  const conditions = wanted(left).map(([type, status, reason, message]) => {
    const next = { type, status: status ? 'True' : 'False', reason, message };
    const { lastTransitionTime, ...known } = before.find((one) => one.type === type) ?? {};
    return { ...next, lastTransitionTime: isDeepStrictEqual(known, next) ? lastTransitionTime : timestamp(now) };
  });
  return isDeepStrictEqual(conditions, before) ? undefined : conditions;
}

const wanted = (left: readonly KubeObject[]): Condition[] => [
  ['NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'],
  [
    'NamespaceDeletionGroupVersionParsingFailure',
    false,
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  ],
  [
    'NamespaceDeletionContentFailure',
    false,
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  contentRemaining(left),
  finalizersRemaining(left),
];

function contentRemaining(left: readonly KubeObject[]): Condition {
  if (left.length === 0)
    return ['NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'];
  const counts = tally(left.map(({ kind }) => kind));
  const lines = counts.map(([kind, count]) => `${kind.toLowerCase()}s. has ${count} resource instances`);
  return [
    'NamespaceContentRemaining',
    true,
    'SomeResourcesRemain',
    `Some resources are remaining: ${lines.join(', ')}`,
  ];
}

function finalizersRemaining(left: readonly KubeObject[]): Condition {
  const counts = tally(left.flatMap(({ metadata }) => metadata.finalizers ?? []));
  const type = 'NamespaceFinalizersRemaining';
  if (counts.length === 0) return [type, false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'];
  const lines = counts.map(([name, count]) => `${name} in ${count} resource instances`);
  return [
    type,
    true,
    'SomeFinalizersRemain',
    `Some content in the namespace has finalizers remaining: ${lines.join(', ')}`,
  ];
}

function tally(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
