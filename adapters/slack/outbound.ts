import { createPace, type Pace } from '../../src/chat/pace.ts';
import { type Delivery, type MessageRef, NotYet } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import type { Asked } from './asked.ts';
import { createEarlier, MARK, type MarkedPart, type Place } from './earlier.ts';
import { SlackCallError } from './errors.ts';
import { createFiles } from './files.ts';
import { readMessageId, type SentMessage, writeMessageId } from './message-id.ts';
import { drawingOf, type SlackOptions } from './options.ts';
import { type Rendered, renderMessage } from './render.ts';
import type { ReplyUrls } from './reply-urls.ts';
import { isBadContents, isElsewhere, isGone, verdictOf } from './verdict.ts';
import { postedAnswer } from './wire.ts';

/** One message a second in a channel, short bursts allowed: https://docs.slack.dev/apis/web-api/rate-limits */
const POST = { everyMs: 1000, burst: 3 };
/** chat.update is Tier 3, about 50 a minute for the workspace. */
const UPDATE = { everyMs: 1200, burst: 10, saved: 1 };
const MOST_CHANNELS = 2000;

export interface OutboundOptions extends SlackOptions {
  api: Api;
  asked: Asked;
  replyUrls: ReplyUrls;
}

type Part = Rendered['parts'][number];
type Which = Omit<MarkedPart, 'unclear'>;

/** How far a delivery has come; kept between its attempts, so that no part of it is posted twice. */
export interface Progress {
  sent: { ts: string; print?: string }[];
  /** The answer to an attempt was lost: what it posted may be there. */
  unclear: boolean;
  files: SentMessage['files'];
  uploadFailures: number;
}

/** Sends and edits messages within Slack's rates. */
export function createOutbound(options: OutboundOptions): (delivery: Delivery) => Promise<MessageRef> {
  const { api, asked, clock, onError, replyUrls, translate } = options;
  const earlier = createEarlier({ api, clock, onError, began: clock() });
  const uploadFiles = createFiles(options);
  const progress = new Map<string, Progress>();
  const posts = new Map<string, Pace>();
  const updates = createPace({ ...UPDATE, clock });
  const drawing = drawingOf(options);
  /** `none` once the workspace has refused a younger kind of block and taken the same message without. */
  let charts: 'native' | 'none' = 'native';

  function postPace(channel: string): Pace {
    const known = posts.get(channel);
    if (known) return known;
    const oldest = posts.size >= MOST_CHANNELS ? posts.keys().next().value : undefined;
    if (oldest !== undefined) posts.delete(oldest);
    const pace = createPace({ ...POST, clock });
    posts.set(channel, pace);
    return pace;
  }

  async function paced<T>(pace: Pace, key: string, call: () => Promise<T>): Promise<T> {
    const waitMs = pace.wait(key);
    if (waitMs > 0) throw new NotYet(waitMs);
    try {
      return await call();
    } catch (error) {
      if (error instanceof SlackCallError && error.retryAfterMs !== undefined) pace.hold(error.retryAfterMs);
      throw error;
    }
  }

  // https://docs.slack.dev/reference/methods/chat.postMessage
  async function post(place: Place, part: Part, { key, part: n }: Which): Promise<string> {
    const { channel, threadTs } = place;
    const answer = await paced(postPace(channel), `${key}#${n}`, () =>
      api.call('chat.postMessage', {
        channel,
        ...(threadTs && { thread_ts: threadTs }),
        ...contents(part),
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: MARK, event_payload: { key, part: n } },
      }),
    );
    return postedAnswer.parse(answer).ts;
  }

  // https://docs.slack.dev/reference/methods/chat.update
  async function update(channel: string, ts: string, part: Part, key: string): Promise<boolean> {
    try {
      await paced(updates, key, () => api.call('chat.update', { channel, ts, ...contents(part) }));
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async function sendPart(place: Place, part: Part, of: Which, so: Progress): Promise<void> {
    const print = JSON.stringify(part);
    let known = so.sent[of.part];
    if (known?.print === print) return;
    if (!known) {
      const ts = await earlier.find(place, { ...of, unclear: so.unclear });
      if (ts) known = { ts };
    }
    if (known && (await update(place.channel, known.ts, part, `${of.key}#${of.part}`))) {
      so.sent[of.part] = { ts: known.ts, print };
      return;
    }
    try {
      so.sent[of.part] = { ts: await post(place, part, of), print };
      so.unclear = false;
    } catch (error) {
      if (error instanceof SlackCallError && error.unclear) so.unclear = true;
      throw error;
    }
  }

  /** Parts that an edit no longer needs. */
  async function removeRest(place: Place, so: Progress, wanted: number): Promise<void> {
    for (const { ts } of so.sent.splice(wanted))
      await api
        .call('chat.delete', { channel: place.channel, ts })
        .catch((error: unknown) => (isGone(error) ? undefined : onError(error, ts)));
  }

  async function sendParts({ key, message, since }: Delivery, place: Place, so: Progress): Promise<Rendered> {
    const send = async (parts: Part[]) => {
      for (const [n, part] of parts.entries()) await sendPart(place, part, { key, part: n, since }, so);
      await removeRest(place, so, parts.length);
    };
    const draw = (kinds: 'native' | 'none') => renderMessage(message, { ...drawing, charts: kinds });
    const rendered = draw(charts);
    try {
      await send(rendered.parts);
      return rendered;
    } catch (error) {
      if (!isBadContents(error)) throw error;
      onError(error, key);
    }
    const settled = charts === 'native' ? draw('none') : undefined;
    try {
      if (settled) {
        await send(settled.parts);
        charts = 'none';
        return settled;
      }
    } catch (error) {
      if (!isBadContents(error)) throw error;
    }
    // Better without its looks than never: the text is complete on its own, with the words to type.
    await send(rendered.parts.map(({ text }) => ({ text, blocks: [] })));
    return rendered;
  }

  return async (delivery) => {
    const { conversation, key, previous, root } = delivery;
    const under = root && readMessageId(root.messageId).ts[0];
    const place: Place = { channel: conversation.id, threadTs: under ?? conversation.threadId };
    const so = progress.get(key) ?? beginning(previous);
    progress.set(key, so);
    try {
      const rendered = await sendParts(delivery, place, so);
      await uploadFiles(delivery, rendered, place, so);
    } catch (error) {
      const verdict = verdictOf(error);
      if (verdict !== error && !(verdict instanceof NotYet)) progress.delete(key);
      if (isElsewhere(error)) await tellElsewhere(delivery);
      throw verdict;
    }
    progress.delete(key);
    if (!previous) asked.answered(place);
    return { conversation, messageId: writeMessageId({ ts: so.sent.map(({ ts }) => ts), files: so.files }) };
  };

  /** A command or shortcut typed where the bot is not: its answer goes to the person alone, with how to invite the bot. */
  async function tellElsewhere({ conversation, message, previous }: Delivery): Promise<void> {
    if (previous) return;
    const note = translate[message.language]('slack.not-here');
    if (await replyUrls.tell(conversation.id, `${note}\n\n${message.text}`))
      options.log.info({ channel: conversation.id }, 'Answered privately: the bot is not in the channel');
  }
}

function beginning(previous: MessageRef | undefined): Progress {
  const { ts, files } = previous ? readMessageId(previous.messageId) : { ts: [], files: [] };
  return { sent: ts.map((known) => ({ ts: known })), unclear: false, files, uploadFailures: 0 };
}

function contents({ text, blocks }: Part): object {
  return { text, blocks, parse: 'none', link_names: false };
}
