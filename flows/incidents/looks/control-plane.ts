import type { EvidenceLine, ObjectRef } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef } from '../lines.ts';
import { containersOf, isActive, isFailing, isReady } from '../pods.ts';
import type { Scene } from '../scene.ts';

/** How a component of the control plane fares, as far as its pods and its lease tell. */
interface Component {
  /** Its pods, where the control plane runs as pods. */
  pods: readonly Pod[];
  /** There are some, or ought to be, and none works. */
  isDown: boolean;
  lease: 'renewed' | 'stale' | 'unknown';
  object: ObjectRef;
  evidence: EvidenceLine[];
}

const SYSTEM = 'kube-system';
const STALE_MS = 60_000;
const START_GRACE_MS = 2 * 60_000;

/** Whether there are pods of a component that do not work, without asking for anything. */
export function isVisiblyDown(scene: Scene, name: string): boolean {
  const pods = componentPods(scene.pods, name);
  return pods.length > 0 && pods.every((pod) => isOut(pod, scene.now));
}

/** Looks at the pods of kube-system and at the lease. */
export async function lookAt(scene: Scene, name: string): Promise<Component> {
  const { namespace } = scene.scope;
  const all = namespace === undefined || namespace === SYSTEM ? scene.pods : (await scene.list('Pod', SYSTEM)).items;
  const pods = componentPods(all, name);
  const { lease, line } = await leaseOf(scene, name);
  // Where the API server runs as a pod, so do the others.
  const isMissing = pods.length === 0 && componentPods(all, 'kube-apiserver').length > 0;
  const out = pods.filter((pod) => isOut(pod, scene.now));
  const [first] = out;
  return {
    pods,
    lease,
    isDown: isMissing || (pods.length > 0 && out.length === pods.length),
    object: first
      ? podRef(first)
      : { kind: 'Pod', namespace: SYSTEM, name: pods[0]?.metadata.name ?? staticName(scene, name) },
    evidence: [
      ...(isMissing
        ? [objectLine({ kind: 'Pod', namespace: SYSTEM, name }, `no pod of ${name} beside the one of kube-apiserver`)]
        : []),
      ...out.slice(0, 3).map((pod) => objectLine(podRef(pod), describe(pod))),
      ...(line ? [line] : []),
    ],
  };
}

function componentPods(pods: readonly Pod[], name: string): Pod[] {
  return pods.filter(
    (pod) =>
      pod.metadata.namespace === SYSTEM &&
      isActive(pod) &&
      (pod.metadata.labels.component === name ||
        pod.metadata.name === name ||
        pod.metadata.name.startsWith(`${name}-`)),
  );
}

/** In trouble, or up for minutes and still not ready. */
function isOut(pod: Pod, now: number): boolean {
  const statuses = containersOf(pod).flatMap(({ status }) => status ?? []);
  const isYoung = now - (pod.metadata.creationTimestamp ?? 0) < START_GRACE_MS;
  return statuses.some((status) => isFailing(status, now)) || (!isReady(pod) && !isYoung);
}

function describe(pod: Pod): string {
  return containersOf(pod)
    .flatMap(({ container, status }) => {
      const state = status?.state.waiting?.reason ?? (status?.state.running ? 'running' : 'terminated');
      return status
        ? [`container ${container.name}: ${state}, ready=${status.ready}, ${status.restartCount} restarts`]
        : [];
    })
    .join('; ');
}

/** As kubeadm names static pods: after their node. */
function staticName({ nodes }: Scene, name: string): string {
  const [only, second] = nodes.filter(({ metadata }) => 'node-role.kubernetes.io/control-plane' in metadata.labels);
  return only && !second ? `${name}-${only.metadata.name}` : name;
}

/** Compared with the other leases of the same list, which are renewed every few seconds, so that the age of the list does not count. */
async function leaseOf(scene: Scene, name: string): Promise<{ lease: Component['lease']; line?: EvidenceLine }> {
  const { items } = await scene.list('Lease', SYSTEM);
  const own = items.find(({ metadata }) => metadata.name === name);
  const renewed = own?.spec.renewTime;
  if (renewed === undefined) return { lease: 'unknown' };
  const others = items.flatMap(({ metadata, spec }) => (metadata.name === name ? [] : (spec.renewTime ?? [])));
  const newest = others.length > 0 ? Math.max(...others) : scene.now;
  const behind = Math.round((newest - renewed) / 1000);
  const ref = { kind: 'Lease', namespace: SYSTEM, name };
  const text = `renewed ${behind > 0 ? `${behind} s before the others` : 'in time'} by ${own?.spec.holderIdentity ?? '–'}`;
  return { lease: newest - renewed > STALE_MS ? 'stale' : 'renewed', line: objectLine(ref, text, renewed) };
}
