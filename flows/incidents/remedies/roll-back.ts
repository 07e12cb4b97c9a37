import type { Cause } from '../causes.ts';
import type { Verdict } from '../finding.ts';
import type { PodSpec, WorkloadObject } from '../kinds.ts';
import type { Workload } from '../owners.ts';
import { isReady } from '../pods.ts';
import type { Remedy } from './remedy.ts';

/** Going back to the revision that worked: right where the last change of a template is what the trouble lies in. */

type Part = (spec: PodSpec) => unknown;

const everything: Part = (spec) => spec;
/** What the scheduler goes by. */
const placement: Part = ({ containers, initContainers, ...spec }) => [
  [spec.nodeSelector, spec.affinity, spec.tolerations, spec.topologySpreadConstraints, spec.schedulingGates],
  [containers, initContainers].map((list) => list.map(({ resources, ports }) => [resources, ports])),
  spec.volumes,
];
const images: Part = ({ containers }) => containers.map(({ name, image }) => [name, image]);
const sizes: Part = ({ containers }) => containers.map(({ name, resources }) => [name, resources]);
const variables: Part = ({ containers }) => containers.map(({ name, env, envFrom }) => [name, env, envFrom]);

/** The part of the template in which each cause lies. Causes that lie outside of it are not here: they would stay. */
const PARTS: Partial<Record<Cause, Part>> = {
  OOMKilled: images,
  OOMLeak: images,
  CPUThrottled: sizes,
  ImageNotFound: images,
  ImageArchMismatch: images,
  CommandNotFound: everything,
  AppCrash: everything,
  InitContainerFailed: everything,
  PermissionDenied: everything,
  PortConflict: everything,
  SecurityContextRejected: everything,
  EnvMissing: variables,
  EnvWrongAddress: variables,
  ServiceAccountMissing: ({ serviceAccountName }) => serviceAccountName,
  VolumeMountFailed: ({ volumes, containers }) => [volumes, containers.map(({ volumeMounts }) => volumeMounts)],
  LivenessProbeWrongPort: everything,
  LivenessProbeWrongProtocol: everything,
  LivenessProbeWrongPath: everything,
  LivenessProbeTooAggressive: everything,
  ReadinessProbeWrongPort: everything,
  ReadinessProbeWrongProtocol: everything,
  ReadinessProbeWrongPath: everything,
  ReadinessFailing: everything,
  StartupProbeTooShort: everything,
  InsufficientCPU: placement,
  InsufficientMemory: placement,
  InsufficientExtendedResource: placement,
  NodeSelectorMismatch: placement,
  NodeAffinityMismatch: placement,
  TaintNotTolerated: placement,
  PodAntiAffinityConflict: placement,
  PodAffinityUnsatisfied: placement,
  TopologySpreadUnsatisfied: placement,
  SchedulingGated: placement,
  LimitRangeViolated: sizes,
  PodSecurityDenied: everything,
  ConnectionPoolExhausted: images,
};

/** Served this long before it was replaced: it had worked. */
const PROVEN_MS = 60 * 60_000;
/** What was changed longer ago is hardly why it fails now. */
const LATELY_MS = 24 * 60 * 60_000;

/** Back to the last revision that worked, where the cause lies in what was changed since; undefined where that is not known. */
function rollBackOf({ cause, object }: Verdict, workload: Workload | undefined, now: number): Remedy | undefined {
  const part = PARTS[cause];
  if (!part || !workload) return undefined;
  if (object.kind === 'StatefulSet') return halfWay(workload) ? { id: 'roll-back', target: object } : undefined;
  if (object.kind !== 'Deployment') return undefined;
  const [present, ...older] = workload.replicaSets;
  const before = older.find(isServing) ?? older.find((set) => hadServed(set, present, now));
  if (!present || !before || isSame(part, before, present)) return undefined;
  const toRevision = Number(before.metadata.annotations['deployment.kubernetes.io/revision']);
  return { id: 'roll-back', target: object, ...(toRevision > 0 && { toRevision }) };
}

/** A StatefulSet says itself that the revision before was complete, and this one never. */
function halfWay({ object, pods }: Workload): boolean {
  const { currentRevision, updateRevision } = object?.status ?? {};
  if (currentRevision === undefined || currentRevision === updateRevision) return false;
  return pods.some((pod) => !isReady(pod) && pod.metadata.labels['controller-revision-hash'] === updateRevision);
}

const isServing = ({ status }: WorkloadObject): boolean => (status.readyReplicas ?? 0) > 0;

function hadServed({ metadata }: WorkloadObject, present: WorkloadObject | undefined, now: number): boolean {
  const replaced = present?.metadata.creationTimestamp;
  const born = metadata.creationTimestamp;
  return replaced !== undefined && born !== undefined && replaced - born > PROVEN_MS && now - replaced < LATELY_MS;
}

function isSame(part: Part, before: WorkloadObject, present: WorkloadObject): boolean {
  const [was, is] = [before, present].map(({ spec }) => JSON.stringify(part(spec.template.spec)));
  return was === is;
}

/**
 * What a rule offers, and the way back to the revision that worked: before a probe that was not changed while the image was, after
 * any other change that the rule knows.
 */
export function withRollBack(verdict: Verdict, workload: Workload | undefined, now: number): Remedy[] {
  const { remedies = [], cause } = verdict;
  const back = rollBackOf(verdict, workload, now);
  if (!back) return remedies;
  // The rule knows that it goes back; to which revision is known here.
  if (remedies.some(({ id }) => id === 'roll-back'))
    return remedies.map((one) => (one.id === 'roll-back' && one.toRevision === undefined ? back : one));
  const isNewProgram = /Probe(?:WrongPort|WrongPath|WrongProtocol)$/.test(cause) && isOnlyImage(workload);
  // A program that leaks fills any limit.
  const first =
    isNewProgram || cause === 'OOMLeak' ? [] : remedies.filter(({ when, id }) => when !== 'later' && !SLOWER.has(id));
  return [...first, back, ...remedies.filter((one) => !first.includes(one))];
}

/** Going back to what worked comes before these: they cost more, or only gain time. */
const SLOWER = new Set<Remedy['id']>(['scale-node-pool', 'restart', 'uncordon']);

/** The probes are what they were, and the program is another. */
function isOnlyImage(workload: Workload | undefined): boolean {
  const [present, before] = workload?.replicaSets ?? [];
  if (!present || !before) return false;
  const probes: Part = ({ containers }) =>
    containers.map((one) => [one.livenessProbe, one.readinessProbe, one.startupProbe, one.ports]);
  return isSame(probes, before, present) && !isSame(images, before, present);
}
