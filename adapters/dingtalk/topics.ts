import type { DWClientDownStream } from 'dingtalk-stream';
import type { TakeClick } from './clicks.ts';
import type { TakeMessage } from './inbound.ts';
import { jsonOf, Unreadable } from './wire.ts';

export interface TopicsOptions {
  message: TakeMessage;
  click: TakeClick;
  onError(error: unknown, where: string): void;
}

/** The SDK's constants of the same values; it is loaded only when a connection is opened. */
const ROBOT: typeof import('dingtalk-stream').TOPIC_ROBOT = '/v1.0/im/bot/messages/get';
const CARD: typeof import('dingtalk-stream').TOPIC_CARD = '/v1.0/card/instances/callback';

const TAKEN = { status: 'SUCCESS' };

/** Hands a frame to whom it concerns and returns what goes into its ack. Throws where it has to come again. */
export function createTopics({
  message,
  click,
  onError,
}: TopicsOptions): (frame: DWClientDownStream) => Promise<object> {
  async function take({ headers, data }: DWClientDownStream): Promise<object> {
    const content = jsonOf(data);
    if (headers.topic === CARD) return click(content);
    if (headers.topic === ROBOT) await message(content);
    return TAKEN;
  }

  return async (frame) => {
    try {
      return await take(frame);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      onError(error, 'frame');
      return TAKEN;
    }
  };
}
