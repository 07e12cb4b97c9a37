import type { Cause } from '../causes.ts';
import type { EvidenceLine, Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef, symptomOf } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { isUnscheduled } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { type Decision, readPlacement } from './placement.ts';
import { decide } from './scheduling-decide.ts';
import { rejected } from './scheduling-rejected.ts';

/** Why pods are on no node. One look for all rules of the area: each pod has one cause, so that they cannot contradict each other. */

const PATIENCE_MS = 60_000;
const SCALING_UP_MS = 5 * 60_000;
/** Pods of one owner are alike: a few tell for all. */
const LOOKED_AT = 3;

const looks = new WeakMap<Scene, Promise<Verdict[]>>();

/** The rule of one cause over the shared look. */
export function schedulingRule(cause: Cause): Rule {
  return {
    cause,
    async examine(scene) {
      const look = looks.get(scene) ?? lookAt(scene);
      looks.set(scene, look);
      return (await look).filter((verdict) => verdict.cause === cause);
    },
  };
}

async function lookAt(scene: Scene): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const workload of scene.workloads) {
    const waiting = workload.pods.filter((pod) => isUnscheduled(pod) && isOverdue(scene, pod));
    if (waiting.length > 0) verdicts.push(...(await verdictsFor(scene, workload, waiting)));
    else verdicts.push(...rejected(scene, workload));
  }
  return verdicts;
}

/** Waits for longer than a start takes, and nothing is under way for it. */
function isOverdue(scene: Scene, pod: Pod): boolean {
  const age = scene.now - (pod.metadata.creationTimestamp ?? 0);
  // Pods of a priority below zero hold a place for others, and wait on purpose.
  if (age < PATIENCE_MS || (pod.spec.priority ?? 0) < 0) return false;
  if (pod.status.conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'True')) return false;
  const [scaler] = scene
    .eventsOf(podRef(pod), scene.now - SCALING_UP_MS)
    .filter(({ reason }) => reason === 'TriggeredScaleUp' || reason === 'NotTriggerScaleUp');
  if (scaler?.reason === 'TriggeredScaleUp') return false;
  // Room has been made by preemption; the others are given time to end.
  return !pod.status.nominatedNodeName || age > 2 * SCALING_UP_MS;
}

async function verdictsFor(scene: Scene, workload: Workload, waiting: readonly Pod[]): Promise<Verdict[]> {
  const decided: { pod: Pod; decision: Decision }[] = [];
  for (const pod of waiting.slice(0, LOOKED_AT)) {
    const decision = decide(await readPlacement(scene, pod));
    if (decision) decided.push({ pod, decision: preempted(scene, workload, decision) });
  }
  const groups = [...Map.groupBy(decided, ({ decision }) => decision.cause).values()].sort(
    (a, b) => b.length - a.length,
  );
  // Daemons are each bound to a node of their own; the pods of others are alike, and what most show counts.
  const told = workload.ref.kind === 'DaemonSet' ? groups : groups.slice(0, 1);
  return told.flatMap((group) => {
    const [first] = group;
    const shown = told.length === 1 ? waiting : group.map(({ pod }) => pod);
    return first ? [toVerdict(workload, first.decision, shown)] : [];
  });
}

function toVerdict({ ref }: Workload, decision: Decision, waiting: readonly Pod[]): Verdict {
  const { cause, confidence, detail, object = ref, evidence, dependsOn = [], explains = [], remedies = [] } = decision;
  return {
    cause,
    confidence,
    object,
    since: waiting.flatMap((pod) => sinceOf(pod) ?? []).sort((a, b) => a - b)[0],
    params: { pods: waiting.length, detail, owner: ref.name },
    evidence: evidence.slice(0, 6),
    symptoms: waiting.slice(0, 20).map(symptomOf),
    explains,
    dependsOn,
    remedies,
  };
}

function sinceOf({ metadata, status }: Pod): number | undefined {
  const condition = status.conditions.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  return condition?.lastTransitionTime ?? metadata.creationTimestamp;
}

/** Causes that a preemption explains, and the resource each is about. */
const ROOM: ReadonlyMap<Cause, string> = new Map<Cause, string>([
  ['InsufficientCPU', 'cpu'],
  ['InsufficientMemory', 'memory'],
  ['InsufficientExtendedResource', 'devices'],
  ['TooManyPods', 'pods'],
]);
const PREEMPTION_MS = 60 * 60_000;

/** Where pods of this owner had room until others of a higher priority took it, that is the cause. */
function preempted(scene: Scene, workload: Workload, decision: Decision): Decision {
  if (!ROOM.has(decision.cause)) return decision;
  const evidence = preemptionOf(scene, workload);
  if (evidence.length === 0) return decision;
  const detail = `${ROOM.get(decision.cause)}: ${decision.detail}`;
  return { ...decision, cause: 'PriorityPreempted', detail, evidence: [...evidence, ...decision.evidence] };
}

function preemptionOf(scene: Scene, workload: Workload): EvidenceLine[] {
  const isOwn = memberTest(workload);
  const events = scene.events.filter(
    ({ object, reason, last }) =>
      object.kind === 'Pod' &&
      object.namespace === workload.ref.namespace &&
      (reason === 'Preempted' || reason === 'Preempting') &&
      last >= scene.now - PREEMPTION_MS &&
      isOwn(object.name),
  );
  const victims = workload.allPods.flatMap((pod) => {
    const condition = pod.status.conditions.find(
      ({ type, reason }) => type === 'DisruptionTarget' && reason === 'PreemptionByScheduler',
    );
    return condition
      ? [
          objectLine(
            podRef(pod),
            `DisruptionTarget PreemptionByScheduler: ${condition.message ?? ''}`,
            condition.lastTransitionTime,
          ),
        ]
      : [];
  });
  return [...events.slice(0, 2).map(eventLine), ...victims.slice(0, 1)];
}

/** Whether a pod that is gone belonged to this owner, by the names that controllers give. */
function memberTest({ ref, replicaSets, allPods }: Workload): (pod: string) => boolean {
  if (ref.kind === 'Pod') return () => false;
  const stems = new Set([
    ...replicaSets.map(({ metadata }) => metadata.name),
    ...allPods.map(({ metadata }) => metadata.name.replace(/-[^-]*$/, '')),
    ...(ref.kind === 'Deployment' ? [] : [ref.name]),
  ]);
  return (pod) => stems.has(pod.replace(/-[^-]*$/, ''));
}
