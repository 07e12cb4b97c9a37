import type { NodeTrouble } from '../kubelet/documents.ts';
import { type Context, conditionOf, isFinished, soonest, withCondition } from './context.ts';
import type { Controller } from './engine.ts';
import type { Condition, Node, Pod } from './kinds.ts';
import { healthyConditions } from './node-facts.ts';
import type { Taint } from './pod-kinds.ts';
import { tolerates } from './selectors.ts';

/** Without a heartbeat for so long a node is Unknown: `--node-monitor-grace-period`, 50 s since Kubernetes 1.32. */
const GRACE_MS = 50_000;
/** A runtime is given up after this long: the PLEG's limit is 3 minutes, the runtime's status is looked at sooner. */
const RUNTIME_MS = 20_000;
const LEASE_MS = 30_000;
/** The kubelet's `nodeStatusReportFrequency`. */
const REPORT_MS = 5 * 60_000;

/** Writes what machines suffer into their conditions and taints, and moves pods off those that do not come back. */
export function nodeLifecycle(context: Context): Controller {
  return {
    name: 'node-lifecycle',
    concerns: ({ plural, object, type }) => (plural === 'nodes' && type !== 'DELETED' ? [object.metadata.name] : []),
    reconcile: (name) => {
      const node = context.read.get('nodes', undefined, name);
      if (!node) return undefined;
      const trouble = context.ground.state().nodes[name];
      const settled = settle(context, node, trouble);
      const kept = [report(context, name, trouble), renewLease(context, node, trouble)];
      return soonest(context.now(), [settled, evict(context, name), ...kept]);
    },
  };
}

const set = (type: string, status: Condition['status'], reason: string, message: string): Condition => ({
  type,
  status,
  reason,
  message,
});

