import { findInstanceType, terwayPods } from '../../catalogue.ts';
import type { Node as CloudNode, Cluster, Pool } from '../../documents.ts';
import { livePools, nodeState } from '../../state.ts';
import { machineVersion } from '../../tasks.ts';
import type { World } from '../../world.ts';
import { disrupt } from '../disruption.ts';
import { ApiError } from '../errors.ts';
import type { Draft } from '../store.ts';
import type { Context } from './context.ts';
import type { Controller } from './engine.ts';
import { healthyConditions, RESERVED_CPU, RESERVED_MEMORY_KI } from './node-facts.ts';
import type { Pod } from './pod-kinds.ts';
import { cpuText } from './quantities.ts';

const EVERY_MS = 20_000;
/** As often as `kubectl drain` asks again where a budget refused. */
const LEAVING_EVERY_MS = 5_000;

/** Keeps a Node object for each machine of the cluster's node pools, as the cloud has them. */
export function nodes(context: Context, world: World): Controller {
  return {
    name: 'node',
    concerns: ({ plural, type }) => (plural === 'nodes' && type === 'DELETED' ? ['all'] : []),
    reconcile: () => {
      const cluster = world.clusters.get(context.clusterId);
      if (!cluster) return undefined;
      const machines = livePools(world, cluster.id).flatMap((pool) =>
        world.nodes.list(pool.id).map((machine, at, all) => ({
          pool,
          machine,
          state: nodeState(world, machine),
          version: machineVersion(world, pool, { at, of: all.length }),
        })),
      );
      const there = machines.filter(({ state }) => state === 'running' || state === 'removing');
      for (const { pool, machine, state, version } of there) {
        join(context, { cluster, pool, machine, version });
        upgrade(context, nodeName(cluster, machine), version);
        if (state !== 'removing') continue;
        cordon(context, nodeName(cluster, machine));
        if (!machine.undrained) drain(context, nodeName(cluster, machine));
      }
      const names = new Set(there.map(({ machine }) => nodeName(cluster, machine)));
      for (const { metadata } of context.read.list('nodes'))
        if (!names.has(metadata.name)) leave(context, metadata.name);
      const leaving = there.some(({ state }) => state === 'removing');
      return context.now() + (leaving ? LEAVING_EVERY_MS : EVERY_MS);
    },
  };
}

/** ACK names nodes after region and address. */
const nodeName = ({ region }: Cluster, { ip }: CloudNode): string => `${region}.${ip}`;

interface Machine {
  cluster: Cluster;
  pool: Pool;
  machine: CloudNode;
  /** Of Kubernetes. */
  version: string;
}

function join(context: Context, joining: Machine): void {
  const name = nodeName(joining.cluster, joining.machine);
  if (context.read.get('nodes', undefined, name)) return;
  const draft = nodeObject(context, joining);
  const node = context.store.create('nodes', draft);
  context.store.updateStatus('nodes', undefined, name, draft.status as Record<string, unknown>);
  context.record(node, { reason: 'Starting', message: 'Starting kubelet.', component: 'kubelet', host: name });
  const registered = `Node ${name} event: Registered Node ${name} in Controller`;
  context.record(node, { reason: 'RegisteredNode', message: registered, component: 'node-controller' });
  context.record(node, {
    reason: 'NodeReady',
    message: `Node ${name} status is now: NodeReady`,
    component: 'kubelet',
    host: name,
  });
}

/** Its kubelet is another one from now on: the pods go on, as when a node is upgraded in place. */
function upgrade(context: Context, name: string, version: string): void {
  const status = context.read.get('nodes', undefined, name)?.status as
    | { nodeInfo?: Record<string, unknown> }
    | undefined;
  if (!status?.nodeInfo || status.nodeInfo.kubeletVersion === `v${version}`) return;
  const nodeInfo = { ...status.nodeInfo, kubeletVersion: `v${version}`, kubeProxyVersion: `v${version}` };
  context.store.updateStatus('nodes', undefined, name, { ...status, nodeInfo });
  const node = context.read.get('nodes', undefined, name);
  if (node)
    context.record(node, { reason: 'Starting', message: 'Starting kubelet.', component: 'kubelet', host: name });
}

function leave(context: Context, name: string): void {
  const node = context.read.get('nodes', undefined, name);
  if (!node) return;
  const message = `Node ${name} event: Removing Node ${name} from Controller`;
  context.record(node, { reason: 'RemovingNode', message, component: 'node-controller' });
  context.store.remove('nodes', undefined, name);
  for (const pod of context.read.list('pods')) {
    if (pod.spec.nodeName !== name) continue;
    context.store.remove('pods', pod.metadata.namespace, pod.metadata.name, { gracePeriodSeconds: 0 });
  }
}

