import type { Context } from './context.ts';
import { type Landscape, landscapeOf, type Refusal, refusalsOf } from './fit.ts';
import type { Node, Pod } from './kinds.ts';
import { tally } from './scheduler.ts';

interface Situation {
  landscape: Landscape;
  refusals: readonly { node: Node; reasons: readonly Refusal[] }[];
}

/** Evicts less important pods where that makes room; returns what the message says of it. */
export function preempt(context: Context, pod: Pod, { landscape, refusals }: Situation): string {
  const total = landscape.nodes.length;
  const hopeful = refusals.filter(({ reasons }) => reasons.every(({ helpful }) => helpful)).map(({ node }) => node);
  const found = pod.spec.preemptionPolicy === 'Never' ? undefined : firstVictims(context, pod, { landscape, hopeful });
  if (found) {
    for (const victim of found.victims) {
      const message = `Preempted by pod ${pod.metadata.uid} on node ${found.node.metadata.name}`;
      context.record(victim, { reason: 'Preempted', message, component: 'default-scheduler' });
      context.store.remove('pods', victim.metadata.namespace, victim.metadata.name);
    }
    const status = context.read.get('pods', pod.metadata.namespace, pod.metadata.name)?.status;
    context.store.updateStatus('pods', pod.metadata.namespace, pod.metadata.name, {
      ...status,
      nominatedNodeName: found.node.metadata.name,
    });
  }
  const words = refusals.map(({ node }) =>
    hopeful.includes(node)
      ? 'No preemption victims found for incoming pod'
      : 'Preemption is not helpful for scheduling',
  );
  return `preemption: 0/${total} nodes are available: ${tally(words)}.`;
}

function firstVictims(
  context: Context,
  pod: Pod,
  { landscape, hopeful }: { landscape: Landscape; hopeful: readonly Node[] },
): { node: Node; victims: Pod[] } | undefined {
  const priority = pod.spec.priority ?? 0;
  for (const node of hopeful) {
    const lesser = landscape.pods
      .filter(
        ({ spec, metadata }) =>
          spec.nodeName === node.metadata.name && (spec.priority ?? 0) < priority && !metadata.deletionTimestamp,
      )
      .sort((a, b) => (a.spec.priority ?? 0) - (b.spec.priority ?? 0));
    const victims: Pod[] = [];
    for (const victim of lesser) {
      victims.push(victim);
      const left = landscape.pods.filter((other) => !victims.includes(other));
      if (refusalsOf(landscapeOf(context, landscape.nodes, left), pod, node).length === 0) return { node, victims };
    }
  }
  return undefined;
}
