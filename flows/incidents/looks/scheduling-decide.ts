import type { Confidence, EvidenceLine } from '../finding.ts';
import { objectLine, podRef, refOf } from '../lines.ts';
import type { Remedy } from '../remedies/remedy.ts';
import {
  isControlPlaneTaint,
  isTroubleTaint,
  meetsAffinity,
  meetsSelector,
  repellingTaints,
  taintText,
} from './node-fit.ts';
import type { Decision, Placement } from './placement.ts';
import { crowded, fromReason } from './scheduling-crowded.ts';
import { requirementsText } from './scheduling-text.ts';

const FRESH_MS = 10 * 60_000;
const nodeRef = (node: Parameters<typeof refOf>[1]) => refOf('Node', node);
const nodeList = (text: string): EvidenceLine => ({ source: 'k8s_list Node', text });

/**
 * The one cause whose end would let the pod run: from the pod's own wishes and the nodes as they are, with the scheduler's reasons for
 * what cannot be seen there. Nothing where the pod waits for its volume, or may be placed any moment.
 */
export function decide(placement: Placement): Decision | undefined {
  const { pod, nodes, scene } = placement;
  const gates = pod.spec.schedulingGates.map(({ name }) => name);
  if (gates.length > 0) return gated(placement, gates.join(', '));
  if (waitsForClaim(placement)) return undefined;
  if (!scene.nodesKnown || nodes.all.length === 0) return byMessage(placement, 'proven');
  if (nodes.wanted.length === 0) return unwanted(placement);
  if (nodes.located.length === 0) return fromReason(placement, 'volume-place', 'proven');
  if (nodes.open.length === 0) return closed(placement);
  return crowded(placement) ?? (isFresh(placement) ? byMessage(placement, 'likely') : undefined);
}

function gated({ pod }: Placement, gates: string): Decision {
  const line = objectLine(podRef(pod), `spec.schedulingGates: ${gates}`, pod.metadata.creationTimestamp);
  return { cause: 'SchedulingGated', confidence: 'proven', detail: gates, evidence: [line] };
}

function waitsForClaim({ reasons, claims }: Placement): boolean {
  if (reasons.some(({ kind }) => kind.startsWith('claim-'))) return true;
  return reasons.length === 0 && claims.some(({ status }) => status.phase !== 'Bound');
}

/** The condition holds what the last attempt said; an event may tell of an attempt long ago. */
function isFresh({ said, scene }: Placement): boolean {
  return said !== undefined && (said.source.startsWith('k8s_get') || (said.time ?? 0) >= scene.now - FRESH_MS);
}

/** No node is what the pod asks for. A daemon's pod that is pinned to a node which has gone goes with it. */
function unwanted(placement: Placement): Decision | undefined {
  const { pod, nodes, reasons, said } = placement;
  if (isPinned(placement)) return undefined;
  const bySelector = !nodes.all.some((node) => meetsSelector(pod.spec, node));
  const detail = requirementsText(pod.spec, bySelector ? 'selector' : 'affinity');
  const agreed = reasons.length === 0 || reasons.some(({ kind }) => kind === 'node-affinity');
  const own = bySelector
    ? `spec.nodeSelector: ${detail}`
    : `required node affinity: ${detail}${nodes.all.some((node) => meetsAffinity(pod.spec, node)) ? ', together with the nodeSelector' : ''}`;
  return {
    cause: bySelector ? 'NodeSelectorMismatch' : 'NodeAffinityMismatch',
    confidence: agreed ? 'proven' : 'likely',
    detail,
    evidence: [
      ...(said ? [said] : []),
      objectLine(podRef(pod), own),
      nodeList(`none of ${nodes.all.length} nodes has that: ${labelsSeen(placement, bySelector)}`),
    ],
  };
}

function isPinned({ pod }: Placement): boolean {
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.some(({ matchFields }) => matchFields.some(({ key }) => key === 'metadata.name'));
}

/** What the nodes have for the labels that are asked for. */
function labelsSeen({ pod, nodes }: Placement, bySelector: boolean): string {
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const keys = bySelector
    ? Object.keys(pod.spec.nodeSelector)
    : terms.flatMap(({ matchExpressions }) => matchExpressions.map(({ key }) => key));
  return [...new Set(keys)]
    .map((key) => {
      const values = new Set(nodes.all.flatMap(({ metadata }) => metadata.labels[key] ?? []));
      return `${key} is ${values.size > 0 ? [...values].slice(0, 5).join(' or ') : 'on no node'}`;
    })
    .join('; ');
}