/** A machine that is to go takes nothing new. */
function cordon(context: Context, name: string): void {
  const node = context.read.get('nodes', undefined, name);
  if (!node || node.spec.unschedulable) return;
  const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: context.stamp() };
  context.store.update('nodes', {
    ...node,
    spec: { ...node.spec, unschedulable: true, taints: [...(node.spec.taints ?? []), taint] },
  });
}

/** What is on a machine that is to go moves away, as far as disruption budgets allow it at this moment. */
function drain(context: Context, name: string): void {
  for (const pod of context.read.list('pods')) {
    const stays = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet');
    if (pod.spec.nodeName !== name || stays || pod.metadata.deletionTimestamp) continue;
    if (mayGo(context, pod)) context.store.remove('pods', pod.metadata.namespace, pod.metadata.name);
  }
}

function mayGo({ store }: Context, pod: Pod): boolean {
  try {
    disrupt(store, pod, false);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

function nodeObject(context: Context, { cluster, pool, machine, version }: Machine): Draft {
  const type = findInstanceType(machine.instanceType);
  const { vcpu = 4, memoryGiB = 16, arch = 'amd64' } = type ?? {};
  const name = nodeName(cluster, machine);
  const extra = pool.spec.kubernetes_config as
    | { labels?: { key: string; value?: string }[]; taints?: { key: string; value?: string; effect: string }[] }
    | undefined;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/arch': arch,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': machine.instanceType,
        'topology.kubernetes.io/region': cluster.region,
        'topology.kubernetes.io/zone': machine.zone,
        'topology.diskplugin.csi.alibabacloud.com/zone': machine.zone,
        'alibabacloud.com/nodepool-id': pool.id,
        'ack.aliyun.com': cluster.id,
        'node.alibabacloud.com/instance-charge-type': pool.spec.scaling_group.instance_charge_type,
        ...Object.fromEntries((extra?.labels ?? []).map(({ key, value = '' }) => [key, value])),
      },
      annotations: {
        'csi.volume.kubernetes.io/nodeid': JSON.stringify({ 'diskplugin.csi.alibabacloud.com': machine.id }),
      },
    },
    spec: { providerID: `${cluster.region}.${machine.id}`, ...(extra?.taints && { taints: extra.taints }) },
    status: statusOf({
      vcpu,
      memoryGiB,
      arch,
      name,
      machine,
      version,
      pods: type && cluster.podVswitchIds.length > 0 ? terwayPods(type) : 64,
      diskGiB: pool.spec.scaling_group.system_disk_size,
      at: context.stamp(),
    }),
  };
}

interface Facts {
  vcpu: number;
  memoryGiB: number;
  arch: string;
  name: string;
  machine: CloudNode;
  version: string;
  pods: number;
  diskGiB: number;
  at: string;
}

function statusOf({
  vcpu,
  memoryGiB,
  arch,
  name,
  machine,
  version,
  pods,
  diskGiB,
  at,
}: Facts): Record<string, unknown> {
  // The kernel keeps a few percent of a machine's memory for itself: an estimate.
  const memoryKi = Math.round(memoryGiB * 1024 * 1024 * 0.965);
  const diskKi = Math.round(diskGiB * 1024 * 1024 * 0.98);
  return {
    capacity: {
      cpu: String(vcpu),
      memory: `${memoryKi}Ki`,
      'ephemeral-storage': `${diskKi}Ki`,
      pods: String(pods),
      'hugepages-1Gi': '0',
      'hugepages-2Mi': '0',
    },
    allocatable: {
      cpu: cpuText(vcpu - RESERVED_CPU(vcpu)),
      memory: `${memoryKi - RESERVED_MEMORY_KI(memoryGiB)}Ki`,
      'ephemeral-storage': String(Math.round(diskKi * 1024 * 0.9)),
      pods: String(pods),
      'hugepages-1Gi': '0',
      'hugepages-2Mi': '0',
    },
    conditions: healthyConditions(at),
    addresses: [
      { type: 'InternalIP', address: machine.ip },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: arch,
      bootID: machine.id,
      containerRuntimeVersion: 'containerd://2.1.6',
      kernelVersion: '5.10.134-18.al8.x86_64',
      kubeProxyVersion: `v${version}`,
      kubeletVersion: `v${version}`,
      machineID: machine.id,
      operatingSystem: 'linux',
      osImage: 'Alibaba Cloud Linux 3.2104 U12 (OpenAnolis Edition)',
      systemUUID: machine.id,
    },
    images: [],
  };
}
