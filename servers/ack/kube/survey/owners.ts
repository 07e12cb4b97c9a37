import { z } from 'zod';
import type { Collector } from './collector.ts';
import { controller, metadata, millis, number } from './values.ts';

/** Who keeps a pod in the end: ReplicaSets are looked through. */

export interface Owner {
  kind: string;
  name: string;
}

export const keyOf = (namespace: string, { kind, name }: Owner): string => `${namespace}/${kind}/${name}`;

interface Revisions {
  /** Of the newest revision. */
  revision: number;
  createdAt: number;
  /** Of any. */
  newest: number;
  /** Pods that all of them together ask for. */
  replicas: number;
}

const replicaSet = z.object({
  metadata,
  spec: z.object({ replicas: number }).prefault({}),
});

export interface ReplicaSets extends Collector {
  /** The controller of one that is known by its uid, or itself; undefined where it was not in the list. */
  ownerOf(uid: string): Owner | undefined;
  /** Of all of one owner. */
  revisions(key: string): Revisions | undefined;
}

export function createReplicaSets(): ReplicaSets {
  let owners = new Map<string, Owner>();
  let revisions = new Map<string, Revisions>();
  return {
    kind: 'ReplicaSet',
    begin() {
      owners = new Map();
      revisions = new Map();
    },
    item(raw) {
      const { metadata: about, spec } = replicaSet.parse(raw);
      const above = controller(about);
      const owner = above ? { kind: above.kind, name: above.name } : { kind: 'ReplicaSet', name: about.name };
      owners.set(about.uid, owner);
      const key = keyOf(about.namespace, owner);
      const revision = Number(about.annotations['deployment.kubernetes.io/revision'] ?? 0) || 0;
      const createdAt = millis(about.creationTimestamp) ?? 0;
      const known = revisions.get(key) ?? { revision: -1, createdAt: 0, newest: 0, replicas: 0 };
      const isNewer = revision > known.revision || (revision === known.revision && createdAt > known.createdAt);
      revisions.set(key, {
        ...(isNewer ? { revision, createdAt } : { revision: known.revision, createdAt: known.createdAt }),
        newest: Math.max(known.newest, createdAt),
        replicas: known.replicas + spec.replicas,
      });
    },
    ownerOf: (uid) => owners.get(uid),
    revisions: (key) => revisions.get(key),
  };
}

/** The owner of a pod. One whose ReplicaSet or Job is not in the lists is told by the names that controllers give. */
export function ownerOfPod(
  { name, ownerReferences, labels }: z.output<typeof metadata>,
  known: (kind: string, uid: string) => Owner | undefined,
): Owner {
  const above = ownerReferences.find(({ controller: is }) => is === true);
  // The kubelet is the owner of what it runs from a file.
  if (!above || above.kind === 'Node') return { kind: 'Pod', name };
  const found = known(above.kind, above.uid);
  if (found) return found;
  const hash = labels['pod-template-hash'];
  if (above.kind === 'ReplicaSet' && hash && above.name.endsWith(`-${hash}`))
    return { kind: 'Deployment', name: above.name.slice(0, -hash.length - 1) };
  const [, schedule] = above.kind === 'Job' ? (/^(.+)-\d{8,10}$/.exec(above.name) ?? []) : [];
  return schedule === undefined ? { kind: above.kind, name: above.name } : { kind: 'CronJob', name: schedule };
}
