/** How many messages a place may get within any span of time. Unlike a pace it lets a short talk go at full speed. */
export interface Window {
  /** 0 when one more may go now, and then it counts; else the milliseconds until one may. */
  wait(place: string): number;
  /** Nothing more goes there for so long: the platform said so. */
  hold(place: string, ms: number): void;
}

/** Places that were not written to for a while are forgotten beyond this number. */
const MOST_PLACES = 5_000;

/** Makes the counter: at most `most` within `withinMs`. */
export function createWindow({
  most,
  withinMs,
  clock,
}: {
  most: number;
  withinMs: number;
  clock: () => number;
}): Window {
  const places = new Map<string, { sent: number[]; heldUntil: number }>();

  function placeOf(place: string, now: number): { sent: number[]; heldUntil: number } {
    const known = places.get(place) ?? { sent: [], heldUntil: 0 };
    known.sent = known.sent.filter((at) => at > now - withinMs);
    places.delete(place);
    places.set(place, known);
    if (places.size > MOST_PLACES) {
      for (const [key, { heldUntil, sent }] of places)
        if (heldUntil <= now && sent.every((at) => at <= now - withinMs)) places.delete(key);
    }
    return known;
  }

  return {
    wait(place) {
      const now = clock();
      const { sent, heldUntil } = placeOf(place, now);
      if (heldUntil > now) return heldUntil - now;
      const oldest = sent.at(-most);
      if (oldest !== undefined) return oldest + withinMs - now;
      sent.push(now);
      return 0;
    },
    hold(place, ms) {
      const now = clock();
      placeOf(place, now).heldUntil = now + ms;
    },
  };
}
