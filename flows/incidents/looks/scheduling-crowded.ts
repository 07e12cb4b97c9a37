import type { Confidence, EvidenceLine } from '../finding.ts';
import type { Node, Pod } from '../kinds.ts';
import { objectLine, podRef, refOf } from '../lines.ts';
import { isActive } from '../pods.ts';
import type { Remedy } from '../remedies/remedy.ts';
import { hostPorts, offered, requestsOf } from './node-fit.ts';
import { type Decision, type Placement, reaches } from './placement.ts';
import { type ReasonKind, reasonKinds } from './scheduler-messages.ts';
import { affinityDecision, unmetTerm } from './scheduling-neighbours.ts';
import { amountText, freeOn, type Shortage, saidShortage, shortages } from './scheduling-room.ts';

/** Why a pod does not fit the nodes that are open to it: room, ports, volumes, neighbours. */

const LATE: ReadonlySet<ReasonKind> = new Set(
  reasonKinds.slice(reasonKinds.indexOf('ports'), reasonKinds.indexOf('claim-unbound')),
);

const nodeRef = (node: Node) => refOf('Node', node);
const heardOf = ({ said }: Placement): EvidenceLine[] => (said ? [said] : []);

/** By the scheduler's reasons where there are any, else by what can be worked out. */
export function crowded(placement: Placement): Decision | undefined {
  const kind = chosen(placement);
  if (kind) return fromReason(placement, kind, 'proven');
  if (placement.reasons.length > 0) return workedOut(placement, 'likely');
  return workedOut(placement, 'proven');
}

function chosen(placement: Placement): ReasonKind | undefined {
  const { reasons, volumes, nodes } = placement;
  const late = reasons.filter(({ kind }) => {
    // Nodes out of the volumes' reach are left out already.
    if (kind === 'volume-place') return volumes.length === 0 || nodes.located.length === 0;
    // Old versions say `pod affinity/anti-affinity` besides the one that it is.
    if (kind === 'pod-affinity-or-anti') return !reasons.some((one) => one.kind === 'pod-affinity');
    return LATE.has(kind);
  });
  const kinds = new Set(late.map(({ kind }) => kind));
  if (kinds.has('pod-anti-affinity') && (kinds.has('resource') || kinds.has('pods')))
    return outnumbers(placement) ? 'pod-anti-affinity' : 'resource';
  const [first] = late.toSorted(
    (a, b) => b.nodes - a.nodes || reasonKinds.indexOf(b.kind) - reasonKinds.indexOf(a.kind),
  );
  return first?.kind;
}

/** More copies than nodes to keep them apart on: room would not help. */
function outnumbers({ scene, pod, nodes }: Placement): boolean {
  const { replicas = 1 } = scene.workloadOf(pod);
  return nodes.open.length > 0 && replicas > nodes.open.length;
}

/** A decision for one kind of reason. */
export function fromReason(placement: Placement, kind: ReasonKind, confidence: Confidence): Decision | undefined {
  switch (kind) {
    case 'resource':
    case 'pods': {
      const shortage = saidShortage(placement);
      return shortage && short(placement, shortage, confidence);
    }
    case 'ports':
      return portsTaken(placement, confidence);
    case 'volume-limit':
      return {
        cause: 'InsufficientExtendedResource',
        confidence: 'likely',
        detail: 'attachable volumes',
        evidence: heardOf(placement),
      };
    case 'volume-none':
      return placement.outOfReach.length > 0 ? elsewhere(placement, placement.outOfReach, confidence) : undefined;
    case 'volume-place':
      return elsewhere(placement, placement.volumes, confidence);
    default:
      return affinityDecision(placement, kind, confidence);
  }
}

/** What holds without the scheduler's word. */
function workedOut(placement: Placement, surest: Confidence): Decision | undefined {
  const [shortage] = shortages(placement);
  if (shortage) return short(placement, shortage, shortage.hopeless ? surest : 'likely');
  const { open } = placement.nodes;
  if (open.length > 0 && hostPorts(placement.pod.spec).length > 0) {
    const holders = holdersOf(placement);
    if (open.every(({ metadata }) => holders.has(metadata.name))) return portsTaken(placement, surest);
  }
  const kind = unmetTerm(placement);
  return kind && affinityDecision(placement, kind, 'likely');
}

