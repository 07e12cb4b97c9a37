import type { ConversationRef, Language, UserRef } from '../chat/types.ts';

/** Why a place is looked at, and where the answer belongs. */
export interface LookRequest {
  source: 'alert' | 'watch' | 'question';
  conversation: ConversationRef;
  language: Language;
  by: UserRef;
}

/** Looks at places one after the other, never twice at once, and after a storm only as often as it makes sense. */
export interface Looks {
  /** Soon: at once where the place was left alone lately, else when its pause is over. */
  request(place: string, request: LookRequest): void;
  /** Resolves when everything asked for so far has been looked at. */
  idle(): Promise<void>;
  stop(): void;
}

export interface LooksOptions {
  look: (place: string, request: LookRequest) => Promise<void>;
  /** Least milliseconds between two looks at the same place. */
  pauseMs: number;
  clock: () => number;
  onError: (error: unknown, where: string) => void;
}

const AT_ONCE = 2;

export function createLooks({ look, pauseMs, clock, onError }: LooksOptions): Looks {
  const wanted = new Map<string, LookRequest>();
  const running = new Map<string, Promise<void>>();
  const lastAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function next(): void {
    clearTimeout(timer);
    timer = undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const [place, request] of wanted) {
      if (stopped || running.size >= AT_ONCE) return;
      if (running.has(place)) continue;
      const wait = (lastAt.get(place) ?? Number.NEGATIVE_INFINITY) + pauseMs - clock();
      if (wait > 0) soonest = Math.min(soonest, wait);
      else begin(place, request);
    }
    if (Number.isFinite(soonest)) timer = setTimeout(next, soonest);
  }

  function begin(place: string, request: LookRequest): void {
    wanted.delete(place);
    const work = look(place, request)
      .catch((error: unknown) => onError(error, `look at ${place}`))
      .finally(() => {
        running.delete(place);
        remember(place);
        next();
      });
    running.set(place, work);
  }

  function remember(place: string): void {
    lastAt.set(place, clock());
    for (const [old, at] of lastAt) if (clock() - at > pauseMs) lastAt.delete(old);
    lastAt.set(place, clock());
  }

  return {
    request(place, request) {
      if (stopped) return;
      // An alert in the queue is not forgotten for a watcher's sake, nor a question for an alert's.
      const known = wanted.get(place);
      wanted.set(place, known?.source === 'question' ? known : request);
      next();
    },
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      wanted.clear();
    },
  };
}
