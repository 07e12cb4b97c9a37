import type { Curve } from '../../../src/health/types.ts';

/** The curves that charts and analyses are made of: what to ask for, and how closely. */

export interface CurveQuery {
  name: string;
  unit: Curve['unit'];
  promql: string;
  /** Beside those that `keep` takes from the answer. */
  labels: Record<string, string>;
  keep: readonly string[];
  /** One point for each day, of the 24 hours before it. */
  daily?: true;
  /** The newest value is what the curve cannot go above. */
  capacity?: string;
  /** Seconds between the values asked for, of which each step's p50, p95 and max are shown. */
  spread?: number;
  /** Series that are asked for; the rest is left out, which the answer says. */
  most: number;
}

const POOL_LABEL = 'label_alibabacloud_com_nodepool_id';
const ADDRESS = '"internal_ip", "$1", "instance", "(.+?)(:[0-9]+)?"';
/** Nodes by address, each with its pool. */
const POOLS = `max by (node, pool) (label_replace(kube_node_labels{${POOL_LABEL}!=""}, "pool", "$1", "${POOL_LABEL}", "(.*)"))`;
const ADDRESSES = `max by (node, internal_ip) (kube_node_info{internal_ip!=""}) * on (node) group_left (pool) ${POOLS}`;
const onPool = (byNode: string) => `sum by (pool) (${byNode} * on (node) group_left (pool) ${POOLS})`;
const withPool = (byInstance: string) =>
  `label_replace(${byInstance}, ${ADDRESS}) * on (internal_ip) group_left (pool) (${ADDRESSES})`;
const onAddress = (byInstance: string) => `sum by (pool) (${withPool(byInstance)})`;

const MACHINES = 'max by (instance) (node_memory_MemTotal_bytes)';
/** 1 when every machine that is measured can be told which pool it is in. */
export const POOLED = `count(${withPool(MACHINES)}) == bool count(${MACHINES})`;

const cpu = (seconds: number) => `sum by (instance) (rate(node_cpu_seconds_total{mode!~"idle|iowait"}[${seconds}s]))`;
const MEMORY = 'max by (instance) (node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)';
const HOLDING = 'max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"}) == 1';
const requested = (metric: 'requests' | 'limits', resource: string) =>
  `max by (namespace, pod, container, node) (kube_pod_container_resource_${metric}{resource="${resource}",node!=""}) * on (namespace, pod) group_left () (${HOLDING})`;
const allocatable = (resource: string) => `max by (node) (kube_node_status_allocatable{resource="${resource}"})`;

/** Of a ReplicaSet the Deployment, of a CronJob's Job the CronJob; the hash's letters are Kubernetes' own safe ones. */
const OWNED =
  'label_replace(label_replace(label_replace(label_join(max by (namespace, pod, owner_kind, owner_name) (last_over_time(kube_pod_owner[1d])), "owner", "/", "owner_kind", "owner_name"), "workload", "$1", "owner", "[^/]*/(.+)"), "workload", "$1", "owner", "ReplicaSet/(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}"), "workload", "$1", "owner", "Job/(.+)-[0-9]{8,10}")';
const RESTARTS = 'max by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[1d]))';
const OOM = `${RESTARTS} and on (namespace, pod, container) max by (namespace, pod, container) (max_over_time(kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}[1d])) == 1`;
const byWorkload = (byContainer: string) =>
  `topk(20, sum by (namespace, workload) (sum by (namespace, pod) (${byContainer}) * on (namespace, pod) group_left (workload) max by (namespace, pod, workload) (${OWNED})) > 0)`;

const MOST_POOLS = 20;
/** A rate over less would miss scrapes. */
const SHORTEST_S = 300;
const FIELDS = { labels: {}, keep: [], most: 1 } as const;

/**
 * What to ask for with this step in seconds, by node pool where the pool of every node is known. Use is the sum over nodes, asked for
 * more closely than it is shown: within each step its p50, p95 and max over time, so that it stands beside requests and allocatable.
 */
