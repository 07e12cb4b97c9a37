import { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Change, Transcript } from '../../src/chat/transcript.ts';
import type { Delivery, MessageRef } from '../../src/chat/types.ts';
import { ownConversation } from './inbound.ts';
import type { ConsoleEnv, Refuse } from './refusal.ts';
import { ConsoleError } from './wire.ts';

/** From the core to the page: entries are written to the transcript, and every open stream follows it. */

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;

/** Writes one delivery into the transcript. The same key again edits the entry in place. */
export async function deliver(transcript: Transcript, delivery: Delivery): Promise<MessageRef> {
  const { conversation, message, previous, key } = delivery;
  const id = previous?.messageId ?? `b-${key}`;
  const card = message.card ? { card: message.card } : {};
  const entry = await transcript.put(conversation.id, { id, from: 'bot', text: message.text, ...card });
  if (!entry) throw unknownConversation(conversation.id);
  return { conversation, messageId: entry.id };
}

function unknownConversation(id: string): ConsoleError {
  return new ConsoleError(
    'console-unknown-conversation',
    `The console has no conversation ${id}`,
    'It was deleted from DATA_DIR, or belongs to another store: nothing can be delivered to it',
  );
}

export interface Outbound {
  transcript: Transcript;
  refuse: Refuse;
  /** Aborted when the console stops. */
  stopping: AbortSignal;
}

/** The event stream of a conversation: everything after `Last-Event-ID` (or from the start), then what comes. */
export function outboundRoutes({ transcript, refuse, stopping }: Outbound): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/conversations/:id/events', async (c) => {
    const head = await ownConversation(transcript, c.var.user, c.req.param('id'));
    if (!head) return refuse(c, 404, 'not-found');
    const from = Number(c.req.header('last-event-id'));
    return streamSSE(c, async (stream) => {
      stopping.addEventListener('abort', () => stream.abort(), { once: true });
      await stream.write(`retry: ${RETRY_MS}\n\n`);
      await follow(stream, transcript, { conversation: head.id, after: Number.isSafeInteger(from) ? from : 0 });
    });
  });
  return app;
}

/** The store is the queue: a slow reader skips to the newest state of an entry instead of piling up old ones. */
async function follow(
  stream: SSEStreamingApi,
  transcript: Transcript,
  { conversation, after }: { conversation: string; after: number },
): Promise<void> {
  const gone = new Promise<void>((resolve) => stream.onAbort(resolve));
  let sent = after;
  while (!stream.aborted) {
    const changed = transcript.changed(conversation);
    const changes = await transcript.since(conversation, sent);
    for (const change of changes) await stream.writeSSE(eventOf(change));
    sent = changes.at(-1)?.seq ?? sent;
    if (changes.length === 0 && (await quiet(changed, gone))) await stream.write(': still here\n\n');
  }
}

const eventOf = ({ seq, kind, entry }: Change) => ({ id: String(seq), event: kind, data: JSON.stringify(entry) });

/** True when a heartbeat is due before anything happened. */
async function quiet(...events: Promise<void>[]): Promise<boolean> {
  const beat = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => beat.resolve(true), HEARTBEAT_MS);
  const happened = Promise.race(events).then(() => false);
  try {
    return await Promise.race([beat.promise, happened]);
  } finally {
    clearTimeout(timer);
  }
}
