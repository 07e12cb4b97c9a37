import type { Cause } from '../causes.ts';
import type { Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { isReady } from '../pods.ts';
import type { Scene } from '../scene.ts';

/**
 * Pods that a kubelet sent back: placed by hand (`nodeName`), or by a scheduler that knew less than the node did. Each is replaced, and
 * sent back again. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename
 */

const FRESH_MS = 15 * 60_000;
const REASONS: Readonly<Record<string, Cause>> = {
  OutOfcpu: 'InsufficientCPU',
  OutOfmemory: 'InsufficientMemory',
  OutOfpods: 'TooManyPods',
  NodeAffinity: 'NodeAffinityMismatch',
  NodeSelectorMismatching: 'NodeSelectorMismatch',
  NodePorts: 'HostPortConflict',
  PodFitsHostPorts: 'HostPortConflict',
  UnexpectedAdmissionError: 'InsufficientExtendedResource',
};

function causeOf({ reason = '' }: Pod['status']): Cause | undefined {
  return REASONS[reason] ?? (reason.startsWith('OutOf') ? 'InsufficientExtendedResource' : undefined);
}

/** Of an owner that still lacks pods: why they are sent back, by the latest of them. */
export function rejected({ now }: Scene, { ref, allPods, pods, replicas = 1 }: Workload): Verdict[] {
  if (ref.kind === 'Pod' || pods.filter(isReady).length >= replicas) return [];
  const sent = allPods
    .filter(
      ({ status, metadata }) =>
        status.phase === 'Failed' && causeOf(status) && createdAt({ metadata }) >= now - FRESH_MS,
    )
    .sort((a, b) => createdAt(b) - createdAt(a));
  const [latest] = sent;
  const cause = latest && causeOf(latest.status);
  if (!latest || !cause) return [];
  const { reason = '', message = '' } = latest.status;
  return [
    {
      cause,
      confidence: 'proven',
      object: ref,
      since: createdAt(sent.at(-1) ?? latest),
      params: { pods: sent.length, detail: message.slice(0, 200) || reason, owner: ref.name },
      evidence: sent
        .slice(0, 3)
        .map((pod) =>
          objectLine(podRef(pod), `Failed ${pod.status.reason}: ${pod.status.message ?? ''}`, createdAt(pod)),
        ),
      symptoms: sent.slice(0, 20).map(symptomOf),
    },
  ];
}

const createdAt = ({ metadata }: Pick<Pod, 'metadata'>): number => metadata.creationTimestamp ?? 0;
