import type { UserRef } from '../chat/types.ts';
import { accountsIn, isAmong } from './people.ts';
import { matches } from './policy.ts';
import type { Policy } from './policy-form.ts';

/** What a person may read: `readers` of policy.yaml, where it is absent everything. */
export interface Reading {
  /** No rule limits it: whatever there is, also what belongs to no cluster. */
  everything: boolean;
  /** Under any of a cluster's names: all of it, some namespaces of it, or nothing. */
  cluster(names: readonly string[]): 'all' | 'some' | 'none';
  namespace(names: readonly string[], namespace: string): boolean;
  /** What the rules say of a cluster of which some namespaces are given: their names, with `*` for any run of characters. */
  patterns(names: readonly string[]): string[];
}

const ALL: Reading = { everything: true, cluster: () => 'all', namespace: () => true, patterns: () => ['*'] };

/** Every rule that names a role of the person gives something; no rule takes anything away. */
export function readingOf(policy: Policy, user: UserRef): Reading {
  if (!policy.readers) return ALL;
  const mine = policy.readers.filter(({ roles }) => roles.includes('*') || isAmong(accountsIn(policy, roles), user));
  const of = (names: readonly string[]) =>
    mine.filter(
      ({ clusters }) => !clusters || clusters.some((pattern) => names.some((name) => matches(pattern, name))),
    );
  return {
    everything: mine.some(({ clusters, namespaces }) => !clusters && !namespaces),
    cluster(names) {
      const giving = of(names);
      if (giving.some(({ namespaces }) => !namespaces)) return 'all';
      return giving.length > 0 ? 'some' : 'none';
    },
    patterns: (names) => [...new Set(of(names).flatMap(({ namespaces }) => namespaces ?? ['*']))],
    namespace: (names, namespace) =>
      of(names).some(({ namespaces }) => !namespaces || namespaces.some((pattern) => matches(pattern, namespace))),
  };
}
