import { z } from 'zod';
import { createPace } from '../../src/chat/pace.ts';
import { NotYet } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import { reasonOf, SlackCallError } from './errors.ts';
import { historyAnswer } from './wire.ts';

/** Tier 3, about 50 a minute: https://docs.slack.dev/reference/methods/conversations.history */
const EVERY_MS = 1250;
const BURST = 10;
const SAVED = 1;
const LOOK_BACK_MS = 24 * 60 * 60_000;
const MOST_PLACES = 10_000;

/** Written into each message, so that it is known again: https://docs.slack.dev/messaging/message-metadata */
export const MARK = 'k8s_copilot_delivery';
const mark = z.object({ key: z.string(), part: z.number() });

/** A channel, or a thread in it. */
export interface Place {
  channel: string;
  threadTs?: string | undefined;
}

/**
 * Finds what is out already, though nobody was told: an answer of Slack that was lost, or a process that ended before it
 * had written down what it had posted. Slack has no key that makes a second post the same as the first.
 */
export interface Earlier {
  /** The `ts` of a message's part that an earlier attempt posted there. */
  find(place: Place, part: MarkedPart): Promise<string | undefined>;
}

/** One part of a delivery. */
export interface MarkedPart {
  key: string;
  part: number;
  /** When it was first to be said; absent where no other process can have tried it. */
  since?: number | undefined;
  /** An attempt of this process ended without an answer. */
  unclear: boolean;
}

export interface EarlierOptions {
  api: Pick<Api, 'call'>;
  clock: () => number;
  /** When this process began to post: what came up later was tried by no other. */
  began: number;
  onError: (error: unknown, where: string) => void;
}

export function createEarlier({ api, clock, began, onError }: EarlierOptions): Earlier {
  const looked = new Map<string, Map<string, string>>();
  const pace = createPace({ everyMs: EVERY_MS, burst: BURST, saved: SAVED, clock });

  async function look(place: Place): Promise<Map<string, string>> {
    const waitMs = pace.wait(placeKey(place));
    if (waitMs > 0) throw new NotYet(waitMs);
    const { channel, threadTs } = place;
    const oldest = String((clock() - LOOK_BACK_MS) / 1000);
    const asked = { channel, oldest, include_all_metadata: true, limit: 200 };
    const answer = threadTs
      ? await api.call('conversations.replies', { ...asked, ts: threadTs })
      : await api.call('conversations.history', asked);
    const found = new Map<string, string>();
    for (const { ts, metadata } of historyAnswer.parse(answer).messages) {
      const read = metadata?.event_type === MARK ? mark.safeParse(metadata.event_payload) : undefined;
      if (read?.success) found.set(partKey(read.data), ts);
    }
    looked.set(placeKey(place), found);
    const oldestPlace = looked.size > MOST_PLACES ? looked.keys().next().value : undefined;
    if (oldestPlace !== undefined) looked.delete(oldestPlace);
    return found;
  }

  async function lookOrSkip(place: Place): Promise<Map<string, string>> {
    try {
      return await look(place);
    } catch (error) {
      if (error instanceof NotYet) throw error;
      if (error instanceof SlackCallError && error.retryAfterMs !== undefined) {
        pace.hold(error.retryAfterMs);
        throw new NotYet(error.retryAfterMs);
      }
      // A place that cannot be read: the post itself will say what is wrong with it, or is worth more than the doubt.
      if (reasonOf(error) !== 'thread_not_found') onError(error, place.channel);
      return new Map();
    }
  }

  return {
    async find(place, of) {
      if (!of.unclear && (of.since === undefined || of.since >= began)) return undefined;
      const found = (!of.unclear && looked.get(placeKey(place))) || (await lookOrSkip(place));
      return found.get(partKey(of));
    },
  };
}

function placeKey({ channel, threadTs }: Place): string {
  return `${channel}:${threadTs ?? ''}`;
}

function partKey({ key, part }: { key: string; part: number }): string {
  return `${key}#${part}`;
}
