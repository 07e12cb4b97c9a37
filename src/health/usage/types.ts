/** What is known of how much containers use, from sketches that are fed once a day. CPU in millicores, memory in bytes. */

/** One container of a workload, all of its pods together. */
export interface ContainerUsage {
  kind: string;
  namespace: string;
  name: string;
  container: string;
  /** The days with data of the last 28, oldest first. */
  days: UsageDay[];
  /** Of 5-minute means, over the last 14 of these days. `podP99`: the median over pods and days of each one's p99. */
  cpu: { p50: number; p95: number; p99: number; max: number; podP99: number };
  /** Of the highest working set in each 5 minutes. `peak`: the highest of all days; the percentile over the last 14. */
  memory: { p95: number; peak: number };
  /** Over the last 14 of these days: of the samples that its pods should have given while they lived. 0 to 1. */
  samples: number;
  /** Over the last 14 of these days, without the first: of the 5-minute steps in which any pod was seen. 0 to 1. */
  presence: number;
  /** Days of pods that the data come from. */
  podDays: number;
}

/** What one day of a container tells by itself. */
export interface UsageDay {
  /** ISO, in UTC. */
  date: string;
  memoryPeak: number;
  /** Images at the end of the day; empty where nothing tells. */
  images: readonly string[];
  oomKills: number;
  /** The memory limit at which it was killed. */
  oomLimit?: number;
}

/** Everything known of a cluster's containers. */
export interface UsageSketches {
  containers: ContainerUsage[];
  /** How many days were fed, and the last of them. */
  days: number;
  lastDay?: string;
}
