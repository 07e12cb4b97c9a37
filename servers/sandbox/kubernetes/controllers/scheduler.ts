import { type Context, isFinished, keyOf, splitKey, withCondition } from './context.ts';
import type { Controller } from './engine.ts';
import { type Landscape, landscapeOf, refusalsOf } from './fit.ts';
import type { Node, Pod } from './kinds.ts';
import { claimsProblem } from './pod-claims.ts';
import { preempt } from './preemption.ts';
import { amount } from './quantities.ts';

const COMPONENT = 'default-scheduler';
/** A pod that does not fit is tried again at least this often. */
const RETRY_MS = 300_000;
/** Changes that may let a waiting pod fit. */
const HOPES = ['nodes', 'pods', 'persistentvolumeclaims', 'persistentvolumes', 'storageclasses', 'namespaces'];

/** Finds a node for each pod, or says why there is none, in the real scheduler's words. */
export function scheduler(context: Context): Controller {
  return {
    name: 'scheduler',
    concerns: ({ plural, object, type }) => {
      if (!HOPES.includes(plural)) return [];
      // A pod that starts makes no room; one that ends does.
      const pod = plural === 'pods' ? (object as Pod) : undefined;
      if (pod && type !== 'DELETED' && !isFinished(pod)) return pod.spec.nodeName ? [] : [keyOf(pod)];
      return context.read.list('pods').filter(waits).map(keyOf);
    },
    reconcile: (key) => {
      const pod = context.read.get('pods', ...splitKey(key));
      if (!pod || !waits(pod) || context.ground.state().components.scheduler === 'down') return undefined;
      return schedule(context, pod);
    },
  };
}

const waits = (pod: Pod): boolean => !pod.spec.nodeName && !isFinished(pod) && !pod.metadata.deletionTimestamp;

function schedule(context: Context, pod: Pod): number | undefined {
  if ((pod.spec.schedulingGates?.length ?? 0) > 0) {
    wait(context, pod, {
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    });
    return undefined;
  }
  const nodes = context.read.list('nodes');
  if (nodes.length === 0) return refuse(context, pod, 'no nodes available to schedule pods');
  const claims = claimsProblem(context, pod);
  const all = `0/${nodes.length} nodes are available: `;
  if (claims) {
    const preemption = `preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`;
    return refuse(context, pod, `${all}${claims}. ${preemption}`);
  }
  const landscape = landscapeOf(context, nodes);
  const refusals = nodes.map((node) => ({ node, reasons: refusalsOf(landscape, pod, node) }));
  const fitting = refusals.filter(({ reasons }) => reasons.length === 0).map(({ node }) => node);
  const best = choose(landscape, pod, fitting);
  if (best) return bind(context, pod, best);
  const outcome = preempt(context, pod, { landscape, refusals });
  return refuse(
    context,
    pod,
    `${all}${tally(refusals.flatMap(({ reasons }) => reasons.map(({ text }) => text)))}. ${outcome}`,
  );
}

/** `1 node(s) had …, 2 Insufficient cpu`, sorted as the real one sorts. */
export function tally(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

/** The node with the fewest siblings, in the zone with the fewest, with the most room. */
function choose(landscape: Landscape, pod: Pod, nodes: readonly Node[]): Node | undefined {
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  const siblings = landscape.pods.filter(({ metadata }) => owner && metadata.ownerReferences?.[0]?.uid === owner);
  const zone = (node: Node | undefined) => node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const score = (node: Node): number => {
    const here = siblings.filter(({ spec }) => spec.nodeName === node.metadata.name).length;
    const near = siblings.filter(({ spec }) => zone(landscape.byName.get(spec.nodeName ?? '')) === zone(node)).length;
    const used = landscape.usedOn(node.metadata.name);
    const free = 1 - (used.cpu ?? 0) / Math.max(0.001, amount(node.status.allocatable?.cpu));
    return -here * 10 - near * 5 + free;
  };
  return [...nodes].sort((a, b) => score(b) - score(a))[0];
}

function bind(context: Context, pod: Pod, node: Node): undefined {
  const { namespace, name } = pod.metadata;
  const bound = context.store.update('pods', { ...pod, spec: { ...pod.spec, nodeName: node.metadata.name } });
  const conditions = withCondition(
    pod.status?.conditions,
    { type: 'PodScheduled', status: 'True', lastProbeTime: null },
    context.stamp(),
  );
  const scheduled = conditions.map(({ reason, message, ...rest }) =>
    rest.type === 'PodScheduled' ? rest : { ...rest, ...(reason && { reason }), ...(message && { message }) },
  );
  context.store.updateStatus('pods', namespace, name, { ...pod.status, conditions: scheduled });
  const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`;
  context.record(bound, { reason: 'Scheduled', message, component: COMPONENT });
}

function wait(context: Context, pod: Pod, why: { reason: string; message: string }): void {
  const condition = { type: 'PodScheduled', status: 'False' as const, lastProbeTime: null, ...why };
  const conditions = withCondition(pod.status?.conditions, condition, context.stamp());
  context.store.updateStatus('pods', pod.metadata.namespace, pod.metadata.name, {
    ...pod.status,
    phase: 'Pending',
    conditions,
  });
}

function refuse(context: Context, pod: Pod, message: string): number {
  wait(context, pod, { reason: 'Unschedulable', message });
  context.record(pod, { type: 'Warning', reason: 'FailedScheduling', message, component: COMPONENT });
  return context.now() + RETRY_MS;
}
