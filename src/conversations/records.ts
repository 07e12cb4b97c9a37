import { z } from 'zod';
import { conversationRefSchema, jsonSchema, languageSchema, userSchema } from '../chat/stored.ts';
import type { CollectionSpec } from '../storage/store.ts';

/** What the conversations room keeps. Everything that waits is one of these records; nothing waits in memory. */

const conversationSchema = z.object({
  id: z.string(),
  rev: z.number(),
  ref: conversationRefSchema,
  language: languageSchema,
  /** Set by a person; until then the answer's language follows the question's. */
  languagePinned: z.boolean(),
  /** The run whose open question was asked last: a plain message of the same person answers it. */
  foreground: z.string().optional(),
  /** Those of the questions before it that are still open, newest first. */
  behind: z.array(z.string()).optional(),
  /** The delivery that changed the two last: one that is repeated must not answer the question behind. */
  lastDelivery: z.string().optional(),
  /** When the bot was first spoken to there, as far as the platform tells. */
  since: z.number().optional(),
});

export type Conversation = z.infer<typeof conversationSchema>;

export const conversationSpec: CollectionSpec<Conversation> = { name: 'conversations', schema: conversationSchema };

/** What a run waits for. `cardId` and `cardRev` name the question on the screen. */
const waiting = z.discriminatedUnion('for', [
  z.object({
    for: z.literal('clarify'),
    template: z.string(),
    state: jsonSchema,
    cardId: z.string(),
    cardRev: z.number(),
  }),
  z.object({
    for: z.literal('choice'),
    choices: z.array(z.object({ id: z.string(), label: z.string(), hint: z.string().optional() })),
    freeText: z.boolean(),
    /** Whose fields an answer in one's own words may fill. */
    template: z.string().exactOptional(),
    /** An amount is asked for. */
    amount: z.literal(true).exactOptional(),
    cardId: z.string(),
    cardRev: z.number(),
  }),
  /** That what was understood is meant; nothing has begun before. */
  z.object({ for: z.literal('consent'), cardId: z.string(), cardRev: z.number() }),
  z.object({ for: z.literal('proposal'), approvalId: z.string() }),
  z.object({ for: z.literal('timer'), at: z.number() }),
  z.object({ for: z.literal('investigation'), id: z.string() }),
]);

const answer = z.union([
  z.object({ ok: z.literal(true), value: jsonSchema }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string(), hint: z.string().exactOptional() }),
]);

const runSchema = z.object({
  id: z.string(),
  rev: z.number(),
  flow: z.string(),
  version: z.number(),
  known: z.record(z.string(), jsonSchema),
  text: z.string(),
  /** The sentence as it was said, where `text` has other words for it. */
  original: z.string().optional(),
  user: userSchema,
  conversation: conversationRefSchema,
  /** The key of that conversation. */
  place: z.string().optional(),
  language: languageSchema,
  journal: z.array(z.object({ key: z.string(), answer })),
  state: z.enum(['active', 'finished', 'cancelled', 'failed', 'expired']),
  waiting: waiting.optional(),
  /** Questions asked so far; makes the ids of their cards. */
  asked: z.number(),
  /** The delivery that was applied last, so that a repeated turn applies it once. */
  lastDelivery: z.string(),
  /** When to look at it again: a timer's end, or a question's expiry. */
  dueAt: z.number(),
  startedAt: z.number(),
});

export type Run = z.infer<typeof runSchema>;
export type Waiting = z.infer<typeof waiting>;

export const runSpec: CollectionSpec<Run> = {
  name: 'runs',
  indexes: [
    ['state', 'dueAt'],
    ['place', 'flow', 'startedAt'],
  ],
  schema: runSchema,
};

const investigationSchema = z.object({
  id: z.string(),
  /** Grows while somebody is at it. */
  rev: z.number(),
  /** How many processes began it. */
  begun: z.number(),
  startedAt: z.number(),
  /** Whoever was at it has given it back. */
  released: z.boolean(),
  answer: answer.optional(),
});

export type InvestigationRow = z.infer<typeof investigationSchema>;

export const investigationSpec: CollectionSpec<InvestigationRow> = {
  name: 'investigations',
  indexes: [['startedAt']],
  schema: investigationSchema,
};

const inputs = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.boolean()]));

/** What a turn works on: words, a click on a run's question, or the end of something a run waited for. */
const stimulus = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    text: z.string(),
    intent: z.string().optional(),
    addressed: z.enum(['direct', 'mention', 'command', 'thread']).optional(),
    saidAt: z.number().optional(),
  }),
  z.object({ type: z.literal('click'), runId: z.string(), actionId: z.string(), inputs }),
]);

const inboxSchema = z.object({
  id: z.string(),
  rev: z.number(),
  conversation: conversationRefSchema,
  sender: userSchema,
  stimulus,
  state: z.enum(['new', 'done']),
  receivedAt: z.number(),
});

export type InboxRow = z.infer<typeof inboxSchema>;
export type Stimulus = z.infer<typeof stimulus>;

export const inboxSpec: CollectionSpec<InboxRow> = {
  name: 'inbox',
  schema: inboxSchema,
  indexes: [['state', 'receivedAt'], ['receivedAt']],
};
