import { createUsageFeed, type UsageFeed, type UsageFeedOptions } from '../../../src/health/usage/feed.ts';
import { pointsOf, type QueryRange, STEP_MS, type UsageRow } from '../../../src/health/usage/queries.ts';
import { feedSpec, usageSpec } from '../../../src/health/usage/records.ts';
import { temporaryStore } from '../../support/store.ts';

/** A pod's container in a made-up Prometheus; `cores` and `bytes` tell what it used in the 5 minutes before a time. */
export interface FakePod {
  namespace: string;
  pod: string;
  container?: string;
  owner?: { kind: string; name: string };
  from?: number;
  to?: number;
  cores?: (at: number) => number | undefined;
  bytes?: (at: number) => number;
  image?: string;
  /** Killed for memory in the six hours before these times, at this limit. */
  oomAt?: { times: number[]; limit: number };
}

export interface FakeWorld {
  now: number;
  /** Milliseconds that each query takes. */
  takes: number;
  pods: FakePod[];
  /** As how many containers a pod is counted. */
  counted: number;
  /** Deployments by their ReplicaSet. */
  deployments: Record<string, string>;
  asked: { promql: string; range: QueryRange }[];
  atOnce: number;
  most: number;
  /** Called before a query is answered: may throw, or keep it waiting. */
  before: (promql: string) => void | Promise<void>;
}

const isThere = (pod: FakePod, at: number) => (pod.from ?? 0) <= at && at <= (pod.to ?? Number.POSITIVE_INFINITY);
const named = (kind: string, name: string) => ({ owner_kind: kind, owner_name: name });

function answer(world: FakeWorld, promql: string, { start, end, step }: QueryRange): UsageRow[] {
  const times = Array.from({ length: pointsOf({ start, end, step }) }, (_, n) => start + n * step);
  const namespace = /namespace="([^"]+)"/.exec(promql)?.[1];
  const endings = /=~"\.\*\[([^\]]+)\]"/.exec(promql)?.[1];
  const isAsked = (name: string) => endings === undefined || endings.includes(name.slice(-1));
  const pods = world.pods.filter(
    (pod) =>
      (namespace === undefined || pod.namespace === namespace) &&
      isAsked(pod.pod) &&
      times.some((at) => isThere(pod, at)),
  );
  const rows = (
    of: (pod: FakePod, at: number) => number | undefined,
    more: (pod: FakePod) => Record<string, string> = () => ({}),
  ) =>
    pods.flatMap((pod) => {
      const points = times.flatMap((at) => {
        const value = isThere(pod, at) ? of(pod, at) : undefined;
        return value === undefined ? [] : [[at, value] as const];
      });
      return points.length > 0
        ? [{ labels: { pod: pod.pod, container: pod.container ?? 'app', ...more(pod) }, points }]
        : [];
    });
  const isOomKilled = ({ oomAt }: FakePod, at: number) =>
    oomAt?.times.some((time) => time > at - 6 * 3_600_000 && time <= at);
  if (promql.startsWith('count by (namespace)'))
    return [...new Set(pods.map((pod) => pod.namespace))].map((name) => ({
      labels: { namespace: name },
      points: [[end, world.counted * pods.filter((pod) => pod.namespace === name).length]],
    }));
  if (promql.includes('kube_pod_owner'))
    return pods.flatMap(({ pod, owner }) =>
      owner ? [{ labels: { pod, ...named(owner.kind, owner.name) }, points: [[end, 1] as const] }] : [],
    );
  if (promql.includes('kube_replicaset_owner'))
    return Object.entries(world.deployments)
      .filter(([replicaset]) => isAsked(replicaset))
      .map(([replicaset, name]) => ({
        labels: { replicaset, ...named('Deployment', name) },
        points: [[end, 1]],
      }));
  if (promql.includes('kube_job_owner')) return [];
  if (promql.includes('OOMKilled')) return rows((pod, at) => (isOomKilled(pod, at) ? 1 : undefined));
  if (promql.includes('resource_limits')) return rows((pod) => pod.oomAt?.limit);
  if (promql.includes('container_info'))
    return rows(
      () => 1,
      ({ image = 'app:1' }) => ({ image }),
    );
  if (promql.includes('cpu_usage')) return rows((pod, at) => (pod.cores ?? (() => 0.1))(at));
  if (promql.includes('working_set')) return rows((pod, at) => (pod.bytes ?? (() => 100 * 2 ** 20))(at));
  throw new Error(`no answer to ${promql}`);
}

/** A feed over the real embedded store and a made-up Prometheus. */
export async function openWorld(at: string, overrides: Partial<UsageFeedOptions> = {}) {
  const store = await temporaryStore();
  const world: FakeWorld = {
    now: Date.parse(at),
    takes: 10,
    pods: [],
    counted: 1,
    deployments: {},
    asked: [],
    atOnce: 0,
    most: 0,
    before: () => undefined,
  };
  let elapsed = 0;
  const errors: unknown[] = [];
  const open = (): UsageFeed =>
    createUsageFeed({
      records: { usage: store.collection(usageSpec), feeds: store.collection(feedSpec) },
      async queryRange(_, promql, range) {
        world.asked.push({ promql, range });
        const began = elapsed;
        world.most = Math.max(world.most, ++world.atOnce);
        try {
          await world.before(promql);
          elapsed = Math.max(elapsed, began + world.takes);
          return answer(world, promql, range);
        } finally {
          world.atOnce--;
        }
      },
      clock: () => world.now,
      elapsed: () => elapsed,
      onError: (error) => errors.push(error),
      ...overrides,
    });
  return { world, errors, open, feed: open(), usage: store.collection(usageSpec), close: () => store.dispose() };
}

export const STEPS = 86_400_000 / STEP_MS;
