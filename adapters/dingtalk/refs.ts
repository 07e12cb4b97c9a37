import { createHash } from 'node:crypto';
import type { ConversationRef } from '../../src/chat/types.ts';

/** How a delivered message is known again. `mark` names the state that was last told, see the renderer's signature. */
export type Ref = { kind: 'card'; outTrackId: string; mark: string } | { kind: 'text'; id: string; mark: string };

/** The reference as it is stored with the message. */
export function writeRef(ref: Ref): string {
  return ref.kind === 'card' ? `card~${ref.outTrackId}~${ref.mark}` : `text~${ref.id}~${ref.mark}`;
}

/** Reads it back; undefined for one that is not of this adapter. */
export function readRef(messageId: string): Ref | undefined {
  const [, kind, id = '', mark = ''] = /^(card|text)~(.*)~([^~]*)$/.exec(messageId) ?? [];
  if (kind === 'card') return { kind, outTrackId: id, mark };
  return kind === 'text' ? { kind, id, mark } : undefined;
}

/** Longest id of a card that is taken as it is; DingTalk's limit is not documented. */
const LONGEST = 64;

/**
 * A card's id at DingTalk: the same for the same message in the same place, so that a second delivery finds the first. It also
 * names the organisation, since only the robot gives such ids.
 */
export function outTrackIdOf(key: string, conversation: ConversationRef): string {
  const { tenant, id, threadId = '', under = '' } = conversation;
  const place = digest([tenant, id, threadId, under].join(' '));
  return `${key.length > LONGEST ? digest(key) : key}:${seal(tenant)}${place}`;
}

/** Whether this card was put somewhere in this organisation. */
export function isCardOf(outTrackId: string, tenant: string): boolean {
  return outTrackId.slice(outTrackId.lastIndexOf(':') + 1).startsWith(seal(tenant));
}

function seal(tenant: string): string {
  return digest(tenant).slice(0, 12);
}

/** A short name for a text, for comparing. */
export function digest(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
