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

/** Last characters of names: first those that generated names end with, then all others. */
const ENDINGS = 'bcdfghjklmnpqrstvwxz2456789013aeiouy';
/** So many containers are asked for at once: an answer has a limit. */
const MOST_IN_PART = 1000;

/**
 * A namespace, or a part of a large one: whatever has a name that ends with one of these characters. Generated names end
 * with any of 27: https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go
 */
export interface NamespacePart {
  namespace: string;
  endings?: string;
}

/** Parts that are about as large as one another. */
export function partsOf(namespace: string, containerCount: number): NamespacePart[] {
  const count = Math.min(ENDINGS.length, Math.ceil(containerCount / MOST_IN_PART));
  if (count <= 1) return [{ namespace }];
  const endings = Array.from({ length: count }, (_, part) =>
    [...ENDINGS].filter((_, at) => at % count === part).join(''),
  );
  return endings.map((own) => ({ namespace, endings: own }));
}

/**
 * The metrics of a namespace. A series that two jobs scrape counts once (`max by`), one that is split by CPU is summed before.
 * Kubernetes' own objects: https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
 */
export function queriesOf({ namespace, endings }: NamespacePart) {
  const by = (label: string) =>
    `namespace=${JSON.stringify(namespace)}${endings === undefined ? '' : `,${label}=~".*[${endings}]"`}`;
  const pods = by('pod');
  const used = `${pods},${containers}`;
  return {
    cpu: `max by (pod, container) (sum without (cpu) (rate(container_cpu_usage_seconds_total{${used}}[5m])))`,
    memory: `max by (pod, container) (max_over_time(container_memory_working_set_bytes{${used}}[5m]))`,
    podOwners: `max by (pod, owner_kind, owner_name) (max_over_time(kube_pod_owner{${pods}}[6h]))`,
    replicaSetOwners: `max by (replicaset, owner_kind, owner_name) (max_over_time(kube_replicaset_owner{${by('replicaset')}}[6h]))`,
    jobOwners: `max by (job_name, owner_kind, owner_name) (max_over_time(kube_job_owner{${by('job_name')}}[6h]))`,
    /** Killed for memory, and started anew in these six hours: the reason alone stays for as long as the pod lives. */
    oomKills:
      `max by (pod, container) (increase(kube_pod_container_status_restarts_total{${pods}}[6h])) > 0 and on (pod, container) ` +
      `max by (pod, container) (max_over_time(kube_pod_container_status_last_terminated_reason{${pods},reason="OOMKilled"}[6h])) > 0`,
    limits: `max by (pod, container) (max_over_time(kube_pod_container_resource_limits{${pods},resource="memory"}[6h]))`,
    images: `max by (pod, container, image, image_spec) (kube_pod_container_info{${pods}})`,
  };
}