export function curveQueries(step: number, pooled: boolean): CurveQuery[] {
  const pool = pooled ? { labels: {}, keep: ['pool'], most: MOST_POOLS } : FIELDS;
  const nodes = (byNode: string) => (pooled ? onPool(byNode) : `sum(${byNode})`);
  const spread = Math.max(SHORTEST_S, Math.round(step / 6));
  const used = (name: string, unit: Curve['unit'], byInstance: string): CurveQuery => ({
    ...pool,
    name,
    unit,
    promql: pooled ? onAddress(byInstance) : `sum(${byInstance})`,
    spread,
  });
  const state = (name: string, unit: Curve['unit'], byNode: string): CurveQuery => ({
    ...pool,
    name,
    unit,
    promql: nodes(byNode),
  });
  const asked = (metric: 'requests' | 'limits', resource: string) => `sum by (node) (${requested(metric, resource)})`;
  return [
    used('cpu-used', 'cores', cpu(spread)),
    state('cpu-requests', 'cores', asked('requests', 'cpu')),
    state('cpu-limits', 'cores', asked('limits', 'cpu')),
    state('cpu-allocatable', 'cores', allocatable('cpu')),
    used('memory-used', 'bytes', MEMORY),
    state('memory-requests', 'bytes', asked('requests', 'memory')),
    state('memory-allocatable', 'bytes', allocatable('memory')),
    state('nodes', 'count', 'max by (node) (kube_node_info)'),
    largest('cpu-largest-node', 'cores', 'cpu', pooled),
    largest('memory-largest-node', 'bytes', 'memory', pooled),
    ...cluster(step),
  ];
}

/** What the loss of one node takes away: allocatable less this is the line of one node less. */
function largest(name: string, unit: Curve['unit'], resource: string, pooled: boolean): CurveQuery {
  const by = allocatable(resource);
  return pooled
    ? {
        name,
        unit,
        labels: {},
        keep: ['pool'],
        most: MOST_POOLS,
        promql: `max by (pool) (${by} * on (node) group_left (pool) ${POOLS})`,
      }
    : { ...FIELDS, name, unit, promql: `max(${by})` };
}

function cluster(step: number): CurveQuery[] {
  const failed = `sum(rate(apiserver_request_total{code=~"5..",verb!="WATCH"}[${Math.max(step, SHORTEST_S)}s]))`;
  const asked = `sum(rate(apiserver_request_total{verb!="WATCH"}[${Math.max(step, SHORTEST_S)}s]))`;
  const traffic = (direction: string) =>
    `sum(rate(node_network_${direction}_bytes_total{device!~"lo|veth.*|cali.*|docker.*|cni.*|flannel.*|ipvl.*|tunl.*"}[${Math.max(step, SHORTEST_S)}s]))`;
  const workload = { unit: 'count', labels: {}, keep: ['namespace', 'workload'], daily: true, most: 200 } as const;
  return [
    {
      ...FIELDS,
      name: 'pods-pending',
      unit: 'count',
      promql: 'sum(max by (namespace, pod) (kube_pod_status_phase{phase="Pending"}))',
    },
    { ...FIELDS, name: 'api-errors', unit: 'percent', promql: `100 * (${failed} or 0 * ${asked}) / ${asked}` },
    { ...FIELDS, name: 'network', unit: 'bytes', labels: { direction: 'receive' }, promql: traffic('receive') },
    { ...FIELDS, name: 'network', unit: 'bytes', labels: { direction: 'transmit' }, promql: traffic('transmit') },
    {
      name: 'volume-free',
      unit: 'bytes',
      labels: {},
      keep: ['namespace', 'persistentvolumeclaim'],
      most: 100,
      promql: 'max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes)',
      capacity: 'max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes)',
    },
    { ...workload, name: 'restarts', promql: byWorkload(RESTARTS) },
    { ...workload, name: 'oom', promql: byWorkload(OOM) },
  ];
}

const STEPS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const MOST_POINTS = 360;

/** Seconds between the points of a curve: 7 days come to 336 points, 30 days to 360. */
export function stepOf({ from, to }: { from: number; to: number }): number {
  const seconds = (to - from) / 1000;
  return STEPS.find((step) => seconds / step <= MOST_POINTS) ?? Math.ceil(seconds / MOST_POINTS);
}
