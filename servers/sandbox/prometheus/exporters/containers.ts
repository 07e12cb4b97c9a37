import type { ContainerRuns, PodRuns, Run } from '../../kubernetes/kubelet/documents.ts';
import {
  answeredAt,
  cpuAt,
  cpuSecondsAt,
  memoryAt,
  periodsAt,
  requestsAt,
  throttledAt,
} from '../../kubernetes/kubelet/usage.ts';
import type { Labels } from '../promql/labels.ts';
import { type Family, integral, type Machine, type Plan } from './plan.ts';

type Measure = (run: Run, since: number) => ((time: number) => number) | undefined;

/** Adds up a rate of a run; what came before `since` is a number to start from. */
function added(rate: (run: Run, time: number) => number, before: (run: Run, until: number) => number): Measure {
  return (run, since) => {
    const from = Math.max(run.startedAt, since);
    const total = integral((time) => rate(run, Math.min(time, (run.endedAt ?? Infinity) - 1)), from);
    const base = run.startedAt < since ? before(run, since) : 0;
    return (time) => base + total(time);
  };
}

const limited =
  (measure: Measure): Measure =>
  (run, since) =>
    run.cpu.limit === undefined ? undefined : measure(run, since);

/** Scheduling periods in a second. */
const PERIODS = 10;

function throttled(weight: number): Measure {
  return added(
    (run, time) => throttledAt(run, time) * weight,
    (run, until) => (periodsAt(run, until).throttled * weight) / PERIODS,
  );
}

/** Each container, and each of its runs, has series of its own. https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md */
const measures: Record<string, Measure> = {
  container_memory_working_set_bytes: (run) => (time) => memoryAt(run, time),
  container_memory_rss: (run) => (time) => Math.round(memoryAt(run, time) * 0.93),
  container_memory_usage_bytes: (run) => (time) => Math.round(memoryAt(run, time) * 1.04),
  container_spec_memory_limit_bytes: (run) => () => run.memory.limit ?? 0,
  container_start_time_seconds: (run) => () => Math.floor(run.startedAt / 1000),
  container_cpu_usage_seconds_total: added(cpuAt, cpuSecondsAt),
  container_cpu_cfs_periods_total: limited(
    ({ startedAt }) =>
      (time) =>
        Math.floor(((time - startedAt) / 1000) * PERIODS),
  ),
  container_cpu_cfs_throttled_periods_total: limited(throttled(PERIODS)),
  container_cpu_cfs_throttled_seconds_total: limited(throttled(PERIODS * 0.05)),
  container_spec_cpu_period: limited(() => () => 100_000),
  container_spec_cpu_quota: limited((run) => () => Math.round((run.cpu.limit ?? 0) * 100_000)),
};

/** Bytes of a request, by what is counted. */
const network: Record<string, number> = {
  container_network_receive_bytes_total: 900,
  container_network_transmit_bytes_total: 2_600,
};

const answered = added(requestsAt, answeredAt);

/** The labels of what a machine's kubelet serves. */
export const kubeletLabels = ({ name, ip }: Machine, path: string): Labels => ({
  job: 'kubelet',
  metrics_path: path,
  node: name,
  instance: `${ip}:10250`,
});

/** Since when a machine's kubelet gives no answer; undefined while it answers. */
export const silentSince = ({ to, trouble }: Machine): number | undefined =>
  trouble?.kubelet === 'down' || trouble?.network === 'unavailable' ? Math.min(trouble.since, to ?? Infinity) : to;

/** The earlier of two ends. */
const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** What the kubelets' cadvisor measures of containers. */
export const containers: Family = {
  names: [...Object.keys(measures), ...Object.keys(network)],
  *plans(scene, name) {
    for (const pod of scene.pods) {
      const machine = scene.machines.find((one) => one.name === pod.node);
      if (!machine) continue;
      if (network[name]) yield* networkPlans({ pod, machine, name, since: scene.since });
      else
        for (const container of pod.containers) yield* runPlans({ pod, container, machine, name, since: scene.since });
    }
  },
};

interface RunsOf {
  pod: PodRuns;
  container: ContainerRuns;
  machine: Machine;
  name: string;
  since: number;
}

function* runPlans({ pod, container, machine, name, since }: RunsOf): Generator<Plan> {
  for (const run of container.runs) {
    const valueAt = measures[name]?.(run, since);
    if (!valueAt) continue;
    yield {
      labels: {
        __name__: name,
        ...kubeletLabels(machine, '/metrics/cadvisor'),
        namespace: pod.namespace,
        pod: pod.pod,
        container: container.name,
        image: container.image,
        id: `/kubepods.slice/pod${pod.id}/${container.name}/${run.startedAt}`,
      },
      from: run.startedAt,
      to: earlier(run.endedAt, silentSince(machine)),
      valueAt,
    };
  }
}

/** A pod's network lives as long as the pod; what its runs received and sent adds up. */
function* networkPlans(of: Omit<RunsOf, 'container'>): Generator<Plan> {
  const { pod, machine, name, since } = of;
  const bytes = network[name] ?? 0;
  const runs = pod.containers.filter(({ init }) => !init).flatMap((container) => container.runs);
  const totals = runs.map((run) => answered(run, since));
  if (runs.length === 0) return;
  yield {
    labels: {
      __name__: name,
      ...kubeletLabels(machine, '/metrics/cadvisor'),
      namespace: pod.namespace,
      pod: pod.pod,
      interface: 'eth0',
    },
    from: Math.min(...runs.map(({ startedAt }) => startedAt)),
    to: earlier(pod.goneAt, silentSince(machine)),
    valueAt: (time) => {
      const requests = runs.reduce((sum, run, i) => {
        if (time < run.startedAt) return sum;
        return sum + (totals[i]?.(Math.min(time, run.endedAt ?? time)) ?? 0);
      }, 0);
      return Math.round(requests * bytes);
    },
  };
}
