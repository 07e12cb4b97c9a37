import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createUsageFeed } from '../../src/health/usage/feed.ts';
import type { QueryRange, UsageRow } from '../../src/health/usage/queries.ts';
import { feedSpec, usageSpec } from '../../src/health/usage/records.ts';
import { temporaryStore } from '../support/store.ts';
import type { Made } from './support/openmetrics.ts';
import { type RealPrometheus, startPrometheus } from './support/prometheus.ts';

/** A day of usage from a real Prometheus whose history has known values. */

const END = Date.parse('2026-11-25T00:00:00Z');
const MiB = 2 ** 20;
const HOURS = 30;

const made = (name: string, labels: Record<string, string>, at: Made['at']): Made => ({
  name,
  labels,
  hours: HOURS,
  every: 1,
  at,
});
const place = { namespace: 'prod', pod: 'shop-7d9c5b8f6d-x2x4z' };
const app = { ...place, container: 'app' };

/** 200m, and 800m in the hour before noon. */
function seconds(before: number): number {
  const minute = HOURS * 60 - before;
  const busy = Math.min(60, Math.max(0, minute - (HOURS * 60 - 13 * 60)));
  return minute * 60 * 0.2 + busy * 60 * 0.6;
}
/** One sample of 300 MiB at 18:02, between two points of five minutes. */
const held = (before: number) => (before === 6 * 60 - 2 ? 300 * MiB : 100 * MiB);
/** Killed and started anew at 03:30. */
const restarts = (before: number) => (before > 20.5 * 60 ? 0 : 1);

const SERIES: Made[] = [
  // Two jobs scrape the same, and one splits the time by CPU.
  made('container_cpu_usage_seconds_total', { ...app, job: 'cadvisor', cpu: 'total' }, seconds),
  made('container_cpu_usage_seconds_total', { ...app, job: 'kubelet', cpu: 'cpu00' }, (before) => seconds(before) / 2),
  made('container_cpu_usage_seconds_total', { ...app, job: 'kubelet', cpu: 'cpu01' }, (before) => seconds(before) / 2),
  made('container_cpu_usage_seconds_total', { ...place, container: 'POD', job: 'kubelet' }, seconds),
  made('container_cpu_usage_seconds_total', { ...place, job: 'kubelet' }, (before) => seconds(before) * 2),
  made('container_memory_working_set_bytes', { ...app, job: 'cadvisor' }, held),
  made('container_memory_working_set_bytes', { ...app, job: 'kubelet' }, held),
  made('container_memory_working_set_bytes', { ...place, job: 'kubelet' }, () => 900 * MiB),
  made('kube_pod_owner', { ...place, owner_kind: 'ReplicaSet', owner_name: 'shop-7d9c5b8f6d' }, () => 1),
  made(
    'kube_replicaset_owner',
    { namespace: 'prod', replicaset: 'shop-7d9c5b8f6d', owner_kind: 'Deployment', owner_name: 'shop' },
    () => 1,
  ),
  made('kube_pod_container_status_restarts_total', app, restarts),
  made('kube_pod_container_status_last_terminated_reason', { ...app, reason: 'OOMKilled' }, restarts),
  made('kube_pod_container_resource_limits', { ...app, resource: 'memory', unit: 'byte' }, () => 256 * MiB),
  made('kube_pod_container_info', { ...app, image: 'docker.io/library/shop:1', image_spec: 'shop:1' }, () => 1),
];

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
});

describe('a day of usage from a real Prometheus', () => {
  let prometheus: RealPrometheus;
  let store: Awaited<ReturnType<typeof temporaryStore>>;
  beforeAll(async () => {
    prometheus = await startPrometheus(SERIES, END);
    store = await temporaryStore();
  });
  afterAll(async () => {
    await store?.dispose();
    await prometheus?.close();
  });

  async function queryRange(_: string, query: string, { start, end, step }: QueryRange): Promise<UsageRow[]> {
    const range = { start: String(start / 1000), end: String(end / 1000), step: String(step / 1000) };
    const response = await fetch(`${prometheus.url}/api/v1/query_range?${new URLSearchParams({ query, ...range })}`);
    const text = await response.text();
    expect(response.status, `${query}: ${text}`).toBe(200);
    return answer.parse(JSON.parse(text)).data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([at, value]): [number, number] => [at * 1000, Number(value)]),
    }));
  }

  test('has the values that the history holds: percentiles, the peak between two points, the kill with its limit, the image', async () => {
    const feed = createUsageFeed({
      records: { usage: store.collection(usageSpec), feeds: store.collection(feedSpec) },
      queryRange,
      clock: () => END + 3_600_000,
      elapsed: () => performance.now(),
      onError(error) {
        throw error;
      },
    });
    expect(await feed.feed('c')).toMatchObject({ outcome: 'fed', date: '2026-11-24', containers: 1, orphans: 0 });
    const { containers } = await feed.sketches('c');
    expect(containers).toHaveLength(1);
    const [shop] = containers;
    expect(shop).toMatchObject({ namespace: 'prod', kind: 'Deployment', name: 'shop', container: 'app', samples: 1 });
    expect(shop?.podDays).toBe(1);
    expect(shop?.days).toEqual([
      { date: '2026-11-24', memoryPeak: 300 * MiB, images: ['shop:1'], oomKills: 1, oomLimit: 256 * MiB },
    ]);
    const within = (value: number | undefined, wanted: number) =>
      expect(Math.abs((value ?? 0) - wanted)).toBeLessThanOrEqual(0.011 * wanted);
    within(shop?.cpu.p50, 200);
    within(shop?.cpu.p99, 800);
    within(shop?.cpu.max, 800);
    within(shop?.memory.p95, 100 * MiB);
  });
});
