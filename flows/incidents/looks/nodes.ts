import type { Cause } from '../causes.ts';
import type { EvidenceLine, ObjectRef, Symptom, Verdict } from '../finding.ts';
import type { Condition, Node, Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef, symptomOf } from '../lines.ts';
import { containersOf, isActive, isReady, isUnscheduled, lastTermination } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { meetsAffinity, meetsSelector, offered, requestsOf } from './node-fit.ts';
import { readSchedulerMessage } from './scheduler-messages.ts';

/** Nodes, their conditions, and what their troubles explain. */

export const nodeRef = ({ metadata: { name } }: Node): ObjectRef => ({ kind: 'Node', name });

export function conditionOf({ status }: Node, type: string): Condition | undefined {
  return status.conditions.find((one) => one.type === type);
}

export function isNodeReady(node: Node): boolean {
  return conditionOf(node, 'Ready')?.status === 'True';
}

export function conditionLine(
  node: Node,
  { type, status, reason, message, lastTransitionTime }: Condition,
): EvidenceLine {
  return objectLine(
    nodeRef(node),
    `condition ${type}=${status} reason=${reason ?? '–'} ${message ?? ''}`,
    lastTransitionTime,
  );
}

const byNode = new WeakMap<Scene, Map<string, Pod[]>>();

/** The pods of the scope on a node. */
export function podsOn(scene: Scene, node: string): readonly Pod[] {
  const before = byNode.get(scene);
  const map = before ?? Map.groupBy(scene.pods, ({ spec }) => spec.nodeName ?? '');
  if (!before) byNode.set(scene, map);
  return map.get(node) ?? [];
}

const MOST_SYMPTOMS = 30;

/** What a node in trouble shows: its pods that do not serve, and the workloads they are of. */
export function sufferersOn(scene: Scene, node: string): { symptoms: Symptom[]; explains: ObjectRef[] } {
  const pods = podsOn(scene, node).filter((pod) =>
    isActive(pod) ? !isReady(pod) && !hasOwnFault(pod) : pod.status.phase !== 'Succeeded',
  );
  return { symptoms: pods.slice(0, MOST_SYMPTOMS).map(symptomOf), explains: owners(scene, pods) };
}

const OWN_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
]);
/** Ended calmly, by a signal, or nobody knows how: as things end when their node is in trouble. */
const OUTER_ENDS = new Set([0, 137, 143, 255]);

/** A pod that would not work on any other node either. */
function hasOwnFault(pod: Pod): boolean {
  return containersOf(pod).some(({ status }) => {
    const { waiting } = status?.state ?? {};
    if (!status || !waiting?.reason) return false;
    if (OWN_REASONS.has(waiting.reason)) return !waiting.message?.includes('no space left on device');
    const end = waiting.reason === 'CrashLoopBackOff' ? lastTermination(status) : undefined;
    return end !== undefined && !OUTER_ENDS.has(end.exitCode);
  });
}

function owners(scene: Scene, pods: readonly Pod[]): ObjectRef[] {
  return [...new Set(pods.map((pod) => scene.workloadOf(pod).ref))];
}

/**
 * Pods that wait, of which the scheduler says that nothing but taints keeps them off, this one among them, and that the node could take;
 * and their workloads. What else is in the way has verdicts of its own, which name the nodes that would help.
 */
export function keptOffBy(scene: Scene, node: Node, taint: string): ObjectRef[] {
  const isTainted = node.spec.taints.some(({ key }) => key === taint);
  const waiting = keptOffByTaints(scene).filter(
    ({ pod, taints }) =>
      // Since 1.34 the scheduler no longer names them.
      taints.some((name) => name === taint || (isTainted && name === '')) && couldTake(node, pod),
  );
  const pods = waiting.map(({ pod }) => pod);
  return [...pods.slice(0, MOST_SYMPTOMS).map(podRef), ...owners(scene, pods)];
}

function couldTake(node: Node, { spec }: Pod): boolean {
  if (!meetsSelector(spec, node) || !meetsAffinity(spec, node)) return false;
  return [...requestsOf(spec)].every(([resource, amount]) => amount <= offered(node, resource));
}

interface KeptOff {
  pod: Pod;
  /** Keys, empty where the scheduler does not name them. */
  taints: string[];
}

const keptOffPods = new WeakMap<Scene, KeptOff[]>();

function keptOffByTaints(scene: Scene): KeptOff[] {
  const before = keptOffPods.get(scene);
  if (before) return before;
  const found = scene.pods.filter(isUnscheduled).flatMap((pod): KeptOff[] => {
    const reasons = readSchedulerMessage(schedulerWords(scene, pod));
    if (reasons.some(({ kind }) => kind !== 'taint')) return [];
    return [{ pod, taints: reasons.map(({ detail }) => /^[^=:]*/.exec(detail)?.[0].trim() ?? '') }];
  });
  keptOffPods.set(scene, found);
  return found;
}

function schedulerWords(scene: Scene, pod: Pod): string {
  const condition = pod.status.conditions.find(({ type }) => type === 'PodScheduled');
  if (condition?.message) return condition.message;
  const [event] = scene.eventsOf(podRef(pod)).filter(({ reason }) => reason === 'FailedScheduling');
  return event?.message ?? '';
}

interface Pressure {
  cause: Cause;
  type: string;
  taint: string;
  /** Of events about the node that tell of it. */
  reasons: readonly string[];
}

/** A rule that believes one of the kubelet's own conditions. */
export function pressureRule({ cause, type, taint, reasons }: Pressure): Rule {
  return {
    cause,
    async examine(scene) {
      return scene.nodes.flatMap((node) => {
        const condition = conditionOf(node, type);
        if (condition?.status !== 'True') return [];
        const events = scene
          .eventsOf(nodeRef(node), condition.lastTransitionTime)
          .filter(({ reason }) => reasons.includes(reason));
        const { symptoms, explains } = sufferersOn(scene, node.metadata.name);
        return {
          cause,
          confidence: 'proven',
          object: nodeRef(node),
          since: condition.lastTransitionTime,
          params: { message: condition.message ?? '' },
          evidence: [conditionLine(node, condition), ...events.slice(0, 3).map(eventLine)],
          symptoms,
          explains: [...explains, ...keptOffBy(scene, node, taint)],
        } satisfies Verdict;
      });
    },
  };
}
