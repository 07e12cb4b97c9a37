import { randomUUID } from 'node:crypto';

/** Surveys whose pages are still being fetched: at most three, each for a minute after it was last asked for. */

const lifetimeMs = 60_000;
const most = 3;

export interface Kept {
  /** The id that its pages are asked for by. */
  keep(pages: string[]): string;
  /** Undefined once it is forgotten. */
  pages(id: string): string[] | undefined;
}

export function createKept(): Kept {
  const kept = new Map<string, { pages: string[]; timer: NodeJS.Timeout }>();
  const drop = (id: string) => {
    clearTimeout(kept.get(id)?.timer);
    kept.delete(id);
  };
  const hold = (id: string, pages: string[]) => {
    drop(id);
    kept.set(id, { pages, timer: setTimeout(drop, lifetimeMs, id).unref() });
  };
  return {
    keep(pages) {
      const id = randomUUID();
      hold(id, pages);
      for (const old of [...kept.keys()].slice(0, -most)) drop(old);
      return id;
    },
    pages(id) {
      const pages = kept.get(id)?.pages;
      if (pages) hold(id, pages);
      return pages;
    },
  };
}
