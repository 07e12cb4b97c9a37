import type { ConversationRef, IncomingMessage, Intake, Language } from '../../src/chat/types.ts';
import { type Directory, UNKNOWN_CORP } from './directory.ts';
import { createMemory } from './memory.ts';
import type { Places } from './places.ts';
import { type RobotMessage, read, robotMessageSchema } from './wire.ts';

export interface InboundOptions {
  intake: Pick<Intake, 'message'>;
  directory: Directory;
  places: Places;
  /** The language of a conversation nobody has spoken in yet. */
  language: Language;
  /** Says in that conversation that only words are understood. */
  onlyWords(conversation: ConversationRef): void;
}

/** Takes in one message to the robot. Resolves once it is stored; throws where it could not be. */
export type TakeMessage = (data: unknown) => Promise<void>;

/** What an empty mention means. */
const HELP: Record<Language, string> = { en: 'help', zh: '帮助' };

/** Makes the intake of messages. One that cannot be read throws Unreadable. */
export function createInbound({ intake, directory, places, language, onlyWords }: InboundOptions): TakeMessage {
  /** What is answered here and not by the core comes once as well. */
  const told = createMemory<true>(1_000);

  return async (data) => {
    const message = read(robotMessageSchema, data);
    if (message.chatbotCorpId) directory.learnHome(message.chatbotCorpId);
    const conversation = conversationOf(message, directory);
    places.heard(conversation, message);
    const said = textOf(message);
    if (said !== undefined) return intake.message(incoming(message, conversation, said.trim() || HELP[language]));
    if (told.get(message.msgId)) return;
    told.set(message.msgId, true);
    onlyWords(conversation);
  };

  function incoming(message: RobotMessage, conversation: ConversationRef, said: string): IncomingMessage {
    const text = asCommand(said);
    const isCommand = text.startsWith('/');
    return {
      type: 'message',
      deliveryId: message.msgId,
      conversation,
      sender: directory.sender(message),
      text,
      addressed: isCommand ? 'command' : conversation.kind === 'dm' ? 'direct' : 'mention',
    };
  }
}

/** A group is one talk with each person. A direct talk is named by the person: that is what one needs to write there first. */
function conversationOf(message: RobotMessage, directory: Directory): ConversationRef {
  const { conversationId, conversationType, chatbotCorpId, senderCorpId, senderStaffId } = message;
  const person = senderStaffId || message.senderId;
  // Only the robot's own organisation gives staff ids.
  const tenant = chatbotCorpId ?? directory.home() ?? (senderStaffId ? senderCorpId : undefined) ?? UNKNOWN_CORP;
  if (conversationType === '2')
    return { platform: 'dingtalk', tenant, id: conversationId, kind: 'group', threadId: person };
  return { platform: 'dingtalk', tenant, id: person, kind: 'dm' };
}

/** What was said: written, dictated, or written among pictures. Undefined where there is no word in it. */
function textOf({ msgtype, text, content }: RobotMessage): string | undefined {
  if (msgtype === 'text') return text?.content ?? '';
  if (msgtype === 'audio') return content?.recognition || undefined;
  if (msgtype !== 'richText') return undefined;
  const words = content?.richText?.map((part) => part.text ?? '').join('') ?? '';
  return words.trim() === '' ? undefined : words;
}

/** DingTalk has no slash commands: a slash before a word means the same as `/k8s` before it. */
function asCommand(text: string): string {
  const [, word] = /^[/／](\p{L}+)(?=\s|$)/u.exec(text) ?? [];
  return word === undefined || /^k8s/i.test(word) ? text.replace(/^／/, '/') : `/k8s ${text.slice(1)}`;
}
