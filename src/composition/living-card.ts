import { setTimeout as sleep } from 'node:timers/promises';
import type { Outbox } from '../chat/outbox.ts';
import { plainText } from '../chat/plain.ts';
import type { Card, ConversationRef, Language } from '../chat/types.ts';

/** A card that changes while something goes on. Between two changes there is a pause; what changed meanwhile is shown at once after it. */
export interface LivingCard {
  /** Draws the card anew, soon. */
  touch(): void;
  /** Draws it for the last time; resolves when that is stored. */
  end(): Promise<void>;
}

export interface LivingCardOptions {
  id: string;
  conversation: ConversationRef;
  language: Language;
  outbox: Pick<Outbox, 'put' | 'get'>;
  /** The card as it is at that moment. */
  draw: (rev: number) => Card;
  pauseMs: number;
  onError: (error: unknown, where: string) => void;
}

/** After a restart it goes on above the revision that was shown last, so that a turn which is repeated changes the card that is there. */
export function createLivingCard(options: LivingCardOptions): LivingCard {
  const { id, conversation, language, outbox, draw, pauseMs, onError } = options;
  let rev: number | undefined;
  let waiting = false;
  let ended = false;
  let last: Promise<void> = Promise.resolve();

  async function show(): Promise<void> {
    rev = (rev ?? (await outbox.get(id))?.message.card?.rev ?? 0) + 1;
    const card = draw(rev);
    await outbox.put(id, conversation, { text: plainText(card), card, language });
  }

  function next(work: () => Promise<void>): Promise<void> {
    last = last.then(work).catch((error: unknown) => onError(error, id));
    return last;
  }

  return {
    touch() {
      if (waiting || ended) return;
      waiting = true;
      void next(async () => {
        waiting = false;
        if (ended) return;
        await show();
        await sleep(pauseMs);
      });
    },
    end() {
      ended = true;
      return next(show);
    },
  };
}
