import type { Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef, refOf, symptomOf } from '../lines.ts';
import { isWorkloadShort } from '../looks/admission-refusals.ts';
import { failureRule, saidAbout } from '../looks/failures.ts';
import type { Workload } from '../owners.ts';
import { isDeleting } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const REFUSED =
  /runAsNonRoot and image (?:will run as root|has non-numeric user)|runAsUser breaks non-root policy|cannot verify user is non-root|(?:apparmor|seccomp) (?:profile|is not|failed)|cannot (?:enforce AppArmor|load seccomp)|profile ".{1,200}" is not (?:loaded|found)|unable to find (?:user|group) .{1,100}: no matching entries|no users found|(?:linux|process)\.(?:capabilities|label|noNewPrivileges)|unknown capability|invalid user\/group|SELinux .{0,60}(?:not supported|invalid)|forbidden sysctl|sysctl .{0,100}(?:not allowed|is not in a separate)/i;
const POD_REASONS = new Set(['SysctlForbidden', 'AppArmor', 'SeccompNotSupported', 'ProcMount', 'Forbidden']);

const refusedContainer = failureRule('SecurityContextRejected', (scene, failure) => {
  const said = saidAbout(scene, failure).find(({ text }) => REFUSED.test(text));
  return said && { confidence: 'proven', params: { why: said.text.slice(0, 200) }, evidence: [said.line] };
});

/** The kubelet, the runtime or the API server refuses what a securityContext asks for. */
export const securityContextRejected: Rule = {
  cause: 'SecurityContextRejected',
  async examine(scene) {
    const turnedAway = scene.workloads.flatMap((workload) => podVerdict(workload) ?? []);
    const neverMade = scene.workloads.flatMap((workload) => invalidVerdict(scene, workload) ?? []);
    return [...(await refusedContainer.examine(scene)), ...turnedAway, ...neverMade];
  },
};

/** Pods that the kubelet turned away as a whole, as long as none of their owner has come up since. */
function podVerdict(workload: Workload): Verdict | undefined {
  const refused = workload.allPods.filter((pod) => !isDeleting(pod) && POD_REASONS.has(pod.status.reason ?? ''));
  const [first] = refused;
  if (!first || workload.pods.some(({ status }) => status.phase === 'Running')) return undefined;
  const { reason = '', message = '' } = first.status;
  return {
    cause: 'SecurityContextRejected',
    confidence: 'proven',
    object: workload.ref,
    since: Math.min(...refused.map(bornAt)),
    params: { container: '–', image: '–', why: message.slice(0, 200) || reason },
    evidence: [objectLine(podRef(first), `status.reason=${reason} ${message}`)],
    symptoms: refused.slice(0, 10).map(symptomOf),
  };
}

const INVALID = /is invalid: .{0,200}securityContext\.\w/s;

/** The API server takes no pod with such values, though it took the template. */
function invalidVerdict({ eventsOf }: Scene, { ref, object, replicaSets }: Workload): Verdict | undefined {
  if (!object || object.spec.replicas === 0 || !isWorkloadShort(object, ref.kind)) return undefined;
  const makers = [ref, ...replicaSets.slice(0, 1).map((set) => refOf('ReplicaSet', set))];
  const event = makers
    .flatMap((maker) => eventsOf(maker))
    .find(({ reason, message }) => reason === 'FailedCreate' && INVALID.test(message.slice(0, 3000)));
  if (!event) return undefined;
  return {
    cause: 'SecurityContextRejected',
    confidence: 'proven',
    object: ref,
    since: event.first,
    params: { container: '–', image: '–', why: event.message.slice(0, 200) },
    evidence: [eventLine(event)],
  };
}

const bornAt = ({ metadata }: Pod): number => metadata.creationTimestamp ?? 0;
