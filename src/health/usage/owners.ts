import type { UsageRow } from './queries.ts';

/** Which workload a pod belongs to. */
export interface Owner {
  kind: string;
  name: string;
}

/** Owners as kube-state-metrics tells them, from the answers of a day. */
export interface OwnerBook {
  pods(rows: readonly UsageRow[]): void;
  replicaSets(rows: readonly UsageRow[]): void;
  jobs(rows: readonly UsageRow[]): void;
  /** Whether some pod's owner is of that kind, so that the owner's owner is worth asking for. */
  has(kind: 'ReplicaSet' | 'Job'): boolean;
  /** What owns the pod; the pod itself where nothing does; undefined where nothing tells. */
  ownerOf(pod: string): Owner | undefined;
  /** What stands above such an owner, or that itself. */
  topOf(owner: Owner): Owner;
}

export function createOwnerBook(): OwnerBook {
  const pods = new Map<string, Owner>();
  const above = new Map<string, Owner>();

  /** A label that is not there is `<none>`. */
  function read(row: UsageRow): Owner | undefined {
    const { owner_kind: kind = '', owner_name: name = '' } = row.labels;
    return kind && kind !== '<none>' ? { kind, name } : undefined;
  }

  function note(rows: readonly UsageRow[], kind: string, label: string): void {
    for (const row of rows) {
      const owner = read(row);
      if (owner) above.set(`${kind}/${row.labels[label]}`, owner);
    }
  }

  return {
    pods(rows) {
      for (const row of rows) {
        const { pod } = row.labels;
        if (pod !== undefined) pods.set(pod, read(row) ?? { kind: 'Pod', name: pod });
      }
    },
    replicaSets: (rows) => note(rows, 'ReplicaSet', 'replicaset'),
    jobs: (rows) => note(rows, 'Job', 'job_name'),
    has: (kind) => [...pods.values()].some((owner) => owner.kind === kind),
    ownerOf: (pod) => pods.get(pod),
    topOf: (owner) => above.get(`${owner.kind}/${owner.name}`) ?? owner,
  };
}
