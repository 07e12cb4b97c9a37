import { type Context, isFinished, isReady, keyOf, messageOf, ownedOf, ownKeys, splitKey } from './context.ts';
import type { Controller } from './engine.ts';
import { nodeAffinityFits } from './fit-affinity.ts';
import { nameHash } from './hash.ts';
import type { DaemonSet, Node, Pod } from './kinds.ts';
import type { Toleration } from './pod-kinds.ts';
import { createPod, deletePod } from './pods.ts';
import { share } from './quantities.ts';
import { untolerated } from './selectors.ts';

const COMPONENT = 'daemonset-controller';
const HASH = 'controller-revision-hash';

/** https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations */
const TOLERATIONS: Toleration[] = [
  ...['not-ready', 'unreachable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoExecute',
  })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoSchedule',
  })),
];

/** Keeps one pod of each DaemonSet on each node it is meant for. */
export function daemonSets(context: Context): Controller {
  return {
    name: 'daemonset',
    concerns: (change) => {
      if (change.plural !== 'nodes') return ownKeys(change, 'daemonsets', 'DaemonSet');
      return nodeChanged(change) ? context.read.list('daemonsets').map(keyOf) : [];
    },
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const set = context.read.get('daemonsets', namespace, name);
      if (!set || set.metadata.deletionTimestamp) return undefined;
      const hash = nameHash(set.spec.template);
      const nodes = context.read.list('nodes').filter((node) => isMeantFor(set, node));
      place(context, set, { nodes, hash });
      context.store.updateStatus('daemonsets', namespace, name, statusOf(context, set, { nodes, hash }));
      return undefined;
    },
  };
}

function nodeChanged({ type, object, previous }: Parameters<Controller['concerns']>[0]): boolean {
  if (type !== 'MODIFIED' || !previous) return true;
  const view = (node: Node) => JSON.stringify([node.metadata.labels, node.spec.taints]);
  return view(object as Node) !== view(previous as Node);
}

function isMeantFor({ spec }: DaemonSet, node: Node): boolean {
  const tolerations = [...(spec.template.spec.tolerations ?? []), ...TOLERATIONS];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: node.metadata, spec: spec.template.spec };
  return nodeAffinityFits(pod, node) && !untolerated(node.spec.taints, tolerations);
}

interface Meant {
  nodes: readonly Node[];
  hash: string;
}

/** The node a pod is for: where it is, or the one its affinity names. */
function nodeOf({ spec }: Pod): string {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return spec.nodeName ?? terms?.[0]?.matchFields?.[0]?.values?.[0] ?? '';
}

function place(context: Context, set: DaemonSet, { nodes, hash }: Meant): void {
  const pods = ownedOf(context.read.list('pods', set.metadata.namespace), set);
  for (const pod of pods) {
    const wanted = nodes.some(({ metadata }) => metadata.name === nodeOf(pod));
    if ((!wanted || isFinished(pod)) && !pod.metadata.deletionTimestamp) deletePod(context, set, pod, COMPONENT);
  }
  for (const node of nodes) {
    if (!pods.some((pod) => nodeOf(pod) === node.metadata.name)) createOn(context, set, { node, hash });
  }
  replaceOld(context, set, { nodes, hash });
}

function createOn(context: Context, set: DaemonSet, { node, hash }: { node: Node; hash: string }): void {
  const given = set.spec.template.spec;
  const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: [node.metadata.name] }];
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
  const hostOnly: Toleration[] = given.hostNetwork
    ? [{ key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' }]
    : [];
  const tolerations = [...(given.tolerations ?? []), ...TOLERATIONS, ...hostOnly];
  try {
    const pod = createPod(context, set, set.spec.template, {
      labels: { [HASH]: hash },
      spec: { affinity: { ...given.affinity, nodeAffinity }, tolerations },
    });
    context.record(set, {
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pod.metadata.name}`,
      component: COMPONENT,
    });
  } catch (error) {
    context.record(set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${messageOf(error)}`,
      component: COMPONENT,
    });
  }
}

function replaceOld(context: Context, set: DaemonSet, { nodes, hash }: Meant): void {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const pods = ownedOf(context.read.list('pods', set.metadata.namespace), set);
  const allowed = share(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, nodes.length, 'up');
  const old = pods.filter((pod) => pod.metadata.labels?.[HASH] !== hash && !pod.metadata.deletionTimestamp);
  const away = nodes.length - pods.filter(isReady).length;
  const broken = old.filter((pod) => !isReady(pod));
  const sound = old.filter(isReady).slice(0, Math.max(0, allowed - away));
  for (const pod of [...broken, ...sound]) deletePod(context, set, pod, COMPONENT);
}

function statusOf(context: Context, set: DaemonSet, { nodes, hash }: Meant): Record<string, unknown> {
  const pods = ownedOf(context.read.list('pods', set.metadata.namespace), set);
  const ready = pods.filter(isReady).length;
  return {
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: nodes.length,
    numberMisscheduled: 0,
    numberReady: ready,
    ...(ready > 0 && { numberAvailable: ready }),
    ...(nodes.length > ready && { numberUnavailable: nodes.length - ready }),
    updatedNumberScheduled: pods.filter(({ metadata }) => metadata.labels?.[HASH] === hash).length,
    observedGeneration: set.metadata.generation ?? 1,
  };
}
