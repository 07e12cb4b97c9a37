import type { Params } from './cards.ts';
import { createMemory } from './memory.ts';

/** A card as everybody sees it, or will in a moment. */
export interface ShownCard {
  rev: number;
  params: Params;
}

/** The newest state of each card that was delivered lately. */
export interface Shown {
  set(outTrackId: string, card: ShownCard): void;
  /** The first state after this revision; undefined where none comes in time. */
  after(outTrackId: string, rev: number, ms: number): Promise<ShownCard | undefined>;
}

/** Makes the memory. */
export function createShown(): Shown {
  const newest = createMemory<ShownCard>(2_000);
  const waiting = new Set<{ outTrackId: string; rev: number; tell(card: ShownCard): void }>();

  return {
    set(outTrackId, card) {
      if ((newest.get(outTrackId)?.rev ?? -1) <= card.rev) newest.set(outTrackId, card);
      for (const one of waiting) if (one.outTrackId === outTrackId && card.rev > one.rev) one.tell(card);
    },
    after(outTrackId, rev, ms) {
      const known = newest.get(outTrackId);
      if (known && known.rev > rev) return Promise.resolve(known);
      return new Promise((resolve) => {
        const end = (card?: ShownCard) => {
          clearTimeout(timer);
          waiting.delete(one);
          resolve(card);
        };
        const one = { outTrackId, rev, tell: end };
        const timer = setTimeout(end, ms);
        waiting.add(one);
      });
    },
  };
}
