import { planVswitches, podAddresses, prefixOf, type Vswitch } from './cidr.ts';
import type { Rung } from './ladder.ts';
import type { NetworkMode } from './requirements.ts';
import type { Wish } from './wish.ts';

/** The cluster's address plan. Terway: pods have vSwitches of their own. Flannel: pods have a range and a mask per node. */
export interface Network {
  mode: NetworkMode;
  vpcCidr: string;
  serviceCidr: string;
  nodes: Vswitch[];
  pods: Vswitch[];
  podCidr?: string;
  nodeMask?: number;
  proxyMode: 'nftables' | 'ipvs';
}

/** The address plan for the most nodes there will be. Undefined when the ranges are too small. */
export function planNetwork(wish: Wish, rung: Rung): Network | undefined {
  const { network: mode, vpcCidr, serviceCidr, zones, podCidr } = wish;
  const nodes = mostNodes(wish, rung.count);
  const nodesPerZone = Math.ceil(nodes / zones.length);
  const shared = { mode, vpcCidr, serviceCidr, proxyMode: proxyMode(wish.kubernetesVersion) };
  if (mode !== 'flannel') {
    const podsPerZone = podAddresses(nodesPerZone, rung.capacity?.perNode ?? 0);
    const plan = planVswitches({ vpc: vpcCidr, podRange: podCidr, zones, nodesPerZone, podsPerZone });
    return plan && { ...shared, ...plan };
  }
  const plan = planVswitches({ vpc: vpcCidr, zones, nodesPerZone, podsPerZone: 0 });
  const { nodeMask } = rung;
  if (!plan || !podCidr || !nodeMask || 2 ** (nodeMask - prefixOf(podCidr)) < nodes) return undefined;
  return { ...shared, ...plan, podCidr, nodeMask };
}

/** The most nodes the cluster may grow to: the autoscaler's limit, or the nodes it starts with. */
export function mostNodes(wish: Wish, count: number): number {
  return wish.autoscaling ? Math.max(count, wish.maxNodes ?? count * 2) : count;
}

/** Kubernetes gives up IPVS in 1.35; nftables takes its place. */
function proxyMode(version: string): 'nftables' | 'ipvs' {
  return Number(version.split('.')[1]) >= 35 ? 'nftables' : 'ipvs';
}
