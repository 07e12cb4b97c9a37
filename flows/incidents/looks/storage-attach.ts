import { type EvidenceLine, type ObjectRef, refKey, type Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef, refOf, symptomOf } from '../lines.ts';
import { isReady } from '../pods.ts';
import { claimRef, claimsOf, type StorageLook } from './storage-look.ts';

/** Volumes that cannot be attached to the node of their pod. */

/** Detaching from where the pod was before takes a while and is no fault. */
const PATIENCE_MS = 2 * 60_000;

interface Failure {
  pod: Pod;
  volume: string;
  text: string;
  line: EvidenceLine;
  since: number | undefined;
}

export async function attachFailures(look: StorageLook, stuck: readonly Pod[]): Promise<Verdict[]> {
  const waiting = stuck.filter((pod) => pod.spec.nodeName && isCreating(pod) && isOverdue(pod, look.scene.now));
  if (waiting.length === 0) return [];
  const failures = [...waiting.flatMap((pod) => fromEvents(look, pod)), ...(await fromAttachments(look, waiting))];
  const byObject = Map.groupBy(failures, (failure) => refKey(objectOf(look, failure)));
  return [...byObject.values()].flatMap((group) => {
    const [first] = group;
    return first ? [verdictOf(look, first, group)] : [];
  });
}

/** No container has been begun: the kubelet waits for the volumes. */
function isCreating({ status }: Pod): boolean {
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  return all.every(
    ({ state, restartCount }) =>
      restartCount === 0 &&
      (state.waiting === undefined
        ? state.running === undefined && state.terminated === undefined
        : ['ContainerCreating', 'PodInitializing', undefined].includes(state.waiting.reason)),
  );
}

function isOverdue({ metadata, status }: Pod, now: number): boolean {
  return now - (status.startTime ?? metadata.creationTimestamp ?? 0) >= PATIENCE_MS;
}

const VOLUME = /volume "([^"]{1,253})"/;

function fromEvents({ scene }: StorageLook, pod: Pod): Failure[] {
  const [event] = scene
    .eventsOf(podRef(pod), pod.metadata.creationTimestamp)
    .filter(({ reason }) => reason === 'FailedAttachVolume');
  if (!event) return [];
  const volume = VOLUME.exec(event.message.slice(0, 2000))?.[1] ?? '';
  return [{ pod, volume, text: event.message, line: eventLine(event), since: event.first }];
}

async function fromAttachments({ scene, claims }: StorageLook, waiting: readonly Pod[]): Promise<Failure[]> {
  const volumes = new Map(claims.items.map((claim) => [refKey(claimRef(claim)), claim.spec.volumeName]));
  const attachments = await scene.list('VolumeAttachment');
  return waiting.flatMap((pod) => {
    const own = new Set(claimsOf(pod).flatMap((claim) => volumes.get(refKey(claim)) ?? []));
    return attachments.items.flatMap((attachment): Failure[] => {
      const { nodeName, source } = attachment.spec;
      const volume = source.persistentVolumeName ?? '';
      const { attached, attachError } = attachment.status;
      if (attached || !attachError?.message || nodeName !== pod.spec.nodeName || !own.has(volume)) return [];
      const line = objectLine(
        refOf('VolumeAttachment', attachment),
        `attachError: ${attachError.message}`,
        attachError.time,
      );
      return [{ pod, volume, text: attachError.message, line, since: attachError.time }];
    });
  });
}

/** The claim of the volume; where claims cannot be seen, the only one the pod has, else the volume itself. */
function objectOf({ claims, volumes }: StorageLook, { pod, volume }: Failure): ObjectRef {
  const own = claimsOf(pod);
  const holder = volumes.items.find(({ metadata }) => metadata.name === volume)?.spec.claimRef;
  const claim =
    claims.items.find(
      ({ spec, metadata }) => spec.volumeName === volume && metadata.namespace === pod.metadata.namespace,
    )?.metadata.name ?? holder?.name;
  const [only, ...others] = own;
  const found = own.find(({ name }) => name === claim) ?? (others.length === 0 ? only : undefined);
  return found ?? { kind: 'PersistentVolume', name: volume };
}

function verdictOf(look: StorageLook, first: Failure, group: readonly Failure[]): Verdict {
  const object = objectOf(look, first);
  const pods = [...new Set(group.map(({ pod }) => pod))];
  const holders = holdersOf(look, object, pods);
  return {
    cause: 'VolumeAttachFailed',
    confidence: 'proven',
    object,
    since: first.since,
    params: { detail: first.text.slice(0, 160) },
    evidence: [
      ...group.slice(0, 3).map(({ line }) => line),
      ...holders.slice(0, 2).map((pod) => objectLine(podRef(pod), `mounts the same claim on ${pod.spec.nodeName}`)),
    ],
    symptoms: pods.slice(0, 50).map(symptomOf),
    dependsOn: holders.flatMap(({ spec }) => (spec.nodeName ? [{ kind: 'Node', name: spec.nodeName }] : [])),
  };
}

/** Pods on other nodes that have the volume, also those that are going. */
function holdersOf({ scene }: StorageLook, claim: ObjectRef, waiting: readonly Pod[]): Pod[] {
  const nodes = new Set(waiting.map(({ spec }) => spec.nodeName));
  const key = refKey(claim);
  return scene.pods.filter(
    (pod) =>
      pod.spec.nodeName &&
      !nodes.has(pod.spec.nodeName) &&
      (isReady(pod) || pod.metadata.deletionTimestamp !== undefined || pod.status.phase === 'Running') &&
      claimsOf(pod).some((one) => refKey(one) === key),
  );
}
