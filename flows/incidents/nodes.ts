import type { Cause } from './causes.ts';
import type { EvidenceLine, ObjectRef, Symptom, Verdict } from './finding.ts';
import type { Condition, Node, Pod } from './kinds.ts';
import { eventLine, objectLine, podRef, symptomOf } from './lines.ts';
import { isActive, isReady, isUnscheduled } from './pods.ts';
import type { Rule } from './rule.ts';
import type { Scene } from './scene.ts';

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
  const pods = podsOn(scene, node).filter((pod) => (isActive(pod) ? !isReady(pod) : pod.status.phase !== 'Succeeded'));
  return { symptoms: pods.slice(0, MOST_SYMPTOMS).map(symptomOf), explains: owners(scene, pods) };
}

function owners(scene: Scene, pods: readonly Pod[]): ObjectRef[] {
  return [...new Set(pods.map((pod) => scene.workloadOf(pod).ref))];
}

/** Pods without a node of which the scheduler says that this taint keeps them off, and their workloads. */
export function keptOffBy(scene: Scene, taint: string): ObjectRef[] {
  const waiting = scene.pods.filter((pod) => isUnscheduled(pod) && schedulerWords(scene, pod).includes(taint));
  return [...waiting.slice(0, MOST_SYMPTOMS).map(podRef), ...owners(scene, waiting)];
}

function schedulerWords(scene: Scene, pod: Pod): string {
  const condition = pod.status.conditions.find(({ type }) => type === 'PodScheduled');
  const [event] = scene.eventsOf(podRef(pod)).filter(({ reason }) => reason === 'FailedScheduling');
  return `${condition?.message ?? ''} ${event?.message ?? ''}`;
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
          explains: [...explains, ...keptOffBy(scene, taint)],
        } satisfies Verdict;
      });
    },
  };
}
