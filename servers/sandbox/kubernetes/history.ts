import type { Change } from './store.ts';

/** The last changes of a store, by version: what watches catch up from. */
export interface History {
  add(change: Change): void;
  /** Undefined when changes after `version` were forgotten. */
  since(version: number): readonly Change[] | undefined;
}

/** Remembers at least the last `capacity` changes after `start`. */
export function createHistory(start: number, capacity: number): History {
  let changes: Change[] = [];
  let forgotten = start;
  const add = (change: Change) => {
    changes.push(change);
    if (changes.length < capacity * 2) return;
    const dropped = changes[changes.length - capacity - 1];
    if (dropped) forgotten = versionOf(dropped);
    changes = changes.slice(-capacity);
  };
  const since = (version: number) => (version < forgotten ? undefined : changes.slice(firstAfter(changes, version)));
  return { add, since };
}

const versionOf = (change: Change): number => Number(change.object.metadata.resourceVersion);

function firstAfter(changes: readonly Change[], version: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const change = changes[middle];
    if (change && versionOf(change) <= version) low = middle + 1;
    else high = middle;
  }
  return low;
}
