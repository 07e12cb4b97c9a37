import { z } from 'zod';
import {
  type Addon,
  addonSchema,
  type Check,
  type Cluster,
  checkSchema,
  clusterSchema,
  counterSchema,
  type Node,
  nodeSchema,
  type Pool,
  poolSchema,
  type Task,
  taskSchema,
  tokenSchema,
  type Vpc,
  type VSwitch,
  vpcSchema,
  vswitchSchema,
} from './documents.ts';
import { type Faults, faultsSchema } from './faults.ts';
import { kubeObjectSchema, kubeServerSchema } from './kubernetes/archive.ts';
import { type GroundState, groundSchema, type PodRuns, podRunsSchema } from './kubernetes/kubelet/documents.ts';
import { openDatabase, type Shelf } from './store.ts';

/** The simulated world: what exists, what time it is there, and what has been made to go wrong. */
export interface World {
  /** Simulated time in epoch milliseconds. It runs `speed` times as fast as the clock, also while the process is down. */
  now(): number;
  /** World seconds in a real second. */
  speed: number;
  /** Runs work for which it is another moment: how a past is made for what is there from the start. */
  at<T>(moment: number, work: () => T): T;
  clusters: Shelf<Cluster>;
  pools: Shelf<Pool>;
  nodes: Shelf<Node>;
  addons: Shelf<Addon>;
  tasks: Shelf<Task>;
  vpcs: Shelf<Vpc>;
  vswitches: Shelf<VSwitch>;
  checks: Shelf<Check>;
  /** What is true of the machines, disks and registries of a cluster, and is no object of Kubernetes. */
  grounds: Shelf<GroundState>;
  /** The past and present runs of containers, by pod. */
  runs: Shelf<PodRuns>;
  /** The objects of Kubernetes, by cluster. */
  kubeObjects: Shelf<z.infer<typeof kubeObjectSchema>>;
  kubeServers: Shelf<z.infer<typeof kubeServerSchema>>;
  tokens: Shelf<z.infer<typeof tokenSchema>>;
  faults(): Faults;
  setFaults(faults: Faults): void;
  /** Adds one to the number of calls of this action that took effect. */
  countAccepted(action: string): void;
  accepted(): Record<string, number>;
  /** Runs one request's work as one transaction. */
  transaction<T>(work: () => T): T;
  /** Forgets everything but the time. */
  reset(): void;
  /** Has someone told after each reset. */
  onReset(listener: () => void): void;
  close(): void;
}

const KINDS =
  'cluster pool node addon task vpc vswitch check ground runs kubeobject kubeserver token faults counter'.split(' ');

const epochSchema = z.object({ id: z.string(), world: z.number(), real: z.number(), speed: z.number() });

export function openWorld(options: { dataDir: string; speed: number; clock: () => number }): World {
  const db = openDatabase(options.dataDir);
  const epochs = db.shelf('epoch', epochSchema);
  const faults = db.shelf('faults', z.object({ id: z.string(), faults: faultsSchema }));
  const counters = db.shelf('counter', counterSchema);
  const epoch = startEpoch(epochs, options);
  const resetListeners: (() => void)[] = [];
  let pretended: number | undefined;
  return {
    now: () => pretended ?? worldTime(epoch, options.clock()),
    speed: options.speed,
    at: (moment, work) => {
      const before = pretended;
      pretended = moment;
      try {
        return work();
      } finally {
        pretended = before;
      }
    },
    clusters: db.shelf('cluster', clusterSchema),
    pools: db.shelf('pool', poolSchema, (pool) => pool.clusterId),
    nodes: db.shelf('node', nodeSchema, (node) => node.poolId),
    addons: db.shelf('addon', addonSchema, (addon) => addon.clusterId),
    tasks: db.shelf('task', taskSchema, (task) => task.clusterId),
    vpcs: db.shelf('vpc', vpcSchema),
    vswitches: db.shelf('vswitch', vswitchSchema, (vswitch) => vswitch.vpcId),
    checks: db.shelf('check', checkSchema, (check) => check.clusterId),
    grounds: db.shelf('ground', groundSchema),
    runs: db.shelf('runs', podRunsSchema, (pod) => pod.clusterId),
    kubeObjects: db.shelf('kubeobject', kubeObjectSchema, (doc) => doc.clusterId),
    kubeServers: db.shelf('kubeserver', kubeServerSchema),
    tokens: db.shelf('token', tokenSchema),
    faults: () => faults.get('now')?.faults ?? {},
    setFaults: (next) => void faults.put({ id: 'now', faults: next }),
    countAccepted: (action) => void counters.put({ id: action, accepted: (counters.get(action)?.accepted ?? 0) + 1 }),
    accepted: () => Object.fromEntries(counters.list().map(({ id, accepted }) => [id, accepted])),
    transaction: db.transaction,
    reset: () => {
      db.transaction(() => db.clear(KINDS));
      for (const listener of resetListeners) listener();
    },
    onReset: (listener) => void resetListeners.push(listener),
    close: db.close,
  };
}

type Epoch = z.infer<typeof epochSchema>;

const worldTime = (epoch: Epoch, real: number): number => epoch.world + (real - epoch.real) * epoch.speed;

/** The stored epoch, moved to this moment when the world is opened at another speed, so that time never jumps. */
function startEpoch(epochs: Shelf<Epoch>, { speed, clock }: { speed: number; clock: () => number }): Epoch {
  const real = clock();
  const stored = epochs.get('epoch');
  if (stored?.speed === speed) return stored;
  return epochs.put({ id: 'epoch', world: stored ? worldTime(stored, real) : real, real, speed });
}
