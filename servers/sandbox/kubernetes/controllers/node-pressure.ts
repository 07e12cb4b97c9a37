import { type Context, isFinished, withCondition } from './context.ts';
import type { Controller } from './engine.ts';
import type { Node, Pod } from './kinds.ts';
import { amount, podAmounts } from './quantities.ts';

/** Between two evictions a kubelet waits to see whether the first was enough. */
const EVERY_MS = 60_000;

interface Pressure {
  condition: string;
  resource: string;
  /** What the kubelet says is left, and where it draws the line. */
  words: (node: Node, used: number) => string;
}

const ki = (bytes: number): string => `${Math.round(bytes / 1024)}Ki`;

const PRESSURES: Pressure[] = [
  {
    condition: 'DiskPressure',
    resource: 'ephemeral-storage',
    words: (node, used) => {
      const all = amount(node.status.capacity?.['ephemeral-storage']);
      return `Threshold quantity: ${Math.round(all * 0.1)}, available: ${ki(all * (1 - used))}. `;
    },
  },
  {
    condition: 'MemoryPressure',
    resource: 'memory',
    words: (node, used) => {
      const all = amount(node.status.capacity?.memory);
      return `Threshold quantity: 300Mi, available: ${ki(all * (1 - used))}. `;
    },
  },
];

/** Evicts pods from a node whose disk or memory runs out, the cheapest first. */
export function nodePressure(context: Context): Controller {
  return {
    name: 'node-pressure',
    concerns: ({ plural, object, type }) => (plural === 'nodes' && type === 'MODIFIED' ? [object.metadata.name] : []),
    reconcile: (name) => {
      const node = context.read.get('nodes', undefined, name);
      const pressure = PRESSURES.find(({ condition }) =>
        node?.status.conditions?.some(({ type, status }) => type === condition && status === 'True'),
      );
      if (!node || !pressure || context.ground.state().nodes[name]?.kubelet === 'down') return undefined;
      const victim = victimOn(context, name);
      if (victim) evict(context, node, { victim, pressure });
      return context.now() + EVERY_MS;
    },
  };
}

/** Pods without requests first, then the least important; never those the node itself needs. */
function victimOn(context: Context, node: string): Pod | undefined {
  const critical = 2_000_000_000;
  return context.read
    .list('pods')
    .filter((pod) => pod.spec.nodeName === node && !isFinished(pod) && !pod.metadata.deletionTimestamp)
    .filter(({ spec, metadata }) => (spec.priority ?? 0) < critical && metadata.namespace !== 'kube-system')
    .sort((a, b) => (podAmounts(a.spec, 'requests').memory ?? 0) - (podAmounts(b.spec, 'requests').memory ?? 0))[0];
}

function evict(context: Context, node: Node, { victim, pressure }: { victim: Pod; pressure: Pressure }): void {
  const trouble = context.ground.state().nodes[node.metadata.name];
  const used = (pressure.resource === 'memory' ? trouble?.memoryUsed : trouble?.diskUsed) ?? 0.95;
  const [container] = victim.spec.containers;
  const request = container?.resources?.requests?.[pressure.resource] ?? '0';
  const message = `The node was low on resource: ${pressure.resource}. ${pressure.words(node, used)}Container ${container?.name} was using ${pressure.resource === 'memory' ? '188040Ki' : '412Mi'}, request is ${request}, has larger consumption of ${pressure.resource}. `;
  const { namespace, name } = victim.metadata;
  context.record(victim, {
    type: 'Warning',
    reason: 'Evicted',
    message,
    component: 'kubelet',
    host: node.metadata.name,
  });
  const disruption = { type: 'DisruptionTarget', status: 'True' as const, reason: 'TerminationByKubelet', message };
  const conditions = withCondition(victim.status?.conditions, disruption, context.stamp()).map((each) =>
    each.type === 'Ready' || each.type === 'ContainersReady'
      ? { ...each, status: 'False' as const, lastTransitionTime: context.stamp() }
      : each,
  );
  context.store.updateStatus('pods', namespace, name, {
    ...victim.status,
    phase: 'Failed',
    reason: 'Evicted',
    message,
    conditions,
  });
  const short = `Attempting to reclaim ${pressure.resource}`;
  context.record(node, {
    type: 'Warning',
    reason: 'EvictionThresholdMet',
    message: short,
    component: 'kubelet',
    host: node.metadata.name,
  });
}
