import { z } from 'zod';
import type { Collection, CollectionSpec } from '../storage/store.ts';
import { controlsOf } from './blocks.ts';
import { conversationRefSchema, outgoingSchema } from './stored.ts';
import type { ChatPort, ConversationRef, MessageRef, Outgoing } from './types.ts';
import { conversationKey, NotYet, placeKey, Undeliverable } from './types.ts';

/** The latest wanted state of one message. A card's row is also where a click is looked up. */
export interface OutboxRow {
  id: string;
  rev: number;
  conversation: ConversationRef;
  conversationKey: string;
  /** Order of first appearance within the conversation. */
  seq: number;
  message: Outgoing;
  /** Revision of the card at which its controls last changed: a click on an older one is stale. */
  controlsRev: number;
  /** What the card belongs to, in the words of who put it there. */
  owner: string;
  /** `failed`: it can never arrive. */
  state: 'due' | 'sent' | 'failed';
  /** The platform's id of the delivered message, once there is one. */
  messageId?: string | undefined;
  dueAt: number;
  attempts: number;
  updatedAt: number;
}

export const outboxSpec: CollectionSpec<OutboxRow> = {
  name: 'outbox',
  indexes: [['conversationKey', 'state', 'seq'], ['state', 'dueAt'], ['updatedAt'], ['messageId']],
  schema: z.object({
    id: z.string(),
    rev: z.number(),
    conversation: conversationRefSchema,
    conversationKey: z.string(),
    seq: z.number(),
    message: outgoingSchema,
    controlsRev: z.number(),
    owner: z.string(),
    state: z.enum(['due', 'sent', 'failed']),
    messageId: z.string().optional(),
    dueAt: z.number(),
    attempts: z.number(),
    updatedAt: z.number(),
  }),
};

/** Everything the bot says goes through here: stored first, sent after, retried until it is out, highest card revision wins. */
export interface Outbox {
  /** False when the same message, or a newer revision of the card, is already there. */
  put(id: string, to: ConversationRef, message: Outgoing, owner?: string): Promise<boolean>;
  get(id: string): Promise<OutboxRow | undefined>;
  /** The message that the platform delivered there under this id. */
  at(place: ConversationRef, messageId: string): Promise<OutboxRow | undefined>;
  /** Sends what an earlier process left unsent. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface OutboxOptions {
  rows: Collection<OutboxRow>;
  port: (platform: ConversationRef['platform']) => ChatPort | undefined;
  clock: () => number;
  /** Told of what will be tried again: `where` is a message's id, or its conversation's key. */
  onError: (error: unknown, where: string) => void;
}

const LONGEST_BACKOFF_MS = 60_000;
/** How many messages of a conversation are read at once; the rest when these are out. */
const AT_A_TIME = 20;
/** How often it is looked whether the message is out below which another belongs. */
const ROOT_PAUSE_MS = 500;

