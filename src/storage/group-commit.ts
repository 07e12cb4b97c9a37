import type { DatabaseSync } from 'node:sqlite';

/** Writes that wait for the disk together. */
export interface GroupCommit {
  /** Resolves with what `work` gave once it is on disk; rejects, and nothing was changed by `work`, otherwise. */
  write<R>(work: () => R): Promise<R>;
  /** Puts everything that waits on disk now. */
  flush(): void;
}

interface Waiting {
  run(): void;
  resolve(): void;
  reject(reason: unknown): void;
}

/** Writes asked for in one turn of the event loop share one transaction, so that one wait for the disk serves them all. */
export function groupCommits(database: DatabaseSync): GroupCommit {
  let waiting: Waiting[] = [];

  function flush(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const { run } of group) run();
      database.exec('COMMIT');
    } catch (error) {
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  function write<R>(work: () => R): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      let settle = () => {};
      const run = () => {
        try {
          const result = work();
          settle = () => resolve(result);
        } catch (error) {
          // A full or broken disk takes the whole transaction back: what came after it would be written outside of one.
          if (!database.isTransaction) throw error;
          settle = () => reject(error);
        }
      };
      waiting.push({ run, resolve: () => settle(), reject });
      if (waiting.length === 1) setImmediate(flush);
    });
  }

  return { write, flush };
}
