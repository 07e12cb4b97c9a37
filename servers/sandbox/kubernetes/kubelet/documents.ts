import { z } from 'zod';

/** What is kept of a cluster's physical side. Times are epoch milliseconds of simulated time. */

const nodeTrouble = z.object({
  kubelet: z.literal('down').optional(),
  runtime: z.literal('down').optional(),
  kubeProxy: z.literal('down').optional(),
  network: z.enum(['unavailable', 'degraded']).optional(),
  /** Fractions of what there is. */
  diskUsed: z.number().optional(),
  memoryUsed: z.number().optional(),
  pids: z.literal('exhausted').optional(),
  clockSkewSeconds: z.number().optional(),
  since: z.number(),
});
export type NodeTrouble = z.infer<typeof nodeTrouble>;

const volumeFill = z.object({
  /** Bytes at `since`, and how many more each second. */
  used: z.number(),
  growth: z.number().default(0),
  since: z.number(),
});

/** How to put one thing back that a scenario changed. */
const undoSchema = z.union([
  z.object({ plural: z.string(), namespace: z.string().optional(), name: z.string(), before: z.json().optional() }),
  z.object({
    section: z.enum(['nodes', 'volumes', 'registries', 'hosts', 'components', 'loads', 'charges', 'oldCalls']),
    key: z.string(),
    value: z.json().optional(),
  }),
]);
export type Undo = z.infer<typeof undoSchema>;

export const groundSchema = z.object({
  /** The cluster's. */
  id: z.string(),
  /** When the demo's past begins and ends; absent for a cluster without one. */
  past: z.object({ from: z.number(), to: z.number() }).optional(),
  /** Add-ons whose workloads have been made: what is deleted later stays away. */
  installed: z.array(z.string()).default([]),
  nodes: z.record(z.string(), nodeTrouble).default({}),
  /** By `NAMESPACE/CLAIM`. */
  volumes: z.record(z.string(), volumeFill).default({}),
  /** Image registries in trouble, by host. */
  registries: z.record(z.string(), z.enum(['unreachable', 'rate-limited'])).default({}),
  /** Addresses outside the cluster in trouble, as `HOST:PORT`. */
  hosts: z.record(z.string(), z.enum(['down', 'slow', 'read-only', 'rate-limited'])).default({}),
  /** Control plane components that are down. */
  components: z
    .partialRecord(z.enum(['scheduler', 'controller-manager', 'provisioner', 'attacher']), z.literal('down'))
    .default({}),
  /** How a machine is paid for, by node, where it is not as its pool says. */
  charges: z.record(z.string(), z.object({ chargeType: z.literal('PrePaid'), expiresAt: z.number() })).default({}),
  /** APIs that are on their way out and that somebody still calls, as `GROUP/VERSION/RESOURCE`: the release without them. */
  oldCalls: z.record(z.string(), z.object({ removedIn: z.string(), since: z.number() })).default({}),
  /** How many times the usual requests a workload gets, by `NAMESPACE/WORKLOAD`. */
  loads: z.record(z.string(), z.number()).default({}),
  /** Scenarios that are on, and what mending them needs to know. */
  scenarios: z.record(z.string(), z.object({ since: z.number(), undo: z.array(undoSchema) })).default({}),
});
export type GroundState = z.infer<typeof groundSchema>;

const memory = z.object({
  /** Bytes at the start, when warm, and more each second after that. */
  start: z.number(),
  warm: z.number(),
  /** Seconds until it is warm. */
  warmUp: z.number(),
  leak: z.number(),
  limit: z.number().optional(),
});

const cpu = z.object({
  /** Cores without and with the usual load. */
  idle: z.number(),
  busy: z.number(),
  limit: z.number().optional(),
});

/** Something the program said or suffered for a while. */
const trouble = z.object({ from: z.number(), to: z.number().optional(), every: z.number(), line: z.string() });

const runSchema = z.object({
  startedAt: z.number(),
  /** What makes its use of the processor another one than that of its siblings: an integer. */
  seed: z.int().default(0),
  endedAt: z.number().optional(),
  exitCode: z.int().optional(),
  reason: z.string().optional(),
  memory,
  cpu,
  /** How many times the usual load, from each moment on. */
  loads: z.array(z.object({ from: z.number(), value: z.number() })),
  troubles: z.array(trouble),
  /** What it said last. */
  last: z.array(z.string()),
});
export type Run = z.infer<typeof runSchema>;

const containerRunsSchema = z.object({
  name: z.string(),
  image: z.string(),
  init: z.boolean(),
  /** Oldest first; only the last ones. */
  runs: z.array(runSchema),
  /** Runs before those that are kept. */
  forgotten: z.int(),
});
export type ContainerRuns = z.infer<typeof containerRunsSchema>;

export const podRunsSchema = z.object({
  /** The pod's uid. */
  id: z.string(),
  clusterId: z.string(),
  namespace: z.string(),
  pod: z.string(),
  node: z.string(),
  /** `Deployment/checkout`, or the pod itself. */
  workload: z.string(),
  createdAt: z.number(),
  goneAt: z.number().optional(),
  claims: z.array(z.string()),
  containers: z.array(containerRunsSchema),
});
export type PodRuns = z.infer<typeof podRunsSchema>;
