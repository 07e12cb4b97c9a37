import type { Collection } from '../../storage/store.ts';
import { createDayCollector, type DayCollector } from './collect.ts';
import { dateOf } from './days.ts';
import { dueDate, type FeedWork, nextDayAt, readFeed, takeDay } from './feed-state.ts';
import { createOwnerBook, type Owner, type OwnerBook } from './owners.ts';
import { createPace, type Pace } from './pace.ts';
import {
  endOf,
  type NamespacePart,
  namespacesQuery,
  partsOf,
  pointsOf,
  type QueryRange,
  queriesOf,
  slicesOf,
  type UsageRow,
} from './queries.ts';
import type { FeedRecord, UsageRecord } from './records.ts';
import { createShelf } from './shelf.ts';
import type { UsageSketches } from './types.ts';

export interface UsageFeedOptions {
  /** Collections of `usageSpec` and `feedSpec`. */
  records: { usage: Collection<UsageRecord>; feeds: Collection<FeedRecord> };
  /** All series of a range query, or a rejection: an answer that was cut short must not come back as a whole one. */
  queryRange(clusterId: string, promql: string, range: QueryRange): Promise<readonly UsageRow[]>;
  /** The owner of a pod that kube-state-metrics does not tell of. */
  workloadOf?: ((clusterId: string, namespace: string, pod: string) => Owner | undefined) | undefined;
  clock: () => number;
  /** Milliseconds since some fixed moment: how long queries take. */
  elapsed: () => number;
  onError(error: unknown, about: { clusterId: string; date: string }): void;
}

/**
 * What one feeding came to. `nothing`: all days are in. `busy`: another process is at it. `slow`: Prometheus became
 * slower, so it was left alone. `empty`: it knows nothing of that day.
 */
interface Fed {
  outcome: 'fed' | 'empty' | 'nothing' | 'busy' | 'slow' | 'failed';
  date?: string;
  containers: number;
  /** Pods that no workload is known of. */
  orphans: number;
  queries: number;
  /** Points asked of Prometheus: series times steps. */
  samples: number;
}

/** Keeps the sketches of what containers use: a day at a time, each day of each container once. */
export interface UsageFeed {
  /** Takes in one day that is over: yesterday, on later calls one of the two weeks before. Goes on where a call before has stopped. */
  feed(clusterId: string): Promise<Fed>;
  sketches(clusterId: string): Promise<UsageSketches>;
  /** When to feed next, epoch milliseconds. */
  next(clusterId: string): Promise<number>;
}

interface Run {
  clusterId: string;
  work: FeedWork;
  pace: Pace;
  tally: Omit<Fed, 'outcome' | 'date'>;
}

interface Part {
  queries: ReturnType<typeof queriesOf>;
  owners: OwnerBook;
  day: DayCollector;
}

const PAUSE_MS = 60 * 60_000;
const BETWEEN_DAYS_MS = 10 * 60_000;

