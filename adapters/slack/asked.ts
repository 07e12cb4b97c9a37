import type { ConversationRef } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import type { Place } from './earlier.ts';
import { reasonOf } from './errors.ts';
import { createAllowance } from './rates.ts';

/** Tier 3 is about 50 a minute: https://docs.slack.dev/reference/methods/reactions.add */
const EVERY_MS = 1500;
const BURST = 10;
const SAVED = 2;
const MOST = 1000;

/** What was asked of the bot: a sign on it that it was heard, another once the first answer is out. Nothing waits for these. */
export interface Asked {
  taken(conversation: ConversationRef, ts: string): void;
  answered(place: Place): void;
  /** The last message heard in a direct conversation: what belongs to no thread there hangs below it. */
  lastIn(channel: string): string | undefined;
}

export function createAsked(
  api: Pick<Api, 'call'>,
  clock: () => number,
  onError: (error: unknown, where: string) => void,
): Asked {
  const waiting = new Map<string, string[]>();
  const last = new Map<string, string>();
  /** Slack tells of a message more than once, also when it is answered already. */
  const heard = new Map<string, true>();
  const allowance = createAllowance({ everyMs: EVERY_MS, burst: BURST, saved: SAVED, clock });

  function react(channel: string, timestamp: string, name: string): void {
    if (!allowance.take()) return;
    api.call('reactions.add', { channel, timestamp, name }).catch((error: unknown) => {
      if (reasonOf(error) !== 'already_reacted') onError(error, channel);
    });
  }

  return {
    taken(conversation, ts) {
      const key = placeOf({ channel: conversation.id, threadTs: conversation.threadId });
      if (heard.has(`${conversation.id}:${ts}`)) return;
      put(heard, `${conversation.id}:${ts}`, true);
      put(waiting, key, [...(waiting.get(key) ?? []), ts]);
      if (conversation.kind === 'dm') put(last, conversation.id, ts);
      react(conversation.id, ts, 'eyes');
    },
    answered(place) {
      const key = placeOf(place);
      const all = waiting.get(key) ?? [];
      waiting.delete(key);
      for (const ts of all) react(place.channel, ts, 'white_check_mark');
    },
    lastIn: (channel) => last.get(channel),
  };
}

function placeOf({ channel, threadTs }: Place): string {
  return threadTs ? `${channel}:${threadTs}` : channel;
}

/** Puts the newest last and forgets the oldest. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > MOST ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
