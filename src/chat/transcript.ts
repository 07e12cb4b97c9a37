import { z } from 'zod';
import type { Collection, CollectionSpec, Doc, Store } from '../storage/store.ts';
import { cardSchema } from './stored.ts';
import type { Card } from './types.ts';

/** What was said in a conversation, kept so that a page can be reloaded and an event stream resumed, also after a restart. */

/** One thing said. A bot's entry is edited in place; a person's never changes. `at` is epoch milliseconds. */
export interface Entry {
  id: string;
  at: number;
  from: 'user' | 'bot';
  text: string;
  /** Who said it, where several people talk. */
  by?: string;
  card?: Card;
}

/** A conversation and whose it is. `rev` numbers its changes; `title` is the first thing a person said. */
export interface TranscriptHead extends Doc {
  owner: string;
  title: string;
  createdAt: number;
  updatedAt: number;
}

/** A change of a transcript. `seq` grows with every change of the conversation and never comes twice. */
export interface Change {
  seq: number;
  kind: 'entry' | 'update';
  entry: Entry;
}

interface Line extends Doc {
  conversation: string;
  cardId: string;
  /** Number of the change that added the line, and of the one that touched it last. */
  first: number;
  seq: number;
  entry: Entry;
}

const entry = z.object({
  id: z.string(),
  at: z.number(),
  from: z.enum(['user', 'bot']),
  text: z.string(),
  by: z.string().exactOptional(),
  card: cardSchema.exactOptional(),
});

const HEADS: CollectionSpec<TranscriptHead> = {
  name: 'transcripts',
  schema: z.object({
    id: z.string(),
    rev: z.number().int(),
    owner: z.string(),
    title: z.string(),
    createdAt: z.number(),
    updatedAt: z.number(),
  }),
  indexes: [['owner', 'updatedAt']],
};

const LINES: CollectionSpec<Line> = {
  name: 'transcript-lines',
  schema: z.object({
    id: z.string(),
    rev: z.number().int(),
    conversation: z.string(),
    cardId: z.string(),
    first: z.number().int(),
    seq: z.number().int(),
    entry,
  }),
  indexes: [['conversation', 'seq'], ['conversation', 'first'], ['cardId']],
};

/** The owner of a conversation that every known user may read and write in. */
export const EVERYBODY = 'everybody';

const TITLE_LENGTH = 80;
const LISTED = 100;

/** The transcripts of a store. `unknown conversation` is answered with undefined, never thrown. */
export interface Transcript {
  open(id: string, owner: string): Promise<TranscriptHead>;
  head(id: string): Promise<TranscriptHead | undefined>;
  /** The owner's conversations in which something was said, the latest first. */
  list(owner: string): Promise<TranscriptHead[]>;
  /** Adds the entry, or edits the one with its id: a person's never changes, a card only moves to a higher `rev`. */
  put(conversation: string, said: Omit<Entry, 'at'>): Promise<Entry | undefined>;
  /** Everything said, in order. */
  entries(conversation: string): Promise<Entry[]>;
  /** The next changes after `seq`, at most 200; an entry edited many times comes once, as it is now. */
  since(conversation: string, seq: number): Promise<Change[]>;
  /** The newest revision of a card, wherever it was shown. */
  card(id: string): Promise<Card | undefined>;
  /** Resolves when this process next changes the conversation. Ask before reading, so that no change is missed. */
  changed(conversation: string): Promise<void>;
}