/** Every node that would do keeps new pods out. */
function closed(placement: Placement): Decision | undefined {
  const { nodes, volumes } = placement;
  const tainted = nodes.tainted.filter((node) => !repellingTaints(placement.pod.spec, node).some(isControlPlaneTaint));
  if (nodes.cordoned.length > 0) return cordoned(placement);
  if (tainted.length > 0) return taintedOff(placement, tainted);
  if (nodes.troubled.some((node) => !repellingTaints(placement.pod.spec, node).some(isControlPlaneTaint)))
    return taintedOff(placement, nodes.troubled, 'likely');
  if (volumes.length > 0 && nodes.located.length < nodes.wanted.length)
    return fromReason(placement, 'volume-place', 'proven');
  return taintedOff(placement, nodes.tainted.length > 0 ? nodes.tainted : nodes.troubled);
}

function cordoned({ nodes, said, scene, pod }: Placement): Decision {
  const [first, ...others] = nodes.cordoned;
  const names = nodes.cordoned.map(({ metadata }) => metadata.name);
  const single = first && others.length === 0;
  return {
    cause: 'NodesCordoned',
    confidence: 'proven',
    detail: names.slice(0, 10).join(', '),
    // One node is what one edits; of several none is, and the owner stands for them.
    ...(single && { object: nodeRef(first), explains: [scene.workloadOf(pod).ref] }),
    ...(!single && { explains: nodes.cordoned.map(nodeRef) }),
    evidence: [
      ...(said ? [said] : []),
      ...nodes.cordoned.slice(0, 4).map((node) => objectLine(nodeRef(node), 'spec.unschedulable=true')),
    ],
    remedies: names.slice(0, 3).map((node): Remedy => ({ id: 'uncordon', node })),
  };
}

function taintedOff(
  { pod, said, nodes }: Placement,
  tainted: Placement['nodes']['tainted'],
  confidence: Confidence = 'proven',
): Decision {
  const found = tainted.map((node) => ({ node, taints: repellingTaints(pod.spec, node) }));
  const names = [...new Set(found.flatMap(({ taints }) => taints.map(taintText)))];
  return {
    cause: 'TaintNotTolerated',
    confidence,
    detail: names.slice(0, 4).join(', ') || 'node.kubernetes.io/not-ready',
    evidence: [
      ...(said ? [said] : []),
      ...found
        .slice(0, 3)
        .map(({ node, taints }) => objectLine(nodeRef(node), `spec.taints: ${taints.map(taintText).join(', ')}`)),
      objectLine(podRef(pod), `no toleration for ${names.slice(0, 4).join(', ')}`),
    ],
    dependsOn: nodes.troubled.map(nodeRef),
  };
}

/** By the scheduler's word alone. */
function byMessage(placement: Placement, surest: Confidence): Decision | undefined {
  const { reasons, said } = placement;
  const own = reasons.filter((one) => one.kind !== 'taint' || !isControlPlaneTaint({ key: keyOf(one.detail) }));
  const kinds = new Set(own.map(({ kind }) => kind));
  const confidence = kinds.size <= 1 ? surest : 'likely';
  const late = crowded(placement);
  if (late) return { ...late, confidence };
  const evidence = said ? [said] : [];
  if (kinds.has('node-affinity')) return { ...wishes(placement), confidence, evidence };
  if (kinds.has('cordon'))
    return {
      cause: 'NodesCordoned',
      confidence,
      detail: `${own.find(({ kind }) => kind === 'cordon')?.nodes}`,
      evidence,
    };
  const taints = (own.some(({ kind }) => kind === 'taint') ? own : reasons).filter(({ kind }) => kind === 'taint');
  if (taints.length === 0 || taints.every(({ detail }) => isTroubleTaint({ key: keyOf(detail) }))) return undefined;
  const detail = taints.map((one) => one.detail).filter((text) => text !== '');
  return { cause: 'TaintNotTolerated', confidence, detail: detail.join(', ') || '?', evidence };
}

const keyOf = (taint: string): string => taint.split('=')[0] ?? '';

/** The pod's own selector, or else its affinity, for where the nodes cannot be seen. */
function wishes({ pod }: Placement): Pick<Decision, 'cause' | 'detail'> {
  const bySelector = Object.keys(pod.spec.nodeSelector).length > 0;
  const detail = requirementsText(pod.spec, bySelector ? 'selector' : 'affinity');
  return { cause: bySelector ? 'NodeSelectorMismatch' : 'NodeAffinityMismatch', detail };
}
