import type { Cause } from '../causes.ts';
import type { Confidence, EvidenceLine, ObjectRef } from '../finding.ts';
import type { Node, Objects, Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef } from '../lines.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Scene } from '../scene.ts';
import { meetsAnyTerm } from '../selectors.ts';
import { mismatches } from './claim-match.ts';
import {
  type Amounts,
  isCordoned,
  isTroubled,
  meetsAffinity,
  meetsSelector,
  repellingTaints,
  takenOn,
} from './node-fit.ts';
import { readSchedulerMessage, type SchedulerReason } from './scheduler-messages.ts';

/** A pod that is on no node, with what the scheduler says of it and with the nodes as they stand to it. */
export interface Placement {
  pod: Pod;
  scene: Scene;
  /** Empty where the scheduler is not heard. */
  reasons: readonly SchedulerReason[];
  said: EvidenceLine | undefined;
  /** Claims of its volumes, as far as they are known. */
  claims: readonly Objects['PersistentVolumeClaim'][];
  volumes: readonly Objects['PersistentVolume'][];
  /** A claim that is still unbound has volumes that would serve it, were they within reach. */
  outOfReach: readonly Objects['PersistentVolume'][];
  nodes: NodeGroups;
  /** What is asked for on each node; absent where not all pods of the cluster are known. */
  taken: ReadonlyMap<string, Amounts> | undefined;
}

/** The nodes of the cluster by what keeps the pod away from them; each only in the first group it belongs to. */
interface NodeGroups {
  all: readonly Node[];
  /** Selector and required node affinity are met. */
  wanted: readonly Node[];
  /** And the volumes can be reached. */
  located: readonly Node[];
  troubled: readonly Node[];
  tainted: readonly Node[];
  cordoned: readonly Node[];
  /** Nothing of all this keeps the pod away. */
  open: readonly Node[];
}

/** Why one pod is on no node. */
export interface Decision {
  cause: Cause;
  confidence: Confidence;
  /** Fills the summary: the resource, taint, label or port in question. */
  detail: string;
  /** Instead of the pod's owner. */
  object?: ObjectRef;
  evidence: EvidenceLine[];
  /** Nodes that are down and would take the pod. */
  dependsOn?: ObjectRef[];
  explains?: ObjectRef[];
  remedies?: Remedy[];
}

const taken = new WeakMap<Scene, ReadonlyMap<string, Amounts>>();

function takenIn(scene: Scene): ReadonlyMap<string, Amounts> | undefined {
  if (scene.scope.namespace !== undefined || !scene.podsKnown) return undefined;
  const sums = taken.get(scene) ?? takenOn(scene.pods);
  taken.set(scene, sums);
  return sums;
}

export async function readPlacement(scene: Scene, pod: Pod): Promise<Placement> {
  const { claims, volumes } = await readClaims(scene, pod);
  const said = heard(scene, pod);
  return {
    pod,
    scene,
    ...said,
    claims,
    volumes,
    outOfReach: said.reasons.some(({ kind }) => kind === 'volume-none') ? await servingVolumes(scene, claims) : [],
    nodes: groupNodes(scene, pod, volumes),
    taken: takenIn(scene),
  };
}

async function readClaims(scene: Scene, { metadata, spec }: Pod): Promise<Pick<Placement, 'claims' | 'volumes'>> {
  const names = new Set(spec.volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []));
  if (names.size === 0) return { claims: [], volumes: [] };
  const all = await scene.list('PersistentVolumeClaim', metadata.namespace);
  const claims = all.items.filter((claim) => names.has(claim.metadata.name));
  const bound = new Set(claims.flatMap((claim) => claim.spec.volumeName ?? []));
  if (bound.size === 0) return { claims, volumes: [] };
  const volumes = await scene.list('PersistentVolume');
  return { claims, volumes: volumes.items.filter((volume) => bound.has(volume.metadata.name)) };
}

async function servingVolumes(scene: Scene, claims: Placement['claims']): Promise<Placement['outOfReach']> {
  const open = claims.filter(({ status }) => status.phase !== 'Bound');
  const { items } = await scene.list('PersistentVolume');
  return items.filter((volume) => open.some((claim) => mismatches(claim, volume).length === 0));
}

/** The condition tells of the last attempt; events may have been dropped, or be of a pod that had this name before. */
function heard(scene: Scene, pod: Pod): Pick<Placement, 'reasons' | 'said'> {
  const condition = pod.status.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (condition?.message) {
    const said = objectLine(
      podRef(pod),
      `PodScheduled=False ${condition.reason ?? ''}: ${condition.message}`,
      condition.lastTransitionTime,
    );
    return { reasons: readSchedulerMessage(condition.message), said };
  }
  const events = scene
    .eventsOf(podRef(pod), pod.metadata.creationTimestamp)
    .filter(({ reason }) => reason === 'FailedScheduling');
  // Autoscalers use the same reason for words of their own.
  const event = events.find(({ message }) => message.includes('nodes are')) ?? events[0];
  return event
    ? { reasons: readSchedulerMessage(event.message), said: eventLine(event) }
    : { reasons: [], said: undefined };
}

function groupNodes({ nodes }: Scene, { spec }: Pod, volumes: Placement['volumes']): NodeGroups {
  const wanted = nodes.filter((node) => meetsSelector(spec, node) && meetsAffinity(spec, node));
  const located = wanted.filter((node) => volumes.every((volume) => reaches(node, volume)));
  const groups = Map.groupBy(located, (node) => {
    if (isTroubled(spec, node)) return 'troubled';
    if (repellingTaints(spec, node).length > 0) return 'tainted';
    return isCordoned(spec, node) ? 'cordoned' : 'open';
  });
  return {
    all: nodes,
    wanted,
    located,
    troubled: groups.get('troubled') ?? [],
    tainted: groups.get('tainted') ?? [],
    cordoned: groups.get('cordoned') ?? [],
    open: groups.get('open') ?? [],
  };
}

const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];

/** Whether a node can reach a volume: by the volume's node affinity, and by its zone label, which older drivers set. */
export function reaches(node: Node, { metadata, spec }: Objects['PersistentVolume']): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  if (terms && terms.length > 0 && !meetsAnyTerm(terms, node)) return false;
  const zone = ZONE_LABELS.flatMap((label) => metadata.labels[label] ?? [])[0];
  const here = ZONE_LABELS.flatMap((label) => node.metadata.labels[label] ?? [])[0];
  // A volume in several zones has them all in its label. https://kubernetes.io/docs/reference/labels-annotations-taints/
  return zone === undefined || here === undefined || zone.split('__').includes(here);
}