/** The conditions this trouble makes, by now. */
function wanted(trouble: NodeTrouble | undefined, now: number): Condition[] {
  if (!trouble) return [];
  if (trouble.kubelet === 'down') {
    if (now < trouble.since + GRACE_MS) return [];
    const unknown = (type: string) => set(type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.');
    return ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map(unknown);
  }
  const conditions: Condition[] = [];
  if (trouble.runtime === 'down' && now >= trouble.since + RUNTIME_MS) {
    const message =
      'container runtime is down, PLEG is not healthy: pleg was last seen active 3m12s ago; threshold is 3m0s';
    conditions.push(set('Ready', 'False', 'KubeletNotReady', message));
  }
  if (trouble.network === 'unavailable') {
    conditions.push(set('NetworkUnavailable', 'True', 'NoRouteCreated', 'RouteController failed to create a route'));
  }
  if ((trouble.diskUsed ?? 0) >= 0.9) {
    conditions.push(set('DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure'));
  }
  if ((trouble.memoryUsed ?? 0) >= 0.97) {
    conditions.push(
      set('MemoryPressure', 'True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'),
    );
  }
  if (trouble.pids)
    conditions.push(set('PIDPressure', 'True', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available'));
  return conditions;
}

function settle(context: Context, node: Node, trouble: NodeTrouble | undefined): number | undefined {
  const now = context.now();
  const bad = wanted(trouble, now);
  const target = healthyConditions(context.stamp()).map((each) => bad.find(({ type }) => type === each.type) ?? each);
  let conditions = node.status.conditions ?? [];
  for (const condition of target) {
    const before = conditions.find(({ type }) => type === condition.type);
    const same = before?.status === condition.status && before.reason === condition.reason;
    const { lastTransitionTime: _, ...next } = condition;
    if (!same) conditions = withCondition(conditions, { lastHeartbeatTime: context.stamp(), ...next }, context.stamp());
  }
  const changed = conditions !== node.status.conditions;
  if (changed) announce(context, node, conditions);
  if (changed) context.store.updateStatus('nodes', undefined, node.metadata.name, { ...node.status, conditions });
  putTaints(context, node.metadata.name, conditions);
  if (!trouble) return undefined;
  return [trouble.since + GRACE_MS, trouble.since + RUNTIME_MS].find((at) => at > now);
}

const NOTES: Record<string, [bad: string, good: string]> = {
  Ready: ['NodeNotReady', 'NodeReady'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
};

function announce(context: Context, node: Node, conditions: Condition[]): void {
  const name = node.metadata.name;
  for (const { type, status } of conditions) {
    const before = conditionOf(node, type)?.status;
    const [bad, good] = NOTES[type] ?? [];
    if (before === status || !bad || !good || (status === 'Unknown' && type !== 'Ready')) continue;
    const well = (type === 'Ready') === (status === 'True');
    const byController = status === 'Unknown';
    context.record(node, {
      reason: well ? good : bad,
      message: `Node ${name} status is now: ${well ? good : bad}`,
      component: byController ? 'node-controller' : 'kubelet',
      ...(byController ? {} : { host: name }),
    });
  }
}

/** https://kubernetes.io/docs/reference/node/node-status/#condition and the taints made of it */
function taintsOf(conditions: Condition[]): Omit<Taint, 'timeAdded'>[] {
  const status = (type: string) => conditions.find((each) => each.type === type)?.status;
  const both = (key: string) => ['NoSchedule', 'NoExecute'].map((effect) => ({ key, effect }));
  return [
    ...(status('Ready') === 'Unknown' ? both('node.kubernetes.io/unreachable') : []),
    ...(status('Ready') === 'False' ? both('node.kubernetes.io/not-ready') : []),
    ...(status('DiskPressure') === 'True' ? [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] : []),
    ...(status('MemoryPressure') === 'True'
      ? [{ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }]
      : []),
    ...(status('PIDPressure') === 'True' ? [{ key: 'node.kubernetes.io/pid-pressure', effect: 'NoSchedule' }] : []),
    ...(status('NetworkUnavailable') === 'True'
      ? [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }]
      : []),
  ];
}

const OURS = /^node\.kubernetes\.io\/(unreachable|not-ready|.*-pressure|network-unavailable)$/;
const CORDONED = 'node.kubernetes.io/unschedulable';

function putTaints(context: Context, name: string, conditions: Condition[]): void {
  const node = context.read.get('nodes', undefined, name);
  if (!node) return;
  const before = node.spec.taints ?? [];
  const mine = taintsOf(conditions);
  if (node.spec.unschedulable) mine.push({ key: CORDONED, effect: 'NoSchedule' });
  const same = (a: Omit<Taint, 'timeAdded'>, b: Omit<Taint, 'timeAdded'>) => a.key === b.key && a.effect === b.effect;
  const kept = before.filter((taint) => {
    const own = OURS.test(taint.key) || taint.key === CORDONED;
    return !own || mine.some((each) => same(each, taint));
  });
  const fresh = mine.filter((taint) => !before.some((each) => same(each, taint)));
  if (fresh.length === 0 && kept.length === before.length) return;
  const taints = [...kept, ...fresh.map((taint) => ({ ...taint, timeAdded: context.stamp() }))];
  const { taints: _, ...spec } = node.spec;
  context.store.update('nodes', { ...node, spec: { ...spec, ...(taints.length > 0 && { taints }) } });
}

/** Marks pods of a lost node as not ready, and deletes them when their patience is over; returns when the next one's is. */
function evict(context: Context, name: string): number | undefined {
  const node = context.read.get('nodes', undefined, name);
  const taint = node?.spec.taints?.find(({ effect }) => effect === 'NoExecute');
  if (!node || !taint) return undefined;
  const lost = taint.key === 'node.kubernetes.io/unreachable';
  const moments: number[] = [];
  for (const pod of context.read.list('pods')) {
    if (pod.spec.nodeName !== name || isFinished(pod) || pod.metadata.deletionTimestamp) continue;
    if (lost) markUnready(context, pod);
    const at = patience(pod, taint);
    if (at === undefined) continue;
    if (at > context.now()) moments.push(at);
    else evictPod(context, pod);
  }
  return soonest(context.now(), moments);
}

function patience(pod: Pod, taint: Taint): number | undefined {
  const since = Date.parse(taint.timeAdded ?? '') || 0;
  const fitting = (pod.spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
  if (fitting.length === 0) return since;
  const seconds = fitting.map(({ tolerationSeconds }) => tolerationSeconds).filter((value) => value !== undefined);
  return seconds.length < fitting.length ? undefined : since + Math.min(...seconds) * 1000;
}

function evictPod(context: Context, pod: Pod): void {
  const { namespace, name } = pod.metadata;
  const message = `Marking for deletion Pod ${namespace}/${name}`;
  context.record(pod, { reason: 'TaintManagerEviction', message, component: 'taint-eviction-controller' });
  context.store.remove('pods', namespace, name);
}

function markUnready(context: Context, pod: Pod): void {
  if (conditionOf(pod, 'Ready')?.status !== 'True') return;
  const conditions = withCondition(
    pod.status?.conditions,
    { type: 'Ready', status: 'False', lastProbeTime: null },
    context.stamp(),
  );
  context.store.updateStatus('pods', pod.metadata.namespace, pod.metadata.name, { ...pod.status, conditions });
  context.record(pod, {
    type: 'Warning',
    reason: 'NodeNotReady',
    message: 'Node is not ready',
    component: 'node-controller',
  });
}

/** A kubelet that lives says so every few minutes, though nothing has changed. */
function report(context: Context, name: string, trouble: NodeTrouble | undefined): number | undefined {
  const node = context.read.get('nodes', undefined, name);
  const conditions = node?.status.conditions ?? [];
  if (!node || conditions.length === 0 || trouble?.kubelet === 'down') return undefined;
  const beats = conditions.map(({ lastHeartbeatTime }) => Date.parse(lastHeartbeatTime ?? '') || 0);
  const due = Math.min(...beats) + REPORT_MS;
  if (due > context.now()) return due;
  const fresh = conditions.map((condition) => ({ ...condition, lastHeartbeatTime: context.stamp() }));
  context.store.updateStatus('nodes', undefined, name, { ...node.status, conditions: fresh });
  return context.now() + REPORT_MS;
}

function renewLease(context: Context, node: Node, trouble: NodeTrouble | undefined): number | undefined {
  if (trouble?.kubelet === 'down') return undefined;
  const { name, uid } = node.metadata;
  if (!context.read.get('namespaces', undefined, 'kube-node-lease')) return context.now() + LEASE_MS;
  const known = context.read.get('leases', 'kube-node-lease', name);
  const micro = new Date(context.now()).toISOString().replace('Z', '000Z');
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: micro };
  const last = Date.parse(String((known?.spec as { renewTime?: string } | undefined)?.renewTime ?? '')) || 0;
  if (known && context.now() < last + LEASE_MS) return last + LEASE_MS;
  if (known) context.store.update('leases', { ...known, spec });
  else {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
    context.store.create('leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: 'kube-node-lease', ownerReferences },
      spec,
    });
  }
  return context.now() + LEASE_MS;
}
