import { escapeText } from './text.ts';

/** Slack takes five answers within thirty minutes: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const USES = 5;
const KEEP_MS = 30 * 60_000;
const TIMEOUT_MS = 10_000;
const MOST = 1000;

/** A way to answer where the bot may not post: to the person alone, for half an hour after he clicked or typed a command there. */
export interface ReplyUrls {
  keep(channel: string, url: string | undefined): void;
  /** False where there is no such way, or it did not work. */
  tell(channel: string, text: string): Promise<boolean>;
}

export function createReplyUrls(clock: () => number): ReplyUrls {
  const urls = new Map<string, { url: string; until: number; left: number }>();
  return {
    keep(channel, url) {
      if (!url) return;
      urls.delete(channel);
      urls.set(channel, { url, until: clock() + KEEP_MS, left: USES });
      const oldest = urls.size > MOST ? urls.keys().next().value : undefined;
      if (oldest !== undefined) urls.delete(oldest);
    },
    async tell(channel, text) {
      const known = urls.get(channel);
      if (!known || known.left === 0 || clock() > known.until) return false;
      known.left -= 1;
      return await tellBy(known.url, text);
    },
  };
}

/** Answers one interaction by its `response_url`, seen by its person alone. */
export async function tellBy(url: string, text: string): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...privately(text) }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Plain words as a message that makes nothing of them: no mention, no link, no emphasis. */
export function privately(text: string): { text: string; blocks: object[] } {
  return {
    text: escapeText(text).slice(0, 3900),
    blocks: [{ type: 'section', text: { type: 'plain_text', text: text.slice(0, 2900) || '…', emoji: false } }],
  };
}
