import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUsageFeed } from '../src/health/usage/feed.ts';
import { pointsOf, type QueryRange, type UsageRow } from '../src/health/usage/queries.ts';
import { feedSpec, usageSpec } from '../src/health/usage/records.ts';
import { openEmbeddedStore } from '../src/storage/embedded.ts';
import { ms, print } from './figures.ts';

/** A day of usage of 1,000 pods with two containers each, taken in from answers that cost nothing; then all days read. */

const PODS = 1000;
const PODS_OF_A_WORKLOAD = 4;
const DAYS = 14;
/** KRR's defaults: 336 hours every 75 seconds, four queries for each container. */
const KRR = ((336 * 3600) / 75) * 4;

let seed = 1;
const random = () => {
  seed = (seed * 16807) % 2147483647;
  return seed / 2147483647;
};
const pods = Array.from({ length: PODS }, (_, n) => ({
  pod: `app-${Math.floor(n / PODS_OF_A_WORKLOAD)}-${n}`,
  owner: `app-${Math.floor(n / PODS_OF_A_WORKLOAD)}`,
}));

function answer(promql: string, { start, end, step }: QueryRange): UsageRow[] {
  const times = Array.from({ length: pointsOf({ start, end, step }) }, (_, n) => start + n * step);
  if (promql.startsWith('count by')) return [{ labels: { namespace: 'prod' }, points: [[end, 2 * PODS]] }];
  const endings = /=~"\.\*\[([^\]]+)\]"/.exec(promql)?.[1] ?? '';
  const asked = pods.filter(({ pod }) => endings.includes(pod.slice(-1)));
  if (promql.includes('kube_pod_owner'))
    return asked.map(({ pod, owner }) => ({
      labels: { pod, owner_kind: 'StatefulSet', owner_name: owner },
      points: [[end, 1]],
    }));
  const isCpu = promql.includes('cpu_usage');
  if (!isCpu && !promql.includes('working_set')) return [];
  return asked.flatMap(({ pod }) =>
    ['app', 'proxy'].map((container) => ({
      labels: { pod, container },
      points: times.map((at) => [at, isCpu ? 0.1 + random() : (100 + 50 * random()) * 2 ** 20] as const),
    })),
  );
}

const folder = await mkdtemp(join(tmpdir(), 'k8s-copilot-bench-'));
const store = openEmbeddedStore({ file: join(folder, 'bench.db') });
const usage = store.collection(usageSpec);
let answering = 0;
const feed = createUsageFeed({
  records: { usage, feeds: store.collection(feedSpec) },
  async queryRange(_, promql, range) {
    const began = performance.now();
    const rows = answer(promql, range);
    answering += performance.now() - began;
    return rows;
  },
  clock: () => Date.parse('2026-11-25T01:00:00Z'),
  elapsed: () => 0,
  onError(error) {
    throw error;
  },
});

const began = performance.now();
const first = await feed.feed('c');
const took = performance.now() - began - answering;
const share = first.samples / (2 * PODS) / KRR;
print('a day of 2,000 containers taken in, without the queries', ms(took), '');
print('points asked of Prometheus a container and day', `${Math.round(first.samples / (2 * PODS))} (KRR ${KRR})`, '');
print('share of what KRR asks by default', `${(share * 100).toFixed(2)} %`, 'target <= 1 %');
for (let day = 1; day < DAYS; day++) await feed.feed('c');
const records = await usage.find({ limit: 1000 });
const bytes = records.reduce((sum, record) => sum + JSON.stringify(record).length, 0) / records.length / DAYS;
print('stored for a container and day', `${(bytes / 1024).toFixed(2)} KiB`, '');
const reading = performance.now();
const { containers } = await feed.sketches('c');
print(
  `${containers.length} workloads' containers of ${DAYS} days read and merged`,
  ms(performance.now() - reading),
  '',
);
await store.close();
await rm(folder, { recursive: true });
