/** Runs work one after another per key, and keys side by side. A failed piece does not stop those behind it. */
export interface KeyedQueue {
  /** `before` keeps its place in the key's order, and none of those that are at work. */
  add<T>(key: string, work: () => Promise<T>, before?: () => Promise<void>): Promise<T>;
  /** Resolves when nothing is left. */
  idle(): Promise<void>;
}

/** `most` pieces at a time, so that what comes in is not kept waiting by all that is being worked on. */
export function createKeyedQueue(most: number): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let free = most;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  }

  return {
    add(key, work, before = async () => {}) {
      const result = (tails.get(key) ?? Promise.resolve()).then(before).then(() => inTurn(work));
      const tail = result
        .catch(() => undefined)
        .then(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return result;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
