import type { Translate } from '../../src/chat/messages.ts';
import type { ConversationRef, IncomingMessage, UserRef } from '../../src/chat/types.ts';
import { COMMAND } from './access.ts';
import { readText, wordsOf } from './text.ts';
import type { Identity, Shortcut, SlackEvent, slashBody } from './wire.ts';

/** The longest message that is taken in; Slack itself ends at 40,000 characters. */
const LONGEST_TEXT = 12_000;
/** How much of a message is quoted to the diagnosis. */
const QUOTED = 500;

/** Who the bot is here, and what it knows of names. */
export interface Here {
  me: Identity;
  nameOf(user: string): string | undefined;
}

/** A person by the name under which rights are looked up: everybody by our own team, wherever he comes from. */
export function userRef(id: string, { me, nameOf }: Here): UserRef {
  return { platform: 'slack', tenant: me.team_id, id, name: nameOf(id) };
}

/** A place by its channel: direct conversations have ids that begin with D. */
export function conversationRef(channel: string, threadId: string | undefined, { me }: Here): ConversationRef {
  return {
    platform: 'slack',
    tenant: me.team_id,
    id: channel,
    kind: channel.startsWith('D') ? 'dm' : 'group',
    ...(threadId && { threadId }),
  };
}

/** What a message or a mention says to the bot; undefined for what is not meant for it. */
export function messageOf(event: SlackEvent, here: Here): IncomingMessage | undefined {
  if (event.type !== 'message' && event.type !== 'app_mention') return undefined;
  const heard = event.type === 'app_mention' ? ofMention(event, here) : ofMessage(event, here);
  if (!heard || !event.user || event.user === here.me.user_id || event.bot_id) return undefined;
  const text = readText(event.text, here.me.user_id).slice(0, LONGEST_TEXT);
  if (!text && heard.addressed === 'thread') return undefined;
  return {
    type: 'message',
    // The mention, its message event, retries and copies under new ids are one message.
    deliveryId: `${event.channel}:${event.ts}`,
    conversation: conversationRef(event.channel, heard.threadId, here),
    sender: userRef(event.user, here),
    text,
    addressed: heard.addressed,
    saidAt: Number(event.ts) * 1000,
  };
}

interface Heard {
  threadId: string | undefined;
  addressed: 'direct' | 'mention' | 'thread';
}

function ofMention(event: Extract<SlackEvent, { type: 'app_mention' }>, here: Here): Heard | undefined {
  if (event.edited !== undefined) return undefined;
  if (conversationRef(event.channel, undefined, here).kind === 'dm')
    return { threadId: event.thread_ts, addressed: 'direct' };
  return { threadId: event.thread_ts ?? event.ts, addressed: 'mention' };
}

/** Subtypes under which people still say something; all others tell of edits, deletions, joins and the like. */
const said = new Set([undefined, 'file_share', 'thread_broadcast']);

function ofMessage(event: Extract<SlackEvent, { type: 'message' }>, { me }: Here): Heard | undefined {
  if (!said.has(event.subtype)) return undefined;
  if (event.channel_type === 'im') return { threadId: event.thread_ts, addressed: 'direct' };
  const isReply = event.thread_ts !== undefined && event.thread_ts !== event.ts;
  if (event.channel_type === 'mpim') return undefined;
  // Of a mention two events tell. Either may be lost: the one that is first counts.
  if (event.text.includes(`<@${me.user_id}>`) || event.text.includes(`<@${me.user_id}|`))
    return { threadId: event.thread_ts ?? event.ts, addressed: 'mention' };
  if (!isReply) return undefined;
  return { threadId: event.thread_ts, addressed: 'thread' };
}

/** A slash command as a message in its channel. Slack gives it no thread. */
export function slashMessage(body: ReturnType<typeof slashBody.parse>, here: Here): IncomingMessage {
  return {
    type: 'message',
    deliveryId: `slash:${body.trigger_id}`,
    conversation: conversationRef(body.channel_id, undefined, here),
    sender: userRef(body.user_id, here),
    text: `${COMMAND} ${readText(body.text, here.me.user_id)}`.trim().slice(0, LONGEST_TEXT),
    addressed: 'command',
  };
}

/** "Diagnose this message" as a message in that message's thread, which quotes it: also what a bot posted. */
export function shortcutMessage(body: Shortcut, here: Here, translate: Translate): IncomingMessage {
  const { message } = body;
  const words = wordsOf([...message.attachments, ...message.blocks]);
  const quoted = readText([message.text, words].filter(Boolean).join('\n'), here.me.user_id).slice(0, QUOTED);
  return {
    type: 'message',
    deliveryId: `shortcut:${body.trigger_id}`,
    conversation: conversationRef(body.channel.id, message.thread_ts ?? message.ts, here),
    sender: userRef(body.user.id, here),
    text: translate('slack.diagnose-message', { text: quoted }),
    addressed: 'command',
  };
}
