import type { Change } from './store.ts';

/** Tells listeners of changes one at a time: what a listener changes meanwhile is told after, to everyone in the same order. */
export function createEmitter() {
  const listeners = new Set<(change: Change) => void>();
  const waiting: Change[] = [];
  let telling = false;

  const tell = (change: Change, errors: unknown[]) => {
    for (const listener of [...listeners]) {
      try {
        listener(change);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  return {
    subscribe: (listener: (change: Change) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Throws what a listener threw, after all were told. */
    emit(change: Change) {
      waiting.push(change);
      if (telling) return;
      telling = true;
      const errors: unknown[] = [];
      for (let next = waiting.shift(); next; next = waiting.shift()) tell(next, errors);
      telling = false;
      if (errors.length > 0) throw errors[0];
    },
  };
}
