import type { Landscape, Refusal } from './fit.ts';
import type { Node, NodeTerm, Pod } from './kinds.ts';
import type { PodTerm, SpreadConstraint } from './pod-kinds.ts';
import { fits, matches, matchesPairs } from './selectors.ts';

/** Whether a node is one that the pod's nodeSelector and required node affinity allow. */
export function nodeAffinityFits({ spec }: Pod, node: Node): boolean {
  if (!matchesPairs(spec.nodeSelector ?? {}, node.metadata.labels)) return false;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return !terms || terms.some((term) => termFits(term, node));
}

const termFits = ({ matchExpressions = [], matchFields = [] }: NodeTerm, node: Node): boolean =>
  matchExpressions.length + matchFields.length > 0 &&
  matchExpressions.every((expression) => fits(expression, node.metadata.labels?.[expression.key])) &&
  matchFields.every((expression) => fits(expression, node.metadata.name));

/** What spread constraints and pod (anti-)affinity have against a node. */
export function affinityRefusal(landscape: Landscape, pod: Pod, node: Node): Refusal | undefined {
  for (const constraint of pod.spec.topologySpreadConstraints ?? []) {
    if (constraint.whenUnsatisfiable !== 'DoNotSchedule') continue;
    if (node.metadata.labels?.[constraint.topologyKey] === undefined) {
      return { text: "node(s) didn't match pod topology spread constraints (missing required label)", helpful: false };
    }
    if (skewed(landscape, pod, { constraint, node })) {
      return { text: "node(s) didn't match pod topology spread constraints", helpful: true };
    }
  }
  if (!affinityFits(landscape, pod, node)) return { text: "node(s) didn't match pod affinity rules", helpful: false };
  if (clashes(landscape, pod, node)) return { text: "node(s) didn't match pod anti-affinity rules", helpful: true };
  return unwelcome(landscape, pod, node)
    ? { text: "node(s) didn't satisfy existing pods anti-affinity rules", helpful: true }
    : undefined;
}

function skewed(
  { nodes, pods, byName }: Landscape,
  pod: Pod,
  { constraint, node }: { constraint: SpreadConstraint; node: Node },
): boolean {
  const { topologyKey, labelSelector, maxSkew } = constraint;
  const counts = new Map<string, number>();
  for (const each of nodes) {
    const domain = each.metadata.labels?.[topologyKey];
    if (domain !== undefined && nodeAffinityFits(pod, each)) counts.set(domain, counts.get(domain) ?? 0);
  }
  for (const each of pods) {
    const domain = byName.get(each.spec.nodeName ?? '')?.metadata.labels?.[topologyKey];
    const same = each.metadata.namespace === pod.metadata.namespace && matches(labelSelector, each.metadata.labels);
    if (domain !== undefined && counts.has(domain) && same && !each.metadata.deletionTimestamp)
      counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const here = counts.get(node.metadata.labels?.[topologyKey] ?? '') ?? 0;
  const own = matches(labelSelector, pod.metadata.labels) ? 1 : 0;
  return here + own - Math.min(...counts.values()) > maxSkew;
}

/** Whether a term of `holder` speaks of `other`. */
function speaksOf({ namespaces }: Landscape, holder: Pod, { term, other }: { term: PodTerm; other: Pod }): boolean {
  const { namespace = '' } = other.metadata;
  const home = namespaces.find(({ metadata }) => metadata.name === namespace);
  const listed = term.namespaces ?? (term.namespaceSelector ? [] : [holder.metadata.namespace ?? '']);
  const place =
    listed.includes(namespace) ||
    (term.namespaceSelector && matches(term.namespaceSelector, { ...home?.metadata.labels }));
  return Boolean(place) && matches(term.labelSelector, other.metadata.labels);
}

const sameDomain = (a: Node | undefined, b: Node, key: string): boolean =>
  a?.metadata.labels?.[key] !== undefined && a.metadata.labels[key] === b.metadata.labels?.[key];

function affinityFits(landscape: Landscape, pod: Pod, node: Node): boolean {
  const terms = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.every((term) => {
    const others = landscape.pods.filter((other) => speaksOf(landscape, pod, { term, other }));
    // The first of its kind may go anywhere.
    if (others.length === 0) return speaksOf(landscape, pod, { term, other: pod });
    return others.some(({ spec }) => sameDomain(landscape.byName.get(spec.nodeName ?? ''), node, term.topologyKey));
  });
}

function clashes(landscape: Landscape, pod: Pod, node: Node): boolean {
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some((term) =>
    landscape.pods.some(
      (other) =>
        speaksOf(landscape, pod, { term, other }) &&
        sameDomain(landscape.byName.get(other.spec.nodeName ?? ''), node, term.topologyKey),
    ),
  );
}

function unwelcome(landscape: Landscape, pod: Pod, node: Node): boolean {
  return landscape.pods.some((holder) =>
    (holder.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
      (term) =>
        speaksOf(landscape, holder, { term, other: pod }) &&
        sameDomain(landscape.byName.get(holder.spec.nodeName ?? ''), node, term.topologyKey),
    ),
  );
}
