import { type Activity, type ConversationRef, conversationKey, type UserRef, userKey } from '../chat/types.ts';
import type { Turn } from './advance.ts';
import type { Run } from './records.ts';

/** The turns under way: in sight of who waits for them, and ended when that person says so. */
export interface Turns {
  /** Runs a piece of work as a turn, shown at `seenAt`. Rejects with `Stopped` as soon as it was stopped. */
  during<T>(who: Who, seenAt: ConversationRef, work: (turn: Turn) => Promise<T>): Promise<T>;
  /** False where nothing of this person's is under way there. */
  stop(place: ConversationRef, user: UserRef): boolean;
}

/** Whose turn it is, and where. */
type Who = Pick<Run, 'conversation' | 'user'>;

/** The person who waited for a turn stopped it. */
export class Stopped extends Error {
  readonly code = 'STOPPED';
}

export function createTurns(
  show: (place: ConversationRef, viewer: UserRef) => Activity | undefined,
  onError: (error: unknown, where: string) => void,
): Turns {
  const underWay = new Map<string, AbortController>();
  const keyOf = (place: ConversationRef, user: UserRef) => `${conversationKey(place)} ${userKey(user)}`;

  return {
    async during({ conversation, user }, seenAt, work) {
      const key = keyOf(conversation, user);
      const controller = new AbortController();
      const { signal } = controller;
      let activity: Activity | undefined;
      underWay.set(key, controller);
      const stopped = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      try {
        const onStep: Turn['onStep'] = (step) => {
          if (signal.aborted) return;
          activity ??= show(seenAt, user);
          activity?.step(step);
        };
        return await Promise.race([work({ signal, onStep }), stopped]);
      } finally {
        if (underWay.get(key) === controller) underWay.delete(key);
        activity?.end().catch((error: unknown) => onError(error, 'activity'));
      }
    },
    stop(place, user) {
      const controller = underWay.get(keyOf(place, user));
      controller?.abort(new Stopped('Stopped by the person who asked'));
      return controller !== undefined;
    },
  };
}
