import type { SceneEvent } from '../events.ts';
import type { Pod } from '../kinds.ts';
import { podRef } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isReady, type PodContainer } from '../pods.ts';
import type { Scene } from '../scene.ts';

/** Creating a container takes this long at most before one asks why: until then it is no fault. */
const START_GRACE_MS = 2 * 60_000;
const STARTING = new Set(['ContainerCreating', 'PodInitializing']);
const REFUSED = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError']);

const reasonOf = ({ status }: PodContainer): string | undefined => status?.state.waiting?.reason;

/** Containers that the kubelet refuses to start, with its words. */
export function refusedContainers(pod: Pod): PodContainer[] {
  return containersOf(pod).filter((one) => REFUSED.has(reasonOf(one) ?? ''));
}

/** On a node, but not begun: a container is refused, or none has come up for longer than it takes. */
export function isStuckStarting(pod: Pod, now: number): boolean {
  if (pod.spec.nodeName === undefined || isReady(pod)) return false;
  if (refusedContainers(pod).length > 0) return true;
  const since = pod.status.startTime ?? pod.metadata.creationTimestamp ?? now;
  if (now - since < START_GRACE_MS) return false;
  const containers = containersOf(pod);
  const begun = containers.some(({ status }) => status && (status.state.running || status.restartCount > 0));
  return !begun && containers.some((one) => !one.status || STARTING.has(reasonOf(one) ?? ''));
}

/** The pods of a workload that are stuck at the start, the first few. */
export function stuckPods(workload: Workload, now: number): Pod[] {
  return workload.pods.filter((pod) => isStuckStarting(pod, now) && !isOutdated(workload, pod)).slice(0, 10);
}

/** Made from a template that has been changed since: whoever changed it may have seen to its trouble. */
export function isOutdated({ object, replicaSets }: Workload, { metadata }: Pod): boolean {
  const [present] = replicaSets;
  if (present) return metadata.ownerReferences.every(({ name }) => name !== present.metadata.name);
  const { updateRevision } = object?.status ?? {};
  const revision = metadata.labels['controller-revision-hash'];
  return updateRevision !== undefined && revision !== undefined && revision !== updateRevision;
}

/** Warnings about this very pod: one of an earlier pod of the same name does not count. */
export function warningsOf(scene: Scene, pod: Pod): SceneEvent[] {
  const { uid, creationTimestamp = 0 } = pod.metadata;
  return scene
    .eventsOf(podRef(pod), creationTimestamp)
    .filter(({ type, object }) => type !== 'Normal' && (!object.uid || !uid || object.uid === uid));
}

const AFTER_MOUNT = new Set(['Pulling', 'Pulled', 'Created', 'Started']);

/** Warnings about mounts that still stand: an image is pulled only once everything is mounted. */
export function mountWarningsOf(scene: Scene, pod: Pod): SceneEvent[] {
  const went = scene.eventsOf(podRef(pod)).find(({ reason }) => AFTER_MOUNT.has(reason));
  return warningsOf(scene, pod).filter(
    ({ reason, last }) => (reason === 'FailedMount' || reason === 'FailedMapVolume') && last >= (went?.last ?? 0),
  );
}
