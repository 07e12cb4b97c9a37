import type { World } from '../../world.ts';
import type { Pod } from '../controllers/pod-kinds.ts';
import type { ContainerRuns, PodRuns, Run } from './documents.ts';

/** The runs of all containers of a cluster, also of pods that are gone, for as long as Prometheus remembers. */
export interface RunKeeper {
  all(): readonly PodRuns[];
  of(uid: string): PodRuns | undefined;
  /** Notes a run that began. */
  begin(pod: Pod, container: { name: string; image: string; init: boolean; workload: string }, run: Run): void;
  /** Replaces the last run of a container by what it is now. */
  update(uid: string, container: string, run: Run): void;
  gone(uid: string): void;
}

const KEPT_MS = 30 * 86_400_000;
const KEPT_RUNS = 60;
const KEPT_PODS = 500;

/** The runs of a cluster as they were kept. */
export function openRuns(world: World, clusterId: string): RunKeeper {
  const pods = new Map(world.runs.list(clusterId).map((doc) => [doc.id, doc]));

  const save = (doc: PodRuns): void => {
    pods.set(doc.id, doc);
    world.runs.put(doc);
  };
  const drop = (id: string): void => {
    pods.delete(id);
    world.runs.remove(id);
  };
  const prune = (): void => {
    const old = world.now() - KEPT_MS;
    for (const [id, { goneAt }] of pods) if (goneAt !== undefined && goneAt < old) drop(id);
    const ended = [...pods.values()].filter(({ goneAt }) => goneAt !== undefined);
    for (const { id } of ended.slice(0, Math.max(0, pods.size - KEPT_PODS))) drop(id);
  };

  return {
    all: () => [...pods.values()],
    of: (uid) => pods.get(uid),
    begin: (pod, { name, image, init, workload }, run) => {
      const doc = pods.get(pod.metadata.uid) ?? newDoc(clusterId, pod, workload);
      const known = doc.containers.find((each) => each.name === name) ?? { name, image, init, runs: [], forgotten: 0 };
      const runs = [...known.runs, run];
      const cut = Math.max(0, runs.length - KEPT_RUNS);
      const next: ContainerRuns = { ...known, image, runs: runs.slice(cut), forgotten: known.forgotten + cut };
      save({ ...doc, containers: [...doc.containers.filter((each) => each.name !== name), next] });
    },
    update: (uid, container, run) => {
      const doc = pods.get(uid);
      if (!doc) return;
      const containers = doc.containers.map((each) =>
        each.name === container ? { ...each, runs: [...each.runs.slice(0, -1), run] } : each,
      );
      save({ ...doc, containers });
    },
    gone: (uid) => {
      const doc = pods.get(uid);
      if (!doc || doc.goneAt !== undefined) return;
      const goneAt = world.now();
      const stop = (run: Run): Run => ({ ...run, endedAt: run.endedAt ?? goneAt });
      const containers = doc.containers.map((each) => ({ ...each, runs: each.runs.map(stop) }));
      save({ ...doc, containers, goneAt });
      prune();
    },
  };
}

const newDoc = (clusterId: string, pod: Pod, workload: string): PodRuns => ({
  id: pod.metadata.uid,
  clusterId,
  namespace: pod.metadata.namespace ?? '',
  pod: pod.metadata.name,
  node: pod.spec.nodeName ?? '',
  workload,
  createdAt: Date.parse(pod.metadata.creationTimestamp),
  claims: (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
  containers: [],
});
