import { createCluster } from '../cs/create-cluster.ts';
import { resourceId } from '../ids.ts';
import type { World } from '../world.ts';

/** The name of the cluster that a demo begins with. */
export const DEMO_NAME = 'demo';

const REGION = 'cn-hangzhou';
const ZONES = ['i', 'j', 'k'];
const ADDONS = [
  'arms-prometheus',
  'terway-eniip',
  'nginx-ingress-controller',
  'ack-node-problem-detector',
  'loongcollector',
];

/** Puts the demo's cluster into the cloud as if it had been built at this moment of the world, by the API's own way; returns its id. */
export function demoCluster(world: World): string {
  // Nobody called: it is not to count among the calls that took effect.
  const quiet: World = { ...world, countAccepted: () => {} };
  const body = clusterBody(world);
  const answer = createCluster({ world: quiet, body, query: {}, path: {}, action: 'CreateCluster', baseUrl: '' });
  return String((answer as { cluster_id: string }).cluster_id);
}

function clusterBody(world: World) {
  const vpcId = resourceId('vpc', REGION);
  const base = { region: REGION, createdAt: world.now(), tags: [] };
  world.vpcs.put({ ...base, id: vpcId, name: 'vpc-demo', cidr: '172.16.0.0/12' });
  const vswitch = (n: number, role: 'node' | 'pod') => {
    const cidr = role === 'node' ? `172.16.${n * 2}.0/23` : `172.16.${208 + n * 16}.0/20`;
    const id = resourceId('vsw', REGION);
    world.vswitches.put({
      ...base,
      id,
      name: `vsw-demo-${role}-${ZONES[n]}`,
      cidr,
      vpcId,
      zone: `${REGION}-${ZONES[n]}`,
    });
    return id;
  };
  const nodes = ZONES.map((_, n) => vswitch(n, 'node'));
  const pods = ZONES.map((_, n) => vswitch(n, 'pod'));
  const pool = {
    nodepool_info: { name: 'default-nodepool' },
    scaling_group: { vswitch_ids: nodes, instance_types: ['ecs.g7.xlarge'], desired_size: 3, key_pair: 'demo' },
    kubernetes_config: { runtime: 'containerd', runtime_version: '2.1.6' },
  };
  return {
    name: DEMO_NAME,
    region_id: REGION,
    cluster_type: 'ManagedKubernetes',
    profile: 'Default',
    cluster_spec: 'ack.pro.small',
    vpcid: vpcId,
    vswitch_ids: nodes,
    pod_vswitch_ids: pods,
    service_cidr: '192.168.0.0/16',
    snat_entry: true,
    deletion_protection: true,
    addons: ADDONS.map((name) => ({ name })),
    nodepools: [pool],
    tags: [{ key: 'environment', value: 'prod' }],
  };
}
