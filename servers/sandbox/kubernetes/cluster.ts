import type { World } from '../world.ts';
import type { ObjectStore } from './store.ts';

/** One line a container wrote; the text has no line break. */
export interface LogLine {
  /** Simulated time in epoch milliseconds. */
  time: number;
  text: string;
}

/** What a kubelet measures of one container. */
interface ContainerUsage {
  name: string;
  cpuCores: number;
  memoryBytes: number;
}

/** What makes a cluster's world move, and what its kubelets know beside the objects. */
export interface Motion {
  /** Stops every timer and subscription. */
  stop(): void;
  /** The lines of a container's current run, or of the one before it, oldest first; undefined when there was no such run. */
  logs(run: { namespace: string; pod: string; container: string; previous: boolean }): readonly LogLine[] | undefined;
  /** What metrics-server would say now: pods that run, nodes that answer. */
  usage: {
    pods(): readonly { namespace: string; name: string; containers: readonly ContainerUsage[] }[];
    nodes(): readonly { name: string; cpuCores: number; memoryBytes: number }[];
  };
}

/** Sets a cluster in motion: nodes, controllers, kubelets. */
export type StartMotion = (cluster: { id: string; store: ObjectStore; world: World }) => Motion;

/** The Kubernetes of one running ACK cluster. */
export interface KubeCluster {
  id: string;
  /** What is created in it goes through defaults, validation and admission, as if it came over HTTP. */
  store: ObjectStore;
  /** Undefined when nothing moves the cluster. */
  motion: Motion | undefined;
}
