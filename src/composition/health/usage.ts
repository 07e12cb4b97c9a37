import { z } from 'zod';
import type { HealthCluster } from '../../health/ports.ts';
import { createUsageFeed } from '../../health/usage/feed.ts';
import type { QueryRange, UsageRow } from '../../health/usage/queries.ts';
import { feedSpec, usageSpec } from '../../health/usage/records.ts';
import type { UsageSketches } from '../../health/usage/types.ts';
import type { Ground } from '../ground.ts';
import type { Hands } from '../hands.ts';

/** What containers use, taken in once a day from each cluster's Prometheus, under the alarm `usage`. */
export interface UsageRoom {
  sketches(clusterId: string): Promise<UsageSketches>;
  /** The alarm of a cluster rings. */
  ring(clusterId: string): Promise<void>;
  /** Sets the alarm of a cluster, which may be new. */
  follow(clusterId: string): Promise<void>;
}

const answer = z.object({
  series: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      points: z.array(z.tuple([z.number(), z.union([z.string(), z.number()])])),
    }),
  ),
  truncated: z.boolean(),
});
const MOST_SERIES = 2000;
const QUERY_MS = 40_000;

export function createUsageRoom(
  { store, alarms, clock, onError }: Ground,
  { gateway }: Pick<Hands, 'gateway'>,
  clusters: () => Promise<HealthCluster[]>,
): UsageRoom {
  /** All series, or a rejection: half of them would read as all. */
  async function queryRange(clusterId: string, promql: string, { start, end, step }: QueryRange): Promise<UsageRow[]> {
    const range = { start: start / 1000, end: end / 1000, step: step / 1000 };
    const result = await gateway.read({
      tool: 'metrics_query_range',
      args: { clusterId, promql, ...range, maxSeries: MOST_SERIES },
      actor: 'system',
      timeoutMs: QUERY_MS,
    });
    if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
    const { series, truncated } = answer.parse(result.data);
    if (truncated) throw new Error('The answer was cut short');
    return series.map(({ metric, points }) => ({
      labels: metric,
      points: points.map(([at, value]): [number, number] => [at * 1000, Number(value)]),
    }));
  }

  const feed = createUsageFeed({
    records: { usage: store.collection(usageSpec), feeds: store.collection(feedSpec) },
    queryRange,
    clock,
    elapsed: () => performance.now(),
    onError: (error, { clusterId, date }) => onError(error, `usage of ${clusterId} on ${date}`),
  });

  const setAlarm = async (clusterId: string) => alarms.set('usage', clusterId, await feed.next(clusterId));

  return {
    sketches: (clusterId) => feed.sketches(clusterId),
    async ring(clusterId) {
      if (!(await clusters()).some(({ id }) => id === clusterId)) return;
      await feed.feed(clusterId);
      await setAlarm(clusterId);
    },
    follow: setAlarm,
  };
}
