import { setTimeout as sleep } from 'node:timers/promises';

/** Replies that came in before what began their thread: platforms do not keep the order. Held for a while, in their own order. */
export interface Early<T> {
  /** True when it is held: what began the thread is not known, or others are held before it. */
  hold(key: string, reply: T, isKnown: () => Promise<boolean>): Promise<boolean>;
  /** Resolves when nothing is held. */
  idle(): Promise<void>;
}

export interface EarlyOptions<T> {
  pauseMs: number;
  /** What is held when it is aborted is not released: it is stored, and the next process sees to it. */
  signal: AbortSignal;
  release: (reply: T) => void;
}

export function createEarly<T>({ pauseMs, signal, release }: EarlyOptions<T>): Early<T> {
  const held = new Map<string, { replies: T[]; over: Promise<void> }>();

  async function releaseLater(key: string, replies: T[]): Promise<void> {
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    held.delete(key);
    if (!signal.aborted) for (const reply of replies) release(reply);
  }

  return {
    async hold(key, reply, isKnown) {
      const others = held.get(key)?.replies;
      if (others) {
        others.push(reply);
        return true;
      }
      if (await isKnown()) return false;
      const replies = [reply];
      held.set(key, { replies, over: releaseLater(key, replies) });
      return true;
    },
    async idle() {
      await Promise.all([...held.values()].map(({ over }) => over));
    },
  };
}
