import { type ConversationRef, NotYet, Undeliverable } from '../../src/chat/types.ts';
import { type Api, readable } from './api.ts';
import { isStaffId } from './directory.ts';
import { DingTalkError, isFailure } from './errors.ts';
import type { Lanes } from './lanes.ts';
import type { Places } from './places.ts';
import { sentSchema } from './wire.ts';

/** One message as DingTalk's markdown, and who is called by it. */
interface Markdown {
  title: string;
  text: string;
  /** Staff id; heard only where the text goes as a reply. */
  mention?: string | undefined;
}

/** Messages that cannot be edited. Each call sends one and returns DingTalk's name for it, where it has one. */
export interface Texts {
  markdown(to: ConversationRef, message: Markdown, key: string): Promise<string | undefined>;
  file(to: ConversationRef, file: { mediaId: string; fileName: string }, key: string): Promise<string | undefined>;
}

export interface TextsOptions {
  api: Pick<Api, 'call' | 'webhook'>;
  robotCode: string;
  lanes: Lanes;
  places: Places;
  onError(error: unknown, where: string): void;
}

/** DingTalk delays this person's messages: nothing says for how long. */
const CONTROLLED_MS = 30_000;

/** Makes the sender. As a reply where somebody has spoken in the last 90 minutes and not many went before, else from the robot's own accord. */
export function createTexts({ api, robotCode, lanes, places, onError }: TextsOptions): Texts {
  /** True when it went out. Which refusals mean that the address no longer counts is not documented: any but the rate's. */
  async function reply(url: string, to: ConversationRef, { title, text, mention }: Markdown): Promise<boolean> {
    const called = mention === undefined ? text : `@${mention} \n\n${text}`;
    const at = { atUserIds: mention === undefined ? [] : [mention], isAtAll: false };
    try {
      await api.webhook(url, { msgtype: 'markdown', markdown: { title, text: called }, at });
      return true;
    } catch (error) {
      if (isFailure(error, 'unreachable')) throw error;
      onError(error, 'session webhook');
      places.forgetWebhook(to);
      if (isFailure(error, 'rate')) places.silenced(to);
      return false;
    }
  }

  /** As a reply where that may be: it alone calls people, and it alone reaches those from outside, who wait for their turn. */
  async function replied(to: ConversationRef, message: Markdown): Promise<boolean> {
    const url = places.webhook(to);
    if (url === undefined) return false;
    const waitMs = lanes.reply(to.id);
    if (waitMs > 0 && to.kind === 'dm' && !isStaffId(to.id)) throw new NotYet(waitMs);
    if (waitMs > 0) return false;
    lanes.place(to.id);
    return reply(url, to, message);
  }

  async function push(to: ConversationRef, message: { msgKey: string; msgParam: object }, key: string) {
    const body = { robotCode, msgKey: message.msgKey, msgParam: JSON.stringify(message.msgParam) };
    if (to.kind === 'group') {
      // https://open.dingtalk.com/document/orgapp/the-robot-sends-a-group-message
      const answer = await lanes.run('group', key, () => {
        lanes.place(to.id);
        return api.call('POST', 'robot/groupMessages/send', { ...body, openConversationId: to.id });
      });
      return readable(sentSchema.safeParse(answer), 'robot/groupMessages/send').processQueryKey;
    }
    if (!isStaffId(to.id)) throw new Undeliverable('A person from outside can only be answered, not written to');
    // https://open.dingtalk.com/document/orgapp/chatbots-send-one-on-one-chat-messages-in-batches
    const answer = await lanes.run('direct', key, () => {
      lanes.place(to.id);
      return api.call('POST', 'robot/oToMessages/batchSend', { ...body, userIds: [to.id] });
    });
    const sent = readable(sentSchema.safeParse(answer), 'robot/oToMessages/batchSend');
    if (sent.invalidStaffIdList?.includes(to.id)) throw new Undeliverable(`DingTalk knows no staff id ${to.id}`);
    if (sent.flowControlledStaffIdList?.includes(to.id)) throw new NotYet(CONTROLLED_MS);
    return sent.processQueryKey;
  }

  return {
    async markdown(to, message, key) {
      if (await replied(to, message)) return undefined;
      const { title, text } = message;
      return refusal(push(to, { msgKey: 'sampleMarkdown', msgParam: { title, text } }, key));
    },
    async file(to, { mediaId, fileName }, key) {
      const fileType = /\.(\w+)$/.exec(fileName)?.[1] ?? 'txt';
      return refusal(push(to, { msgKey: 'sampleFile', msgParam: { mediaId, fileName, fileType } }, key));
    },
  };
}

/** What DingTalk refuses for what it is will be refused again. A missing right may be given: that is tried again. */
async function refusal<T>(sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof DingTalkError && error.kind === 'refused')
      throw new Undeliverable(error.message, { cause: error });
    throw error;
  }
}
