import { DAY_MS, startOf } from './days.ts';

/** One series of an answer: points are [epoch milliseconds, value]. */
export interface UsageRow {
  labels: Record<string, string>;
  points: readonly (readonly [number, number])[];
}

/** What is asked at once: from `start` to `end`, both included, at each `step`; all in milliseconds. */
export interface QueryRange {
  start: number;
  end: number;
  step: number;
}

export const STEP_MS = 300_000;
export const STEPS_A_DAY = DAY_MS / STEP_MS;
const SLICE_MS = 6 * 3_600_000;

/** A day in slices of six hours: each point tells of the five minutes before it, so the first is at five past. */
export function slicesOf(date: string): QueryRange[] {
  const from = startOf(date);
  return Array.from({ length: DAY_MS / SLICE_MS }, (_, n) => ({
    start: from + n * SLICE_MS + STEP_MS,
    end: from + (n + 1) * SLICE_MS,
    step: STEP_MS,
  }));
}

/** Only the end of a slice. */
export const endOf = ({ end }: QueryRange): QueryRange => ({ start: end, end, step: STEP_MS });

/** How many points a range has for each series. */
export const pointsOf = ({ start, end, step }: QueryRange): number => Math.floor((end - start) / step) + 1;

/** https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md: the empty name is a pod's sum, POD its sandbox. */
const containers = 'container!="",container!="POD"';

export const namespacesQuery = `count by (namespace) (container_memory_working_set_bytes{${containers}})`;

/**
 * The metrics of one namespace. A series that two jobs scrape counts once (`max by`), one that is split by CPU is summed before.
 * Kubernetes' own objects: https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
 */
export function queriesOf(namespace: string) {
  const inIt = `namespace=${JSON.stringify(namespace)}`;
  const used = `${inIt},${containers}`;
  return {
    cpu: `max by (pod, container) (sum without (cpu) (rate(container_cpu_usage_seconds_total{${used}}[5m])))`,
    memory: `max by (pod, container) (max_over_time(container_memory_working_set_bytes{${used}}[5m]))`,
    podOwners: `max by (pod, owner_kind, owner_name) (max_over_time(kube_pod_owner{${inIt}}[6h]))`,
    replicaSetOwners: `max by (replicaset, owner_kind, owner_name) (max_over_time(kube_replicaset_owner{${inIt}}[6h]))`,
    jobOwners: `max by (job_name, owner_kind, owner_name) (max_over_time(kube_job_owner{${inIt}}[6h]))`,
    /** Killed for memory, and started anew in these six hours: the reason alone stays for as long as the pod lives. */
    oomKills:
      `max by (pod, container) (increase(kube_pod_container_status_restarts_total{${inIt}}[6h])) > 0 and on (pod, container) ` +
      `max by (pod, container) (max_over_time(kube_pod_container_status_last_terminated_reason{${inIt},reason="OOMKilled"}[6h])) > 0`,
    limits: `max by (pod, container) (max_over_time(kube_pod_container_resource_limits{${inIt},resource="memory"}[6h]))`,
    images: `max by (pod, container, image) (kube_pod_container_info{${inIt}})`,
  };
}
