import type { Translate } from '../../src/chat/messages.ts';
import {
  type ConversationRef,
  type Delivery,
  type Language,
  type MessageRef,
  NotYet,
  type Outgoing,
} from '../../src/chat/types.ts';
import { CardRefused, type Cards, type Params } from './cards.ts';
import { type Directory, isStaffId } from './directory.ts';
import { clip, wordsOf } from './markdown.ts';
import type { Media } from './media.ts';
import { createMemory } from './memory.ts';
import { digest, outTrackIdOf, type Ref, readRef, writeRef } from './refs.ts';
import { renderMarkdown, signatureOf } from './render.ts';
import { renderCard } from './render-card.ts';
import type { FileOut, PictureOut, RenderOptions } from './render-page.ts';
import type { Shown } from './shown.ts';
import type { Texts } from './texts.ts';

export interface OutboundOptions {
  /** Whether a template is set: without one everything goes as markdown. */
  hasTemplate: boolean;
  cards: Cards;
  texts: Texts;
  media: Media;
  directory: Directory;
  shown: Shown;
  translate: Record<Language, Translate>;
  consoleUrl?: string | undefined;
  newId: () => string;
  /** Told when DingTalk takes no card, and when it does again. */
  onCards(refused: CardRefused | undefined): void;
  /** Told of a file that cannot be sent: the message is out without it. */
  onError(error: unknown, where: string): void;
}

/** Sends or edits one message, as ChatPort.deliver. A second delivery of the same finds what the first has done. */
export type Deliver = (delivery: Delivery) => Promise<MessageRef>;

const ALERT_CHARS = 100;

/** Makes `deliver`: a card where there is a template and DingTalk takes it, else markdown with links that say the words of buttons. */
export function createOutbound(options: OutboundOptions): Deliver {
  const { hasTemplate, cards, texts, media, directory, shown, newId, onCards, onError } = options;
  /** What of a message is out, by the message and its state: a part of it is not sent twice. */
  const done = createMemory<{ state: string; pieces: Set<string> }>(2_000);

  async function withPictures<T extends { pictures: PictureOut[] }>(
    message: Outgoing,
    render: (options: RenderOptions) => T,
  ): Promise<T> {
    const { translate, consoleUrl } = options;
    const first = render({ translate, consoleUrl });
    if (first.pictures.length === 0) return first;
    const pictures = await media.pictures(first.pictures, message.language);
    return pictures.size === 0 ? first : render({ translate, consoleUrl, pictures });
  }

  /** Each piece once per state of the message, also where a later one fails and all is tried again. */
  async function once({ slot, state }: { slot: string; state: string }, piece: string, send: () => Promise<unknown>) {
    const before = done.get(slot);
    const pieces = before?.state === state ? before.pieces : new Set<string>();
    if (pieces.has(piece)) return;
    await send();
    done.set(slot, { state, pieces: pieces.add(piece) });
  }

  async function sendFiles({ conversation, key }: Delivery, files: FileOut[]): Promise<void> {
    for (const file of files) {
      const name = `file ${digest(file.name + file.content)}`;
      await once({ slot: slotOf(conversation, key, 'files'), state: '' }, name, async () => {
        try {
          const mediaId = await media.file(file);
          await texts.file(conversation, { mediaId, fileName: file.name }, `${key} ${name}`);
        } catch (error) {
          if (error instanceof NotYet) throw error;
          onError(error, file.name);
        }
      });
    }
  }

  async function deliverCard(delivery: Delivery, before: Ref | undefined): Promise<string> {
    const { key, conversation, message } = delivery;
    const { params, files } = await withPictures(message, (with_) => renderCard(message, with_));
    const outTrackId = before?.kind === 'card' ? before.outTrackId : outTrackIdOf(key, conversation);
    shown.set(outTrackId, { rev: message.card?.rev ?? 0, params });
    if (before?.kind !== 'card' || !(await updated(outTrackId, params)))
      await cards.create({
        outTrackId,
        conversation,
        params,
        alert: alertOf(message),
        mention: mentionOf(conversation),
      });
    onCards(undefined);
    const signature = signatureOf(message);
    if (before?.mark !== signature) await sendFiles(delivery, files);
    return writeRef({ kind: 'card', outTrackId, mark: signature });
  }

  /** False where the card is no longer there. */
  async function updated(outTrackId: string, params: Params): Promise<boolean> {
    try {
      await cards.update(outTrackId, params);
      return true;
    } catch (error) {
      if (error instanceof CardRefused) return false;
      throw error;
    }
  }

  async function deliverText(delivery: Delivery): Promise<string> {
    const { key, conversation, message } = delivery;
    const { parts, files, signature } = await withPictures(message, (with_) => renderMarkdown(message, with_));
    const slot = slotOf(conversation, key, 'parts');
    const [person] = Object.keys(mentionOf(conversation) ?? {});
    let id: string | undefined;
    for (const [at, part] of parts.entries()) {
      const mention = at === 0 ? person : undefined;
      await once({ slot, state: signature }, `part ${at}`, async () => {
        id = (await texts.markdown(conversation, { ...part, mention }, `${slot} ${signature} ${at}`)) ?? id;
      });
    }
    await sendFiles(delivery, files);
    return writeRef({ kind: 'text', id: id ?? newId(), mark: signature });
  }

  /** Who asked, in a group. */
  function mentionOf({ kind, threadId }: ConversationRef): Record<string, string> | undefined {
    if (kind !== 'group' || threadId === undefined || !isStaffId(threadId)) return undefined;
    return { [threadId]: directory.nameOf(threadId) ?? threadId };
  }

  return async (delivery) => {
    const { conversation, message, previous } = delivery;
    if (directory.home() === undefined) directory.learnHome(conversation.tenant);
    const before = previous && readRef(previous.messageId);
    // What was said in plain words cannot be edited: it is said again when something has happened, and only then.
    if (previous && before?.kind === 'text' && before.mark === signatureOf(message)) return previous;
    if (message.card && (hasTemplate || before?.kind === 'card')) {
      try {
        return { conversation, messageId: await deliverCard(delivery, before) };
      } catch (error) {
        if (!(error instanceof CardRefused)) throw error;
        onCards(error);
      }
    }
    return { conversation, messageId: await deliverText(delivery) };
  };
}

function slotOf({ id, threadId = '', under = '' }: ConversationRef, key: string, what: string): string {
  return [key, id, threadId, under, what].join(' ');
}

/** What a phone shows of it. */
function alertOf({ text }: Outgoing): string {
  return clip(wordsOf(text).replaceAll(/\s+/g, ' ').trim(), ALERT_CHARS);
}
