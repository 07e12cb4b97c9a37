import { announceEdit, channelOf, content, place } from './chat.ts';
import type { Json } from './types.ts';
import { newMessage, Refusal, type ResponseUrl, type World } from './world.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five times within half an hour. */
const MOST_USES = 5;
const LIFE_MS = 30 * 60_000;

/** An answer to a response URL: HTTP status and text. The codes of a used-up one are a guess. */
export function answerResponseUrl(world: World, id: string, body: Json): { status: number; text: string } {
  const url = world.responses.get(id);
  const problem = url === undefined ? 'invalid_url' : spent(world, url);
  if (!url || problem) {
    world.violations.push(`response_url: ${problem}`);
    return { status: 404, text: problem ?? '' };
  }
  url.uses += 1;
  try {
    apply(world, url, body);
    return { status: 200, text: 'ok' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    world.violations.push(`response_url: ${error.error} ${error.details.join(';')}`);
    return { status: 400, text: error.error };
  }
}

function spent(world: World, url: ResponseUrl): string | undefined {
  if (world.now() - url.at > LIFE_MS) return 'expired_url';
  return url.uses >= MOST_USES ? 'used_url' : undefined;
}

function apply(world: World, url: ResponseUrl, body: Json): void {
  const channel = channelOf(world, url.channel);
  const old = url.message;
  if (body.delete_original === true && old) {
    channel.messages.splice(channel.messages.indexOf(old), 1);
    return;
  }
  if (body.replace_original === true && old) {
    Object.assign(old, content(world, body));
    old.edits += 1;
    if (world.echo && !old.ephemeralFor) announceEdit(world, channel, old);
    return;
  }
  postAnswer(world, url, body);
}

/** A message in answer to a person, seen by him alone unless it says `in_channel`. */
export function postAnswer(world: World, to: Pick<ResponseUrl, 'channel' | 'user' | 'threadTs'>, body: Json): void {
  const channel = channelOf(world, to.channel);
  const threadTs = typeof body.thread_ts === 'string' ? body.thread_ts : to.threadTs;
  const message = newMessage({
    ts: world.ts(),
    user: world.botUser,
    ...content(world, body),
    ...(threadTs && { threadTs }),
    ...(body.response_type !== 'in_channel' && { ephemeralFor: to.user }),
  });
  place(world, channel, message);
}
