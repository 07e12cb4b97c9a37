import { groundSchema } from '../kubernetes/kubelet/documents.ts';
import { nodeCpuAt, nodeMemoryAt } from '../kubernetes/kubelet/usage.ts';
import type { ObjectStore } from '../kubernetes/store.ts';
import type { World } from '../world.ts';
import { interpolated, type Machine, type Scene } from './exporters/plan.ts';
import type { StateHistory } from './state/history.ts';

interface FollowedCluster {
  id: string;
  store: ObjectStore;
  history: StateHistory;
}

/** What a cluster is at this moment and how it came to it. */
export function sceneOf(world: World, cluster: FollowedCluster): Scene {
  const { id, store, history } = cluster;
  const pods = world.runs.list(id);
  const ground = world.grounds.get(id) ?? groundSchema.parse({ id });
  const machines = machinesOf(history).map((machine) => ({ ...machine, trouble: ground.nodes[machine.name] }));
  return {
    now: store.now(),
    store,
    history,
    pods,
    ground,
    machines,
    born: bornAt(store),
    since: store.now(),
    cpuOf: once((machine) => interpolated((time) => nodeCpuAt(pods, machine.name, time), machine.from)),
    memoryOf: once((machine) => byMinute((time) => nodeMemoryAt(pods, machine.name, time))),
  };
}

function once<T>(work: (machine: Machine) => T): (machine: Machine) => T {
  const done = new Map<string, T>();
  return (machine) => {
    const found = done.get(machine.name) ?? work(machine);
    done.set(machine.name, found);
    return found;
  };
}

function byMinute(exact: (time: number) => number): (time: number) => number {
  const known = new Map<number, number>();
  return (time) => {
    const minute = Math.floor(time / 60_000) * 60_000;
    const found = known.get(minute) ?? exact(minute);
    known.set(minute, found);
    return found;
  };
}

/** The control plane is as old as the oldest namespace. */
function bornAt(store: ObjectStore): number {
  const times = store.list('namespaces').map(({ metadata }) => Date.parse(metadata.creationTimestamp));
  return times.length > 0 ? Math.min(...times) : store.now();
}

/** The machines that are, or were lately, nodes of the cluster. */
function machinesOf(history: StateHistory): Omit<Machine, 'trouble'>[] {
  const capacity = (node: string | undefined, resource: string): number => {
    const tracks = [...history.tracks('kube_node_status_capacity')];
    const track = tracks.find(({ labels }) => labels.node === node && labels.resource === resource);
    return track?.values.findLast((value) => value !== undefined) ?? 0;
  };
  const machines = [...history.tracks('kube_node_created')].map(({ labels, times, values }) => {
    const info = [...history.tracks('kube_node_info')].find((one) => one.labels.node === labels.node);
    const name = labels.node ?? '';
    return {
      name,
      ip: info?.labels.internal_ip ?? name,
      from: Number(values[0] ?? 0) * 1000,
      to: values.at(-1) === undefined ? times.at(-1) : undefined,
      cpus: capacity(name, 'cpu'),
      memory: capacity(name, 'memory'),
    };
  });
  return machines.filter(({ cpus, memory }) => cpus > 0 && memory > 0);
}