export function createUsageFeed(options: UsageFeedOptions): UsageFeed {
  const { records, clock, elapsed, queryRange, workloadOf, onError } = options;
  const shelf = createShelf(records.usage);

  async function ask({ clusterId, pace, tally }: Run, promql: string, range: QueryRange): Promise<readonly UsageRow[]> {
    const began = elapsed();
    const rows = await queryRange(clusterId, promql, range);
    pace.note(elapsed() - began);
    tally.queries++;
    tally.samples += rows.length * pointsOf(range);
    return rows;
  }

  /** One namespace's day; undefined where Prometheus has become slow. */
  async function collect(
    run: Run,
    parts: readonly NamespacePart[],
  ): Promise<ReturnType<DayCollector['finish']> | undefined> {
    const owners = createOwnerBook();
    const day = createDayCollector(run.work.date);
    for (const part of parts) {
      if (!(await collectPart(run, { queries: queriesOf(part), owners, day }))) return undefined;
      day.fold((pod) => owners.ownerOf(pod) ?? workloadOf?.(run.clusterId, part.namespace, pod));
    }
    return day.finish(owners.topOf);
  }

  /** Slice by slice, two queries at a time. */
  async function collectPart(run: Run, { queries, owners, day }: Part): Promise<boolean> {
    const slices = slicesOf(run.work.date);
    for (const slice of slices) {
      const [cpu, memory] = await Promise.all([ask(run, queries.cpu, slice), ask(run, queries.memory, slice)]);
      day.cpu(cpu);
      day.memory(memory);
      await collectObjects(run, { queries, owners, day }, endOf(slice));
      if (run.pace.isSlow()) return false;
    }
    const last = slices.at(-1);
    if (last) day.images(await ask(run, queries.images, endOf(last)));
    return true;
  }

  /** What kube-state-metrics knows of a slice; owners of owners and limits only where they are needed. */
  async function collectObjects(run: Run, { queries, owners, day }: Part, at: QueryRange): Promise<void> {
    const [pods, kills] = await Promise.all([ask(run, queries.podOwners, at), ask(run, queries.oomKills, at)]);
    owners.pods(pods);
    if (owners.has('ReplicaSet')) owners.replicaSets(await ask(run, queries.replicaSetOwners, at));
    if (owners.has('Job')) owners.jobs(await ask(run, queries.jobOwners, at));
    if (kills.length > 0) day.oomKills(kills, await ask(run, queries.limits, at));
  }

  /** With the most containers that each has at the end of a slice. */
  async function namespacesOf(run: Run): Promise<[string, number][]> {
    const most = new Map<string, number>();
    for (const slice of slicesOf(run.work.date)) {
      for (const { labels, points } of await ask(run, namespacesQuery, endOf(slice))) {
        const { namespace = '' } = labels;
        most.set(namespace, Math.max(most.get(namespace) ?? 0, points.at(-1)?.[1] ?? 0));
      }
    }
    return [...most].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async function feedDay(run: Run): Promise<'fed' | 'empty' | 'slow' | 'busy'> {
    const { clusterId, work, tally } = run;
    const namespaces = await namespacesOf(run);
    for (const [namespace, containers] of namespaces) {
      if (work.isIn(namespace)) continue;
      const collected = await collect(run, partsOf(namespace, containers));
      if (!collected) return 'slow';
      for (const container of collected.containers) await shelf.add({ clusterId, namespace }, container);
      tally.containers += collected.containers.length;
      tally.orphans += collected.orphans;
      if (!(await work.note(namespace))) return 'busy';
    }
    return namespaces.length === 0 ? 'empty' : 'fed';
  }

  return {
    async feed(clusterId) {
      const tally = { containers: 0, orphans: 0, queries: 0, samples: 0 };
      const record = await readFeed(records.feeds, clusterId);
      const date = dueDate(record, clock());
      if (date === undefined) return { ...tally, outcome: 'nothing' };
      const work = await takeDay(records.feeds, { record, date, clock });
      if (!work) return { ...tally, outcome: 'busy', date };
      const run: Run = { clusterId, work, pace: createPace(record.times), tally };
      const outcome = await feedDay(run).catch((error: unknown) => {
        onError(error, { clusterId, date });
        return 'failed' as const;
      });
      const isOver = outcome === 'fed' || outcome === 'empty';
      if (isOver) await shelf.prune(clusterId, dateOf(clock()));
      await work.release({
        outcome: outcome === 'fed' ? 'done' : outcome === 'empty' ? 'empty' : 'left',
        restUntil: clock() + (isOver ? BETWEEN_DAYS_MS : PAUSE_MS),
        p99: run.pace.p99(),
      });
      return { ...tally, outcome, date };
    },

    async sketches(clusterId) {
      const { done } = await readFeed(records.feeds, clusterId);
      const [lastDay] = done;
      if (lastDay === undefined) return { containers: [], days: 0 };
      return { containers: await shelf.read(clusterId, lastDay), days: done.length, lastDay };
    },

    async next(clusterId) {
      const record = await readFeed(records.feeds, clusterId);
      const now = clock();
      if (dueDate(record, now) === undefined) return nextDayAt(now);
      return Math.max(now, record.leaseUntil, record.restUntil);
    },
  };
}
