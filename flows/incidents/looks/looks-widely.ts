import type { Pod } from '../kinds.ts';
import { containersOf, isFailing, isReady } from '../pods.ts';
import type { Scene } from '../scene.ts';

const START_GRACE_MS = 2 * 60_000;

const known = new WeakMap<Scene, boolean>();

/**
 * Whether to ask for things whose faults leave no trace in pods: where asking costs nothing, or no pod of the scope shows that anything
 * is wrong.
 */
export const looksWidely = (scene: Scene): boolean => scene.isLocal || isQuiet(scene);

/** All that is meant to run is up. */
function isQuiet(scene: Scene): boolean {
  const before = known.get(scene);
  if (before !== undefined) return before;
  const isAllUp = scene.workloads.every(({ pods, replicas, object }) => {
    if (replicas !== undefined && pods.length < replicas) return false;
    if (object?.status.conditions.some(({ type, status }) => type === 'ReplicaFailure' && status === 'True'))
      return false;
    return pods.every((pod) => isUp(pod, scene.now));
  });
  known.set(scene, isAllUp);
  return isAllUp;
}

function isUp(pod: Pod, now: number): boolean {
  if (containersOf(pod).some(({ status }) => status && isFailing(status, now))) return false;
  return isReady(pod) || now - (pod.metadata.creationTimestamp ?? 0) < START_GRACE_MS;
}
