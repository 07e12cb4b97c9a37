import type { ConversationRef } from '../../src/chat/types.ts';
import { createMemory } from './memory.ts';
import type { RobotMessage } from './wire.ts';

/** What is known of conversations since the bot runs. Nothing that is needed to write to them: that is in their id. */
export interface Places {
  heard(conversation: ConversationRef, message: RobotMessage): void;
  /** Where a reply may be posted now. */
  webhook(conversation: ConversationRef): string | undefined;
  /** It was refused, or its time is over. */
  forgetWebhook(conversation: ConversationRef): void;
  /** DingTalk takes no replies there for ten minutes, whatever their address: twenty within a minute were one too many. */
  silenced(conversation: ConversationRef): void;
  /** What was last said there to the bot, as reactions name it. */
  lastMessage(conversation: ConversationRef): { openMsgId: string; openConversationId: string } | undefined;
}

/** A reply under way when the time ends would be refused. */
const MARGIN_MS = 10_000;
const SILENCED_MS = 600_000;

/** Makes the memory. */
export function createPlaces(clock: () => number): Places {
  const webhooks = createMemory<{ url: string; until: number }>(5_000);
  const silencedUntil = createMemory<number>(5_000);
  const last = createMemory<{ openMsgId: string; openConversationId: string }>(5_000);
  const partOf = ({ id, threadId = '' }: ConversationRef) => `${id} ${threadId}`;

  return {
    heard(conversation, { sessionWebhook, sessionWebhookExpiredTime = 0, msgId, conversationId }) {
      last.set(partOf(conversation), { openMsgId: msgId, openConversationId: conversationId });
      const until = sessionWebhookExpiredTime - MARGIN_MS;
      const known = webhooks.get(conversation.id);
      if (sessionWebhook && until >= (known?.until ?? 0)) webhooks.set(conversation.id, { url: sessionWebhook, until });
    },
    webhook({ id }) {
      const known = webhooks.get(id);
      const now = clock();
      return known && known.until > now && (silencedUntil.get(id) ?? 0) <= now ? known.url : undefined;
    },
    forgetWebhook: ({ id }) => webhooks.delete(id),
    silenced: ({ id }) => silencedUntil.set(id, clock() + SILENCED_MS),
    lastMessage: (conversation) => last.get(partOf(conversation)),
  };
}