/** One sender per conversation, so that a slow or refused one delays no other. */
export function createOutbox({ rows, port, clock, onError }: OutboxOptions): Outbox {
  const pumps = new Map<string, Promise<void>>();
  /** Conversations whose first unsent message has been tried by this process. */
  const begun = new Map<string, string>();
  const wakeups = new Map<string, NodeJS.Timeout>();
  let stopped = false;
  let lastSeq = 0;

  const nextSeq = () => {
    lastSeq = Math.max(clock(), lastSeq + 0.001);
    return lastSeq;
  };

  async function put(id: string, to: ConversationRef, message: Outgoing, owner = ''): Promise<boolean> {
    for (;;) {
      const stored = await rows.get(id);
      if (stored && (message.card?.rev ?? 1) <= (stored.message.card?.rev ?? 1)) return false;
      const written = stored
        ? await rows.replace(supersede(stored, message, clock()))
        : await rows.insert(firstRow(id, to, message, owner, nextSeq(), clock()));
      if (written) break;
    }
    pump(conversationKey(to));
    return true;
  }

  function pump(key: string): void {
    if (stopped) return;
    const running = pumps.get(key) ?? Promise.resolve();
    const next = running
      .then(() => drain(key))
      .catch((error: unknown) => {
        onError(error, key);
        wakeLater(key, LONGEST_BACKOFF_MS);
      });
    pumps.set(key, next);
    void next.then(() => pumps.get(key) === next && pumps.delete(key));
  }

  async function drain(key: string): Promise<void> {
    const where = { conversationKey: key, state: 'due' as const };
    const due = await rows.find({ where, orderBy: 'seq', limit: AT_A_TIME });
    let sent = false;
    for (const [at, found] of due.entries()) {
      if (stopped) return;
      // What was sent before it took its time: the newest state counts.
      const row = at === 0 ? found : await rows.get(found.id);
      if (row?.state !== 'due') continue;
      const waitMs = row.dueAt - clock();
      if (waitMs > 0) {
        wakeLater(key, waitMs);
        if (row.messageId === undefined) return;
        continue;
      }
      if (!(await send(row)) && row.messageId === undefined) return;
      sent = true;
    }
    if (sent && due.length === AT_A_TIME) pump(key);
  }

  /** False when it has to be tried again; a message that is not out yet then holds back those behind it. */
  async function send(row: OutboxRow): Promise<boolean> {
    const adapter = port(row.conversation.platform);
    try {
      if (!adapter) throw new Error(`No adapter for ${row.conversation.platform}`);
      const root = await rootOf(row);
      const { messageId } = await adapter.deliver({
        key: row.id,
        conversation: row.conversation,
        message: row.message,
        ...(row.messageId !== undefined && { previous: { conversation: row.conversation, messageId: row.messageId } }),
        ...(root && { root }),
        ...(isFirst(row) && { since: row.seq }),
      });
      await settle(row, { messageId, state: 'sent', attempts: 0, dueAt: clock() + adapter.minUpdateMs });
      return true;
    } catch (error) {
      if (!(error instanceof NotYet)) onError(error, row.id);
      if (error instanceof Undeliverable) {
        await settle(row, { state: 'failed' });
        return true;
      }
      const again = tryAgain(row, error);
      await settle(row, { attempts: again.attempts, dueAt: clock() + again.waitMs });
      wakeLater(row.conversationKey, again.waitMs);
      return false;
    }
  }

  /** Only the message that was next in its conversation may have been tried by a process that ended. */
  function isFirst({ id, messageId, conversationKey: key }: OutboxRow): boolean {
    if (messageId !== undefined || (begun.has(key) && begun.get(key) !== id)) return false;
    begun.set(key, id);
    return true;
  }

  /** The message below which this one belongs; none where that one will never be there. */
  async function rootOf({ conversation }: OutboxRow): Promise<MessageRef | undefined> {
    const root = conversation.under === undefined ? undefined : await rows.get(conversation.under);
    if (root?.state === 'due' && root.messageId === undefined) throw new NotYet(ROOT_PAUSE_MS);
    return root?.messageId === undefined ? undefined : { conversation: root.conversation, messageId: root.messageId };
  }

  /** Writes what became of a delivery; where a newer revision came in meanwhile, it stays due. */
  async function settle(sent: OutboxRow, change: Partial<OutboxRow>): Promise<void> {
    let current: OutboxRow | undefined = sent;
    while (current) {
      const newer = current.message.card?.rev !== sent.message.card?.rev;
      const next: OutboxRow = { ...current, ...change, rev: current.rev + 1, ...(newer && { state: 'due' as const }) };
      if (await rows.replace(next)) {
        if (newer) wakeLater(next.conversationKey, next.dueAt - clock());
        return;
      }
      current = await rows.get(sent.id);
    }
  }

  function wakeLater(key: string, ms: number): void {
    if (stopped || wakeups.has(key)) return;
    const wakeUp = () => {
      wakeups.delete(key);
      pump(key);
    };
    wakeups.set(key, setTimeout(wakeUp, Math.max(1, ms)));
  }

  return {
    put,
    get: (id) => rows.get(id),
    async at(place, messageId) {
      // A message in several parts is known by the ids of all of them, the first one first.
      const range = { field: 'messageId' as const, gte: messageId, lt: `${messageId},` };
      const found = await rows.find({ range, limit: 10 });
      return found.find(({ conversation }) => placeKey(conversation) === placeKey(place));
    },
    async resume() {
      const due = await rows.find({ where: { state: 'due' }, limit: 10_000 });
      for (const key of new Set(due.map((row) => row.conversationKey))) pump(key);
    },
    async stop() {
      stopped = true;
      for (const timer of wakeups.values()) clearTimeout(timer);
      await Promise.all(pumps.values());
    },
  };
}

/** Waiting for a platform's rate is no failure. */
function tryAgain({ attempts }: OutboxRow, error: unknown): { attempts: number; waitMs: number } {
  if (error instanceof NotYet) return { attempts, waitMs: error.waitMs };
  return { attempts: attempts + 1, waitMs: Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** attempts) };
}

function firstRow(
  id: string,
  to: ConversationRef,
  message: Outgoing,
  owner: string,
  seq: number,
  now: number,
): OutboxRow {
  return {
    id,
    rev: 1,
    conversation: to,
    conversationKey: conversationKey(to),
    seq,
    message,
    controlsRev: message.card?.rev ?? 1,
    owner,
    state: 'due',
    dueAt: now,
    attempts: 0,
    updatedAt: now,
  };
}

function supersede(stored: OutboxRow, message: Outgoing, now: number): OutboxRow {
  const changed = controlsText(stored.message) !== controlsText(message);
  return {
    ...stored,
    rev: stored.rev + 1,
    message,
    controlsRev: changed ? (message.card?.rev ?? 1) : stored.controlsRev,
    state: 'due',
    attempts: 0,
    dueAt: Math.max(stored.dueAt, now),
    updatedAt: now,
  };
}

function controlsText({ card }: Outgoing): string {
  return !card || card.closed ? 'none' : JSON.stringify(controlsOf(card));
}
