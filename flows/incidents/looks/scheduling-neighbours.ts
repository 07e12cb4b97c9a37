import { selects } from '../../../src/flow/selectors.ts';
import type { Confidence, EvidenceLine } from '../finding.ts';
import type { Pod, PodSpec } from '../kinds.ts';
import { objectLine, podRef } from '../lines.ts';
import { isActive } from '../pods.ts';
import type { Decision, Placement } from './placement.ts';
import type { ReasonKind } from './scheduler-messages.ts';
import { selectorText } from './scheduling-text.ts';

/** What a pod demands of the pods beside it: affinity, anti-affinity, spread. */

type Term = NonNullable<
  NonNullable<PodSpec['affinity']>['podAffinity']
>['requiredDuringSchedulingIgnoredDuringExecution'][number];

const required = (terms: { requiredDuringSchedulingIgnoredDuringExecution: Term[] } | undefined): Term[] =>
  terms?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

export function affinityDecision(placement: Placement, kind: ReasonKind, confidence: Confidence): Decision | undefined {
  switch (kind) {
    case 'pod-affinity':
      return lonely(placement, confidence);
    case 'pod-affinity-or-anti':
      return required(placement.pod.spec.affinity?.podAntiAffinity).length > 0
        ? apart(placement, confidence)
        : lonely(placement, confidence);
    case 'pod-anti-affinity':
      return apart(placement, confidence);
    case 'spread':
      return spread(placement, confidence);
    default:
      return undefined;
  }
}

/** Pods a term speaks of, on a node or not, in the namespaces it speaks of. */
function peersOf({ scene, pod }: Placement, { labelSelector, namespaces }: Term): Pod[] {
  const places = new Set(namespaces.length > 0 ? namespaces : [pod.metadata.namespace]);
  return scene.pods.filter(
    (other) =>
      other !== pod &&
      isActive(other) &&
      places.has(other.metadata.namespace) &&
      selects(labelSelector, other.metadata.labels),
  );
}

/** Which demand on its neighbours a pod can be seen not to meet, without the scheduler saying so. */
export function unmetTerm(placement: Placement): ReasonKind | undefined {
  if (isLonely(placement)) return 'pod-affinity';
  if (isCrowdedOut(placement)) return 'pod-anti-affinity';
  const { open } = placement.nodes;
  const unlabelled = placement.pod.spec.topologySpreadConstraints.some(
    ({ topologyKey, whenUnsatisfiable }) =>
      whenUnsatisfiable === 'DoNotSchedule' && !open.some(({ metadata }) => metadata.labels[topologyKey] !== undefined),
  );
  return open.length > 0 && unlabelled ? 'spread' : undefined;
}

/** In every place that is open to it runs a pod that it must keep away from. */
function isCrowdedOut(placement: Placement): boolean {
  const { pod, nodes, scene } = placement;
  const labels = new Map(scene.nodes.map(({ metadata }) => [metadata.name, metadata.labels]));
  return required(pod.spec.affinity?.podAntiAffinity).some((term) => {
    const places = new Set(
      peersOf(placement, term).flatMap(({ spec }) => labels.get(spec.nodeName ?? '')?.[term.topologyKey] ?? []),
    );
    return (
      nodes.open.length > 0 && nodes.open.every(({ metadata }) => places.has(metadata.labels[term.topologyKey] ?? ''))
    );
  });
}

/** Whether a pod that is wanted nearby is nowhere at all; the first of a group that wants its own kind may come alone. */
function isLonely(placement: Placement): boolean {
  const { pod, scene } = placement;
  return required(pod.spec.affinity?.podAffinity).some(
    (term) =>
      scene.podsKnown &&
      term.namespaceSelector === undefined &&
      term.namespaces.every((name) => scene.scope.namespace === undefined || name === scene.scope.namespace) &&
      !selects(term.labelSelector, pod.metadata.labels) &&
      !peersOf(placement, term).some(({ spec }) => spec.nodeName),
  );
}

const termText = ({ labelSelector, topologyKey }: Term): string => `${selectorText(labelSelector)} per ${topologyKey}`;

const heardOf = ({ said }: Placement): EvidenceLine[] => (said ? [said] : []);

function lonely(placement: Placement, confidence: Confidence): Decision {
  const { pod, scene } = placement;
  const terms = required(pod.spec.affinity?.podAffinity);
  const detail = terms.map(termText).join('; ');
  const namespace = pod.metadata.namespace ?? '';
  return {
    cause: 'PodAffinityUnsatisfied',
    confidence,
    detail: detail || '?',
    evidence: [
      ...heardOf(placement),
      ...(detail ? [objectLine(podRef(pod), `required podAffinity: ${detail}`)] : []),
      ...terms.slice(0, 2).map((term) => {
        const peers = peersOf(placement, term).filter(({ spec }) => spec.nodeName);
        const where = [...new Set(peers.map(({ spec }) => spec.nodeName))].slice(0, 5).join(', ');
        const text = `${peers.length} placed pods match ${selectorText(term.labelSelector)}${where && `: on ${where}`}`;
        return { source: `k8s_list Pod ${namespace}`, text };
      }),
    ],
    // What it wants to be near to may itself be missing for a cause of its own.
    dependsOn: terms.flatMap((term) => peersOf(placement, term).map((peer) => scene.workloadOf(peer).ref)),
  };
}

function apart(placement: Placement, confidence: Confidence): Decision {
  const { pod, scene, nodes } = placement;
  const terms = required(pod.spec.affinity?.podAntiAffinity);
  const detail = terms.map(termText).join('; ');
  const holders = terms.flatMap((term) => peersOf(placement, term)).filter(({ spec }) => spec.nodeName);
  const { replicas, ref } = scene.workloadOf(pod);
  const [like] = nodes.open;
  const perNode = terms.some(({ topologyKey }) => topologyKey === 'kubernetes.io/hostname');
  return {
    cause: 'PodAntiAffinityConflict',
    confidence,
    detail: detail || 'other pods keep it away',
    evidence: [
      ...heardOf(placement),
      ...(detail ? [objectLine(podRef(pod), `required podAntiAffinity: ${detail}`)] : []),
      ...(replicas ? [objectLine(ref, `replicas: ${replicas}; nodes open to it: ${nodes.open.length}`)] : []),
      ...[...new Set(holders)].slice(0, 3).map((holder) => objectLine(podRef(holder), `is on ${holder.spec.nodeName}`)),
    ],
    remedies: like && perNode ? [{ id: 'scale-node-pool', node: like.metadata.name, by: 1 }] : [],
  };
}

function spread(placement: Placement, confidence: Confidence): Decision {
  const { pod, nodes } = placement;
  const hard = pod.spec.topologySpreadConstraints.filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable !== 'ScheduleAnyway',
  );
  const detail = hard.map(({ topologyKey, maxSkew = 1 }) => `${topologyKey} maxSkew=${maxSkew}`).join('; ');
  return {
    cause: 'TopologySpreadUnsatisfied',
    confidence,
    detail: detail || '?',
    evidence: [
      ...heardOf(placement),
      ...(detail ? [objectLine(podRef(pod), `topologySpreadConstraints (DoNotSchedule): ${detail}`)] : []),
      ...hard.slice(0, 2).map(({ topologyKey }) => {
        const domains = Map.groupBy(nodes.all, ({ metadata }) => metadata.labels[topologyKey] ?? 'no label');
        const text = [...domains].slice(0, 6).map(([domain, some]) => `${domain}: ${some.length}`);
        return { source: 'k8s_list Node', text: `nodes by ${topologyKey}: ${text.join(', ')}` };
      }),
    ],
  };
}
