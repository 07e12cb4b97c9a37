import type { Collection } from '../../storage/store.ts';
import type { CollectedDay } from './collect.ts';
import { daysBefore } from './days.ts';
import type { UsageRecord } from './records.ts';
import { summarise } from './summary.ts';
import type { ContainerUsage } from './types.ts';

/** Where the days of containers are kept: four weeks of each, each day once. */
export interface Shelf {
  /** False where the day is in already. */
  add(place: { clusterId: string; namespace: string }, collected: CollectedDay): Promise<boolean>;
  /** Lets go of containers that were not seen for four weeks. */
  prune(clusterId: string, today: string): Promise<void>;
  read(clusterId: string, lastDay: string): Promise<ContainerUsage[]>;
}

const KEPT_DAYS = 28;
const PAGE = 200;
const TRIES = 5;

export function createShelf(usage: Collection<UsageRecord>): Shelf {
  return {
    async add({ clusterId, namespace }, { kind, name, container, day }) {
      const id = [clusterId, namespace, kind, name, container].join('/');
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const stored = await usage.get(id);
        if (stored?.days.some(({ date }) => date === day.date)) return false;
        const all = [...(stored?.days ?? []), day].sort((a, b) => a.date.localeCompare(b.date));
        const lastDate = all.at(-1)?.date ?? day.date;
        const days = all.filter(({ date }) => date > daysBefore(lastDate, KEPT_DAYS));
        const place = { id, cluster: clusterId, namespace, kind, name, container };
        const next = { ...place, rev: (stored?.rev ?? 0) + 1, lastDate, days };
        if (stored ? await usage.replace(next) : await usage.insert(next)) return true;
      }
      throw new Error(`${id} is changed by others all the time`);
    },
    async prune(clusterId, today) {
      const oldest = daysBefore(today, KEPT_DAYS);
      await usage.remove({ where: { cluster: clusterId }, range: { field: 'lastDate', lt: oldest } });
    },
    async read(clusterId, lastDay) {
      const found: ContainerUsage[] = [];
      let after = '';
      for (;;) {
        const range = { field: 'id' as const, gt: after };
        const page = await usage.find({ where: { cluster: clusterId }, range, orderBy: 'id', limit: PAGE });
        for (const record of page) found.push(summarise(record, lastDay));
        after = page.at(-1)?.id ?? '';
        if (page.length < PAGE) return found;
        // A large cluster takes a while: others have their turn between pages.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
  };
}