/** Opens the transcripts kept in a store. */
export function createTranscript(store: Store, clock: () => number): Transcript {
  const heads = store.collection(HEADS);
  const lines = store.collection(LINES);
  const inTurn = turns();
  const { changed, announce } = bell();

  const put = async (conversation: string, said: Omit<Entry, 'at'>): Promise<Entry | undefined> => {
    for (;;) {
      const before = await lines.get(lineId(conversation, said.id));
      if (before && !moves(before.entry, said)) return before.entry;
      const at = clock();
      const seq = await advance(heads, conversation, said, at);
      if (seq === undefined) return undefined;
      const next = line(conversation, seq, { ...said, at: before?.entry.at ?? at }, before);
      if (!(await (before ? lines.replace(next) : lines.insert(next)))) continue;
      announce(conversation);
      return next.entry;
    }
  };

  return {
    async open(id, owner) {
      const at = clock();
      const head = { id, rev: 1, owner, title: '', createdAt: at, updatedAt: at };
      await heads.insert(head);
      return head;
    },
    head: (id) => heads.get(id),
    async list(owner) {
      const all = await heads.find({ where: { owner }, orderBy: 'updatedAt', descending: true, limit: LISTED });
      return all.filter((head) => head.title !== '');
    },
    put: (conversation, said) => inTurn(conversation, () => put(conversation, said)),
    entries: async (conversation) => (await inOrder(lines, conversation)).map((each) => each.entry),
    async since(conversation, seq) {
      const found = await lines.find({
        where: { conversation },
        range: { field: 'seq', gt: seq },
        orderBy: 'seq',
        limit: 200,
      });
      return found.map((each) => ({ seq: each.seq, kind: each.first > seq ? 'entry' : 'update', entry: each.entry }));
    },
    async card(id) {
      const shown = await lines.find({ where: { cardId: id } });
      return shown.map((each) => each.entry.card).reduce(newer, undefined);
    },
    changed,
  };
}

const lineId = (conversation: string, entryId: string): string => `${conversation}/${entryId}`;

const newer = (a: Card | undefined, b: Card | undefined): Card | undefined => (a && b && a.rev >= b.rev ? a : (b ?? a));

/** Whether saying this again changes what is there. */
function moves(before: Entry, said: Omit<Entry, 'at'>): boolean {
  if (before.from === 'user') return false;
  if (before.card && said.card) return said.card.rev > before.card.rev;
  return said.card !== undefined || said.text !== before.text;
}

function line(conversation: string, seq: number, said: Entry, before?: Line): Line {
  const id = lineId(conversation, said.id);
  const first = before?.first ?? seq;
  return { id, rev: (before?.rev ?? 0) + 1, conversation, cardId: said.card?.id ?? '', first, seq, entry: said };
}

/** Takes the conversation's next change number: the revision of its head. */
async function advance(
  heads: Collection<TranscriptHead>,
  id: string,
  said: Omit<Entry, 'at'>,
  at: number,
): Promise<number | undefined> {
  for (;;) {
    const head = await heads.get(id);
    if (!head) return undefined;
    const title = head.title || (said.from === 'user' ? said.text.slice(0, TITLE_LENGTH) : '');
    const next = { ...head, rev: head.rev + 1, title, updatedAt: at };
    if (await heads.replace(next)) return next.rev;
  }
}

async function inOrder(lines: Collection<Line>, conversation: string): Promise<Line[]> {
  const all: Line[] = [];
  for (;;) {
    const range = { field: 'first' as const, gt: all.at(-1)?.first ?? 0 };
    const page = await lines.find({ where: { conversation }, range, orderBy: 'first', limit: 500 });
    all.push(...page);
    if (page.length < 500) return all;
  }
}

/** Runs the work of one conversation in the order it came, so that a reader never sees number 6 before number 5. */
function turns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, mine);
    const forget = () => last.get(key) === mine && last.delete(key);
    mine.then(forget, forget);
    return mine;
  };
}

/** One bell a conversation: everybody waiting is woken once. */
function bell(): { changed: (key: string) => Promise<void>; announce: (key: string) => void } {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  return {
    changed(key) {
      const bell = waiting.get(key) ?? Promise.withResolvers<void>();
      waiting.set(key, bell);
      return bell.promise;
    },
    announce(key) {
      waiting.get(key)?.resolve();
      waiting.delete(key);
    },
  };
}