function short(placement: Placement, shortage: Shortage, confidence: Confidence): Decision {
  const { nodes, pod, scene } = placement;
  const { cause, resource, asked } = shortage;
  return {
    cause,
    confidence,
    detail: cause === 'InsufficientExtendedResource' && asked !== resource ? `${asked} × ${resource}` : asked,
    evidence: [
      ...heardOf(placement),
      ...(resource === 'pods' ? [] : [objectLine(podRef(pod), `requests ${resource}: ${asked}`)]),
      ...nodes.open.slice(0, 3).map((node) => objectLine(nodeRef(node), roomText(placement, node, resource))),
    ],
    // A node that is down explains the lack only where the pod would fit it.
    dependsOn: nodes.troubled.filter((node) => couldHold(placement, node, resource)).map(nodeRef),
    explains: [scene.workloadOf(pod).ref],
    remedies: moreRoom(placement, shortage),
  };
}

function roomText(placement: Placement, node: Node, resource: string): string {
  const size = `allocatable ${resource}=${amountText(resource, offered(node, resource))}`;
  if (!placement.taken) return size;
  return `${size}, free of requests ${amountText(resource, Math.max(0, freeOn(placement, node, resource)))}`;
}

function askedOf({ pod }: Placement, resource: string): number {
  return resource === 'pods' ? 1 : (requestsOf(pod.spec).get(resource) ?? 0);
}

function couldHold(placement: Placement, node: Node, resource: string): boolean {
  return offered(node, resource) >= askedOf(placement, resource);
}

/** A node of the same size helps where the pod would fit an empty one. */
function moreRoom(placement: Placement, { resource, hopeless }: Shortage): Remedy[] {
  const { open, cordoned } = placement.nodes;
  const [like] = open;
  if (!like || hopeless) return [];
  const closed = cordoned.filter((node) => freeOn(placement, node, resource) >= askedOf(placement, resource));
  return [
    ...closed.slice(0, 1).map(({ metadata }): Remedy => ({ id: 'uncordon', node: metadata.name })),
    { id: 'scale-node-pool', node: like.metadata.name, by: 1 },
  ];
}

/** Pods that hold one of the ports, by their node. */
function holdersOf({ scene, pod }: Placement): Map<string, Pod> {
  const wanted = new Set(hostPorts(pod.spec));
  const holders = new Map<string, Pod>();
  for (const other of scene.pods) {
    const { nodeName } = other.spec;
    if (nodeName && isActive(other) && hostPorts(other.spec).some((port) => wanted.has(port)))
      holders.set(nodeName, other);
  }
  return holders;
}

function portsTaken(placement: Placement, confidence: Confidence): Decision {
  const ports = hostPorts(placement.pod.spec).join(', ');
  const byNode = holdersOf(placement);
  const holders = placement.nodes.open.flatMap(({ metadata }) => byNode.get(metadata.name) ?? []).slice(0, 3);
  return {
    cause: 'HostPortConflict',
    confidence,
    detail: ports || '?',
    evidence: [
      ...heardOf(placement),
      objectLine(podRef(placement.pod), `hostPort: ${ports}`),
      ...holders.map((pod) =>
        objectLine(podRef(pod), `holds hostPort ${hostPorts(pod.spec).join(', ')} of ${pod.spec.nodeName}`),
      ),
    ],
    remedies: aNodeEach(placement, holders),
  };
}

/** Its own copies hold the port on every node: each further copy needs a node of its own. */
function aNodeEach({ scene, pod, nodes }: Placement, holders: readonly Pod[]): Remedy[] {
  const own = scene.workloadOf(pod);
  const [like] = nodes.open;
  const missing = (own.replicas ?? 0) - nodes.open.length;
  if (!like || missing < 1 || holders.length === 0 || holders.some((one) => scene.workloadOf(one) !== own)) return [];
  return [{ id: 'scale-node-pool', node: like.metadata.name, by: missing }];
}

/** The volumes are where the pod may not, or cannot, run. */
function elsewhere(placement: Placement, volumes: Placement['volumes'], confidence: Confidence): Decision {
  const names = volumes.map(({ metadata }) => metadata.name);
  return {
    cause: 'VolumeZoneConflict',
    confidence,
    detail: names.slice(0, 3).join(', ') || placement.claims.map(({ metadata }) => metadata.name).join(', ') || '?',
    evidence: [
      ...heardOf(placement),
      ...volumes.slice(0, 3).map((volume) => objectLine(refOf('PersistentVolume', volume), placeOf(volume))),
    ],
    // The node that it was on, or could be on, is out of order: no matter of zones.
    dependsOn: placement.nodes.troubled
      .filter((node) => volumes.length > 0 && volumes.every((volume) => reaches(node, volume)))
      .map(nodeRef),
  };
}

function placeOf({ spec, metadata }: Placement['volumes'][number]): string {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const places = terms.flatMap(({ matchExpressions }) =>
    matchExpressions.map(({ key, values }) => `${key} in (${values.join(',')})`),
  );
  const zone = metadata.labels['topology.kubernetes.io/zone'];
  return `nodeAffinity: ${places.join('; ') || `zone ${zone ?? '?'}`}`;
}
