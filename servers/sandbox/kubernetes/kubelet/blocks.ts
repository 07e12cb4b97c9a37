import type { World } from '../../world.ts';

/** The block that a node's pods get their addresses from: the pod vSwitch of its zone, or Flannel's pod network. */
export function podBlockOf(world: World, clusterId: string, node: string): string {
  const cluster = world.clusters.get(clusterId);
  const machine = world.nodes
    .list()
    .find(({ ip, clusterId: id }) => id === clusterId && `${cluster?.region}.${ip}` === node);
  const vswitch = cluster?.podVswitchIds
    .map((id) => world.vswitches.get(id))
    .find((each) => each?.zone === machine?.zone);
  return vswitch?.cidr ?? String(cluster?.settings.container_cidr ?? '10.60.0.0/16');
}
