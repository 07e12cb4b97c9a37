/** How many messages a place may get within any span of time. Unlike a pace it lets a short talk go at full speed. */
export interface Window {
  /** 0 when one more may go now, and then it counts; else the milliseconds until one may. */
  wait(place: string): number;
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
  const places = new Map<string, number[]>();

  function recent(place: string, now: number): number[] {
    const sent = (places.get(place) ?? []).filter((at) => at > now - withinMs);
    places.set(place, sent);
    if (places.size > MOST_PLACES)
      for (const [key, times] of places) if (times.every((at) => at <= now - withinMs)) places.delete(key);
    return sent;
  }

  return {
    wait(place) {
      const now = clock();
      const sent = recent(place, now);
      const oldest = sent.at(-most);
      if (oldest !== undefined) return oldest + withinMs - now;
      sent.push(now);
      places.set(place, sent);
      return 0;
    },
  };
}
