import {
  type Activity,
  type ConversationRef,
  conversationKey,
  type ProgressStep,
  type UserRef,
  userKey,
} from '../chat/types.ts';
import type { Run } from './records.ts';

/** One turn of a run: when it is stopped, nothing more is begun; each reading is told as a step. */
export interface Turn {
  signal: AbortSignal;
  onStep: (step: ProgressStep) => void;
}

/** The turns under way: in sight of who waits for them, and ended when that person says so. */
export interface Turns {
  /** Runs a piece of work as a turn, shown at `seenAt`. Rejects with `Stopped` as soon as it was stopped. */
  during<T>(who: Who, seenAt: ConversationRef, work: (turn: Turn) => Promise<T>): Promise<T>;
  /** The same for work that comes to an end of its own when it is stopped: that end is waited for. */
  toItsEnd<T>(who: Who, seenAt: ConversationRef, work: (turn: Turn) => Promise<T>): Promise<T>;
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
  const underWay = new Map<string, Set<AbortController>>();
  const keyOf = (place: ConversationRef, user: UserRef) => `${conversationKey(place)} ${userKey(user)}`;

  function begin({ conversation, user }: Who, seenAt: ConversationRef): { turn: Turn; end: () => void } {
    const key = keyOf(conversation, user);
    const controller = new AbortController();
    const { signal } = controller;
    const others = underWay.get(key) ?? new Set();
    underWay.set(key, others.add(controller));
    let activity: Activity | undefined;
    const onStep: Turn['onStep'] = (step) => {
      if (signal.aborted) return;
      activity ??= show(seenAt, user);
      activity?.step(step);
    };
    const end = () => {
      others.delete(controller);
      if (others.size === 0 && underWay.get(key) === others) underWay.delete(key);
      activity?.end().catch((error: unknown) => onError(error, 'activity'));
    };
    return { turn: { signal, onStep }, end };
  }

  return {
    async during(who, seenAt, work) {
      const { turn, end } = begin(who, seenAt);
      const stopped = new Promise<never>((_, reject) => {
        turn.signal.addEventListener('abort', () => reject(turn.signal.reason), { once: true });
      });
      try {
        return await Promise.race([work(turn), stopped]);
      } finally {
        end();
      }
    },
    async toItsEnd(who, seenAt, work) {
      const { turn, end } = begin(who, seenAt);
      try {
        return await work(turn);
      } finally {
        end();
      }
    },
    stop(place, user) {
      const found = underWay.get(keyOf(place, user));
      for (const controller of found ?? []) controller.abort(new Stopped('Stopped by the person who asked'));
      return found !== undefined;
    },
  };
}
