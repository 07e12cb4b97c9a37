import type { Outbox } from '../chat/outbox.ts';
import type { ConversationRef, IncomingMessage, Language } from '../chat/types.ts';
import { type Answering, sayCommand } from './replies.ts';

/** Where a talk goes on: in a thread that people began, or below a message of the bot. */
export interface Places {
  /** The place of a message as it is stored: a command in a group gets a message of the bot to hang below. */
  settle(message: IncomingMessage): Promise<ConversationRef>;
  /** The place by what it hangs below, where that is a message of the bot. */
  stored(place: ConversationRef): Promise<ConversationRef>;
  /** The place as the platform knows it: below a message of the bot, by what the platform calls that message. */
  seen(place: ConversationRef): Promise<ConversationRef>;
}

export interface PlaceOptions {
  outbox: Outbox;
  answering: Answering;
  languageOf: (place: ConversationRef) => Language;
}

export function createPlaces({ outbox, answering, languageOf }: PlaceOptions): Places {
  async function stored(place: ConversationRef): Promise<ConversationRef> {
    const { threadId, ...whole } = place;
    const root = threadId === undefined ? undefined : await outbox.at(place, threadId);
    return root ? { ...whole, under: root.conversation.under ?? root.id } : place;
  }

  return {
    stored,
    async settle({ conversation, text, sender, addressed, deliveryId }) {
      if (addressed !== 'command' || conversation.kind !== 'group' || conversation.threadId !== undefined)
        return stored(conversation);
      const language = languageOf(conversation);
      const under = await sayCommand(answering, conversation, language, { deliveryId, text, sender });
      return { ...conversation, under };
    },
    async seen(place) {
      const root = place.under === undefined ? undefined : await outbox.get(place.under);
      return root?.messageId === undefined ? place : { ...place, threadId: root.messageId };
    },
  };
}
