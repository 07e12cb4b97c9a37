import { createHash } from 'node:crypto';
import type { Message, Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { plainText, unescapeMarkdown } from '../chat/plain.ts';
import type { Button, Card, ConversationRef, IncomingMessage, Language } from '../chat/types.ts';
import type { Intent } from './ports.ts';
import type { Conversation, InboxRow } from './records.ts';

/** What is said outside of any flow: one line, or an offer of what a sentence could have meant. */

export interface Answering {
  outbox: Outbox;
  translate: Record<Language, Translate>;
}

/** One message per delivery: its id is made of the delivery's, so that a repeated turn says it once. */
export async function sayText(
  { outbox, translate }: Answering,
  row: InboxRow,
  language: Language,
  message: Message,
  buttons: Button[] = [],
): Promise<void> {
  const id = `m-${shortHash(row.id)}`;
  const text = translate[language](message);
  const card: Card = {
    id,
    rev: 1,
    title: unescapeMarkdown(text),
    tone: 'neutral',
    blocks: [{ type: 'buttons', items: buttons }],
  };
  await outbox.put(id, row.conversation, { text, language, ...(buttons.length > 0 && { card }) });
}

/** Shows a group what was asked by a command, so that the answers hang below it. Returns that message's key. */
export async function sayCommand(
  { outbox, translate }: Answering,
  place: ConversationRef,
  language: Language,
  { deliveryId, text, sender }: Pick<IncomingMessage, 'deliveryId' | 'text' | 'sender'>,
): Promise<string> {
  const id = `c-${shortHash(`${place.platform}:${deliveryId}`)}`;
  const params = { who: sender.name ?? sender.id, text };
  await outbox.put(id, place, { text: translate[language]({ key: 'conversation.asked', params }), language });
  return id;
}

/** What a sentence could mean, as buttons. The sentence stays with the card and goes along with the click. */
export async function offerIntents(
  { outbox, translate }: Answering,
  row: InboxRow,
  { language }: Pick<Conversation, 'language'>,
  { candidates, text, key = 'conversation.which' }: { candidates: Intent[]; text: string; key?: string },
): Promise<void> {
  const id = `m-${shortHash(row.id)}`;
  const items = candidates.map((intent) => ({ id: `intent:${intent.id}`, label: intent.title[language] }));
  const title = translate[language](key);
  const card: Card = { id, rev: 1, title, tone: 'info', blocks: [{ type: 'buttons', items }] };
  await outbox.put(id, row.conversation, { text: plainText(card), card, language }, `offer:${text}`);
}

/** Twelve hexadecimal digits that stand for a delivery. */
export function shortHash(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 12);
}
