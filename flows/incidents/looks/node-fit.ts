import { parseQuantity } from '../../../src/flow/quantity.ts';
import type { Node, Pod, PodSpec } from '../kinds.ts';
import { isOver } from '../pods.ts';
import { meetsAnyTerm } from '../selectors.ts';

/** Whether a pod fits a node, as the scheduler's filters see it. */

export type Taint = Node['spec']['taints'][number];
/** Amounts by resource: cores, bytes, counts. */
export type Amounts = ReadonlyMap<string, number>;

/** Taints by which a node says that something is wrong with itself. */
const TROUBLE = new Set(
  [
    'not-ready',
    'unreachable',
    'disk-pressure',
    'memory-pressure',
    'pid-pressure',
    'network-unavailable',
    'out-of-service',
  ].map((name) => `node.kubernetes.io/${name}`),
);
const CORDON = 'node.kubernetes.io/unschedulable';
const CONTROL_PLANE = /^node-role\.kubernetes\.io\/(?:master|control-?plane|etcd)$/;

export const isControlPlaneTaint = ({ key }: Pick<Taint, 'key'>): boolean => CONTROL_PLANE.test(key);
export const isTroubleTaint = ({ key }: Pick<Taint, 'key'>): boolean => TROUBLE.has(key);

/** `key=value:effect`, as kubectl writes it. */
export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}

function tolerates({ tolerations }: PodSpec, taint: Taint): boolean {
  return tolerations.some(({ key, operator, value, effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (operator === 'Exists') return !key || key === taint.key;
    return key === taint.key && (value ?? '') === (taint.value ?? '');
  });
}

/** The taints that keep a pod away, but for the cordon's own. */
export function repellingTaints(spec: PodSpec, node: Node): Taint[] {
  return node.spec.taints.filter(
    (taint) => taint.key !== CORDON && taint.effect !== 'PreferNoSchedule' && !tolerates(spec, taint),
  );
}

/** Closed to new pods by a person or a drain; daemons come anyway. */
export function isCordoned(spec: PodSpec, node: Node): boolean {
  const cordoned = node.spec.unschedulable === true || node.spec.taints.some(({ key }) => key === CORDON);
  return cordoned && !tolerates(spec, { key: CORDON, value: undefined, effect: 'NoSchedule', timeAdded: undefined });
}

/** Not ready, or under pressure: a fault of the node itself, which keeps pods away. */
export function isTroubled(spec: PodSpec, node: Node): boolean {
  const ready = node.status.conditions.find(({ type }) => type === 'Ready');
  return (ready !== undefined && ready.status !== 'True') || repellingTaints(spec, node).some(isTroubleTaint);
}

/** What a node must have for the pod: `nodeSelector` alone. */
export function meetsSelector({ nodeSelector }: PodSpec, { metadata: { labels } }: Node): boolean {
  return Object.entries(nodeSelector).every(([key, value]) => labels[key] === value);
}

/** What a node must have for the pod: required node affinity alone. */
export function meetsAffinity({ affinity }: PodSpec, node: Node): boolean {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || meetsAnyTerm(required.nodeSelectorTerms, node);
}

/** What a pod asks for: the larger of its containers with sidecars and of any init container. */
export function requestsOf({ containers, initContainers }: PodSpec): Map<string, number> {
  const steady = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
  const total = new Map<string, number>();
  for (const { resources } of steady)
    for (const [name, amount] of amounts(resources)) total.set(name, (total.get(name) ?? 0) + amount);
  for (const { resources } of initContainers)
    for (const [name, amount] of amounts(resources)) total.set(name, Math.max(total.get(name) ?? 0, amount));
  return total;
}

/** Limits stand in where there are no requests, as the API server does it. */
function amounts({ requests, limits }: PodSpec['containers'][number]['resources']): [string, number][] {
  return Object.entries({ ...limits, ...requests }).flatMap(([name, text]) => {
    const amount = parseQuantity(text);
    return amount === undefined ? [] : [[name, amount]];
  });
}

/** What a node offers of a resource; nothing of what it does not list. */
export function offered({ status }: Node, resource: string): number {
  return parseQuantity(status.allocatable[resource] ?? status.capacity[resource]) ?? 0;
}

/** What is asked for on each node, by its name; `pods` counts them. Linear in pods. */
export function takenOn(pods: readonly Pod[]): Map<string, Amounts> {
  const taken = new Map<string, Map<string, number>>();
  for (const pod of pods) {
    const { nodeName } = pod.spec;
    if (!nodeName || isOver(pod)) continue;
    const sums = taken.get(nodeName) ?? new Map<string, number>();
    taken.set(nodeName, sums);
    sums.set('pods', (sums.get('pods') ?? 0) + 1);
    for (const [name, amount] of requestsOf(pod.spec)) sums.set(name, (sums.get(name) ?? 0) + amount);
  }
  return taken;
}

/** Ports of the node that a pod wants for itself. */
export function hostPorts({ containers, hostNetwork }: PodSpec): number[] {
  return containers.flatMap(({ ports }) =>
    ports.flatMap(({ hostPort, containerPort }) => hostPort || (hostNetwork ? containerPort : [])),
  );
}
