import { cpuText, memoryText } from '../../../src/flow/quantity.ts';
import type { Cause } from '../causes.ts';
import type { Node } from '../kinds.ts';
import { offered, requestsOf } from './node-fit.ts';
import type { Placement } from './placement.ts';

/** Whether there is room for a pod on the nodes that are open to it. */

export interface Shortage {
  cause: Cause;
  resource: string;
  /** What the pod asks for, as text. */
  asked: string;
  /** It would not fit an empty node either. */
  hopeless: boolean;
  /** From the free room or the size of every open node, not from the scheduler's word alone. */
  computed: boolean;
}

function causeOfResource(resource: string): Cause {
  if (resource === 'cpu') return 'InsufficientCPU';
  if (resource === 'memory') return 'InsufficientMemory';
  return resource === 'pods' ? 'TooManyPods' : 'InsufficientExtendedResource';
}

export function amountText(resource: string, amount: number): string {
  if (resource === 'cpu') return cpuText(amount);
  return resource === 'memory' || resource.endsWith('storage') ? memoryText(amount) : `${amount}`;
}

/** What is free of a resource on a node; its whole size where other pods are not known. */
export function freeOn({ taken }: Placement, node: Node, resource: string): number {
  return offered(node, resource) - (taken?.get(node.metadata.name)?.get(resource) ?? 0);
}

/** Resources that are short on every open node, the one that lacks most first. */
export function shortages(placement: Placement): Shortage[] {
  const { open } = placement.nodes;
  if (open.length === 0) return [];
  const asked = [...requestsOf(placement.pod.spec), ['pods', 1] as const].filter(([, amount]) => amount > 0);
  return asked
    .filter(([resource, amount]) => open.every((node) => freeOn(placement, node, resource) < amount))
    .map(([resource, amount]) => ({ resource, amount, lack: lackOf(placement, resource, amount) }))
    .sort((a, b) => b.lack - a.lack)
    .map(({ resource, amount }) => ({
      cause: causeOfResource(resource),
      resource,
      asked: amountText(resource, amount),
      hopeless: open.every((node) => offered(node, resource) < amount),
      computed: true,
    }));
}

/** How many times what the roomiest node has free. */
function lackOf(placement: Placement, resource: string, amount: number): number {
  const most = Math.max(0, ...placement.nodes.open.map((node) => freeOn(placement, node, resource)));
  return amount / Math.max(most, Number.EPSILON);
}

/** What the scheduler says is short, checked against the nodes: the resource that most nodes lack. */
export function saidShortage(placement: Placement): Shortage | undefined {
  const said = placement.reasons
    .filter(({ kind }) => kind === 'resource' || kind === 'pods')
    .map(({ kind, detail, nodes }) => ({ resource: kind === 'pods' ? 'pods' : detail || 'devices', nodes }));
  if (said.length === 0) return undefined;
  const computed = shortages(placement);
  const rank = ({ resource }: { resource: string }) => {
    const at = computed.findIndex((one) => one.resource === resource);
    return at < 0 ? computed.length : at;
  };
  const [first] = said.toSorted((a, b) => b.nodes - a.nodes || rank(a) - rank(b));
  if (!first) return undefined;
  const { resource } = first;
  const amount = resource === 'pods' ? 1 : requestsOf(placement.pod.spec).get(resource);
  return (
    computed.find((one) => one.resource === resource) ?? {
      cause: causeOfResource(resource),
      resource,
      asked: amount === undefined ? resource : amountText(resource, amount),
      hopeless: false,
      computed: false,
    }
  );
}
