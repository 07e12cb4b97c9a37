import type { Cluster } from './clusters.ts';
import { type Polled, watchCluster } from './watch/cluster-watch.ts';

/** The watches that the server keeps over clusters, one each, from the first poll until some minutes after the last. */
export interface Watches {
  poll(cluster: Cluster, cursor: string | undefined, waitMs: number, signal: AbortSignal): Promise<Polled>;
  close(): Promise<void>;
}

export interface WatchTimes {
  /** A watch that nobody has asked for this long is closed. */
  idleMs: number;
  backoffMs: [least: number, most: number];
  lookAgainMs: number;
}

const standard: WatchTimes = { idleMs: 5 * 60_000, backoffMs: [500, 30_000], lookAgainMs: 3_000 };

/** None is opened before it is asked for. Times are real ones, in milliseconds. */
export function createWatches(times: WatchTimes = standard): Watches {
  const open = new Map<string, { watch: ReturnType<typeof watchCluster>; timer: NodeJS.Timeout; polls: number }>();

  function enter(cluster: Cluster) {
    const known = open.get(cluster.id);
    if (known) return known;
    const made = {
      watch: watchCluster({ wire: () => cluster.wire(), backoffMs: times.backoffMs, lookAgainMs: times.lookAgainMs }),
      timer: setTimeout(() => undefined, 0),
      polls: 0,
    };
    open.set(cluster.id, made);
    return made;
  }

  return {
    async poll(cluster, cursor, waitMs, signal) {
      const kept = enter(cluster);
      clearTimeout(kept.timer);
      kept.polls += 1;
      try {
        return await kept.watch.poll(cursor, waitMs, signal);
      } finally {
        kept.polls -= 1;
        if (kept.polls === 0 && open.get(cluster.id) === kept) {
          kept.timer = setTimeout(() => {
            open.delete(cluster.id);
            void kept.watch.close();
          }, times.idleMs);
          kept.timer.unref();
        }
      }
    },
    async close() {
      const all = [...open.values()];
      open.clear();
      for (const { timer } of all) clearTimeout(timer);
      await Promise.all(all.map(({ watch }) => watch.close()));
    },
  };
}
