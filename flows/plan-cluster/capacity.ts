import type { Eni, InstanceType, Knowledge } from './knowledge.ts';
import type { NetworkMode } from './requirements.ts';

/** How many pods a node holds. `usable` is what is left for people's own pods. */
export interface PodCapacity {
  perNode: number;
  usable: number;
  /** The type's own ENI figures are not known: counted with those of the 7th generation's same size. */
  estimated: boolean;
  /** Of these, the pods that can have an interface of their own (trunk mode), where the type's total is known. */
  trunk?: number;
}

/** Pod IPs that system DaemonSets and add-ons take on a node: of the 12 of a g7.large about 8 are left. */
const SYSTEM_PODS = 4;
/** The least a node needs to join, by ACK's limits. */
const LEAST_SHARED = 12;
const LEAST_EXCLUSIVE = 7;
const FLANNEL_MASKS = [26, 25, 24];

/** Pods by Terway's formulas: shared (ENI-1)×IPs, trunk total-ENI on top of shared, exclusive ENI-1. Undefined where the figures are unknown. */
export function terwayCapacity(type: InstanceType, mode: NetworkMode, knowledge: Knowledge): PodCapacity | undefined {
  const eni = type.eni ?? knowledge.eniBySize[type.size];
  if (!eni) return undefined;
  const perNode = mode === 'terway-exclusive' ? eni.quantity - 1 : sharedPods(eni);
  const trunk = mode === 'terway-trunk' && eni.total !== undefined ? { trunk: eni.total - eni.quantity } : {};
  return { perNode, usable: Math.max(0, perNode - SYSTEM_PODS), estimated: !type.eni, ...trunk };
}

function sharedPods(eni: Eni): number {
  return (eni.quantity - 1) * eni.ipsPerEni;
}

/** The least pods per node with which a node may join in this mode. */
export function leastPods(mode: NetworkMode): number {
  if (mode === 'flannel') return 1;
  return mode === 'terway-exclusive' ? LEAST_EXCLUSIVE : LEAST_SHARED;
}

/** Flannel's pods per node follow from the node's mask alone: the smallest of 64, 128 and 256 that holds `wanted`. */
export function flannelMask(wanted: number): number {
  return FLANNEL_MASKS.find((mask) => 2 ** (32 - mask) >= wanted + SYSTEM_PODS) ?? 24;
}

/** The pods of a node in a Flannel network with this mask per node. */
export function flannelCapacity(mask: number): PodCapacity {
  const perNode = 2 ** (32 - mask);
  return { perNode, usable: perNode - SYSTEM_PODS, estimated: false };
}
