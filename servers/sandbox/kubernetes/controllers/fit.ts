import { type Context, isFinished } from './context.ts';
import { affinityRefusal, nodeAffinityFits } from './fit-affinity.ts';
import type { Namespace, Node, PersistentVolume, Pod } from './kinds.ts';
import { claimsOf } from './pod-claims.ts';
import { amount, podAmounts } from './quantities.ts';
import { untolerated } from './selectors.ts';

/** Why a node does not take a pod; `helpful` when evicting others could change it. */
export interface Refusal {
  text: string;
  helpful: boolean;
}

/** What the scheduler looks at for one decision. */
export interface Landscape {
  context: Context;
  nodes: readonly Node[];
  byName: ReadonlyMap<string, Node>;
  /** Pods that have a node and have not ended. */
  pods: readonly Pod[];
  namespaces: readonly Namespace[];
  usedOn(node: string): Record<string, number>;
}

/** The cluster as it is, or as it would be with these pods only. */
export function landscapeOf(context: Context, nodes: readonly Node[], pods = placed(context)): Landscape {
  const used = new Map<string, Record<string, number>>();
  for (const pod of pods) {
    const sum = used.get(pod.spec.nodeName ?? '') ?? {};
    for (const [name, value] of Object.entries(podAmounts(pod.spec, 'requests'))) sum[name] = (sum[name] ?? 0) + value;
    sum.pods = (sum.pods ?? 0) + 1;
    used.set(pod.spec.nodeName ?? '', sum);
  }
  return {
    context,
    nodes,
    byName: new Map(nodes.map((node) => [node.metadata.name, node])),
    pods,
    namespaces: context.read.list('namespaces'),
    usedOn: (node) => used.get(node) ?? {},
  };
}

const placed = (context: Context): Pod[] =>
  context.read.list('pods').filter((pod) => pod.spec.nodeName && !isFinished(pod));

/** Why a node is out, in the order of the scheduler's filters; the first filter that refuses counts. Empty: it fits. */
export function refusalsOf(landscape: Landscape, pod: Pod, node: Node): Refusal[] {
  const never = (text: string): Refusal[] => [{ text, helpful: false }];
  const cordoned = node.spec.unschedulable && untolerated([UNSCHEDULABLE], pod.spec.tolerations);
  if (cordoned) return never('node(s) were unschedulable');
  const taint = untolerated(node.spec.taints, pod.spec.tolerations);
  if (taint) return never(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
  if (!nodeAffinityFits(pod, node)) return never("node(s) didn't match Pod's node affinity/selector");
  if (portsTaken(landscape, pod, node)) {
    return [{ text: "node(s) didn't have free ports for the requested pod ports", helpful: true }];
  }
  const scarce = scarcity(landscape, pod, node);
  if (scarce.length > 0) return scarce;
  if (!volumesFit(landscape.context, pod, node)) return never('node(s) had volume node affinity conflict');
  const affinity = affinityRefusal(landscape, pod, node);
  return affinity ? [affinity] : [];
}

const UNSCHEDULABLE = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

const hostPorts = (pod: Pod): string[] =>
  pod.spec.containers.flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ hostPort, containerPort, protocol = 'TCP' }) => {
      const port = hostPort ?? (pod.spec.hostNetwork ? containerPort : undefined);
      return port ? [`${port}/${protocol}`] : [];
    }),
  );

function portsTaken({ pods }: Landscape, pod: Pod, node: Node): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return false;
  const taken = new Set(pods.filter(({ spec }) => spec.nodeName === node.metadata.name).flatMap(hostPorts));
  return wanted.some((port) => taken.has(port));
}

function scarcity({ usedOn }: Landscape, pod: Pod, node: Node): Refusal[] {
  const used = usedOn(node.metadata.name);
  const refusals: Refusal[] = [];
  const capacity = amount(node.status.allocatable?.pods);
  if ((used.pods ?? 0) + 1 > capacity) refusals.push({ text: 'Too many pods', helpful: true });
  for (const [name, wanted] of Object.entries(podAmounts(pod.spec, 'requests'))) {
    const all = amount(node.status.allocatable?.[name]);
    if (wanted > 0 && wanted + (used[name] ?? 0) > all + 1e-9) {
      refusals.push({ text: `Insufficient ${name}`, helpful: wanted <= all });
    }
  }
  return refusals;
}

/** A bound disk is in one zone. */
function volumesFit(context: Context, pod: Pod, node: Node): boolean {
  return claimsOf(context, pod).every(({ claim }) => {
    const name = claim?.spec.volumeName;
    const volume = name ? context.read.get('persistentvolumes', undefined, name) : undefined;
    return !volume || volumeFits(volume, node);
  });
}

function volumeFits({ spec }: PersistentVolume, node: Node): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  return (
    !terms ||
    terms.some((term) =>
      (term.matchExpressions ?? []).every(({ key, values = [] }) => values.includes(node.metadata.labels?.[key] ?? '')),
    )
  );
}
