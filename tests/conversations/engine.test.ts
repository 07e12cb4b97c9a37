import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { loadMessages } from '../../src/chat/messages.ts';
import { createOutbox, outboxSpec } from '../../src/chat/outbox.ts';
import type {
  Card,
  ChatPort,
  ConversationRef,
  Delivery,
  IncomingMessage,
  Person,
  ProgressStep,
  UserRef,
} from '../../src/chat/types.ts';
import { type Conversations, createConversations } from '../../src/conversations/engine.ts';
import { Interrupted, type Investigating } from '../../src/conversations/investigations.ts';
import type { Proposals, Puzzle, Router, Understanding } from '../../src/conversations/ports.ts';
import { conversationSpec, inboxSpec, investigationSpec, runSpec } from '../../src/conversations/records.ts';
import { parseClarifyTemplate } from '../../src/flow/clarify/template.ts';
import {
  ask,
  defineFlow,
  type Flow,
  investigate,
  type ProposalOutcome,
  propose,
  read,
  say,
  wait,
} from '../../src/flow/kit.ts';
import type { ToolResult } from '../../src/tools/types.ts';
import { temporaryStore } from '../support/store.ts';

const alice: UserRef = { platform: 'web', tenant: 't', id: 'alice' };
const bob: UserRef = { ...alice, id: 'bob' };
const room: ConversationRef = { platform: 'web', tenant: 't', id: 'c1', kind: 'group' };

const template = parseClarifyTemplate(`
id: scale
version: 1
fields:
  - id: name
    type: choice
    label: { en: Deployment, zh: 应用 }
    question: { en: Which one?, zh: 哪一个？ }
    choices:
      - { id: web, label: { en: Web shop, zh: 网店 } }
      - { id: api, label: { en: Order API, zh: 订单 } }
  - id: replicas
    type: integer
    label: { en: Replicas, zh: 副本 }
    question: { en: How many?, zh: 多少个？ }
    patterns: ['(\\d+)\\s*replicas']
    min: 0
    max: 10
`);

const scale = defineFlow({
  id: 'scale',
  version: 1,
  clarify: 'scale',
  input: z.object({ name: z.string(), replicas: z.number() }),
  *run({ name, replicas }) {
    const before = yield* read('k8s_get', { name });
    const sure = yield* ask({
      key: 'sure',
      title: { key: 'conversation.question' },
      choices: [
        { id: 'yes', label: 'Yes, scale' },
        { id: 'no', label: 'No' },
      ],
    });
    if (!('choice' in sure) || sure.choice === 'no') return;
    const plan = { action: `scale.${String(before.replicas)}-${replicas}` } as Parameters<typeof propose>[0];
    const outcome = yield* propose(plan);
    yield* say('conversation.failed', { reason: outcome.kind, hint: '' });
  },
});
const nap = defineFlow({
  id: 'nap',
  version: 1,
  input: z.object({}),
  *run() {
    yield* wait(1000);
    yield* say('conversation.not-offered');
  },
});

const look = defineFlow({
  id: 'look',
  version: 1,
  input: z.object({ name: z.string().default('everything') }),
  *run({ name }) {
    yield* say('conversation.failed', { reason: `looked at ${name}`, hint: '' });
  },
});
/** As flows/ask answers, in short. */
const question = defineFlow({
  id: 'ask',
  version: 1,
  input: z.object({}),
  *run() {
    yield* investigate('which ones', {});
  },
});
/** Asks in which place, and takes any words. */
const where = defineFlow({
  id: 'where',
  version: 1,
  input: z.object({}),
  *run() {
    const answer = yield* ask({ key: 'place', title: { key: 'conversation.question' }, choices: [], freeText: true });
    yield* say('conversation.failed', { reason: `it is ${'text' in answer ? answer.text : ''}`, hint: '' });
  },
});
const help = defineFlow({
  id: 'help',
  version: 1,
  input: z.object({ unknown: z.string() }),
  *run({ unknown }) {
    yield* say('conversation.failed', { reason: `help with ${unknown}`, hint: '' });
  },
});

const intents: Record<string, { flow?: string; command?: string; reads?: boolean }> = {
  look: { flow: 'look', reads: true },
  ask: { flow: 'ask', reads: true },
  scale: { flow: 'scale' },
  nap: { flow: 'nap' },
  where: { flow: 'where', reads: true },
  stop: { command: 'stop' },
  help: { flow: 'help' },
  approve: { command: 'approve' },
};
const intent = (id: string) => (intents[id] ? { id, title: { en: id, zh: id }, ...intents[id] } : undefined);
const router: Router = {
  route(text) {
    const word = text.split(' ')[0] ?? '';
    const found = intent(word);
    if (word === 'both')
      return { kind: 'close', candidates: [intent('scale'), intent('nap')].flatMap((one) => one ?? []) };
    const args: Record<string, string> = text.includes(' id') ? { id: 'a1' } : {};
    return found
      ? { kind: 'match', intent: found, args, said: word === text ? 'loosely' : 'clearly' }
      : { kind: 'none' };
  },
  intent,
  args: (text) => (text.includes(' id') ? { id: 'a1' } : {}),
  nearest: () => ['nap', 'scale', 'look'].flatMap((id) => intent(id) ?? []).map((found) => ({ intent: found })),
  detectLanguage: (text, previous) => (/[\u4e00-\u9fff]/.test(text) ? 'zh' : /[a-z]/.test(text) ? 'en' : previous),
};

const found = (summary: string): ToolResult => ({
  ok: true,
  data: { question: 'which ones', ending: summary === '' ? 'stopped' : 'answered', summary, claims: [] },
});

let store: Awaited<ReturnType<typeof temporaryStore>>;
let now = 1_000_000;
let delivered: Delivery[];
let flows: Map<string, Flow>;
let outcomes: Map<string, ProposalOutcome>;
let requested: string[];
let engine: Conversations;
let outbox: ReturnType<typeof createOutbox>;
let errors: unknown[];
let people: Map<string, Person | undefined>;
let steps: ProgressStep[];
let reading: Promise<unknown>;
let patienceMs: number;
/** What investigations were begun for, and how each goes. */
let investigated: Investigating[];
let looking: (about: Investigating) => Promise<ToolResult>;
let exclusive: boolean;
/** What a model makes of a sentence; none is set up where it is undefined. */
let understands: ((puzzle: Puzzle, signal: AbortSignal) => Promise<Understanding | undefined>) | undefined;
let puzzles: Puzzle[];
let count = 0;

beforeEach(async () => {
  store = await temporaryStore();
  now = 1_000_000;
  delivered = [];
  outcomes = new Map();
  requested = [];
  errors = [];
  people = new Map();
  steps = [];
  reading = Promise.resolve();
  patienceMs = 0;
  understands = undefined;
  puzzles = [];
  investigated = [];
  looking = async () => found('These.');
  exclusive = true;
  flows = new Map([scale, nap, look, question, where].map((flow) => [flow.id, flow]));
  start();
});
afterEach(async () => {
  await engine.idle();
  await outbox.stop();
  await store.dispose();
});

/** A new process over the same store. */
function start(): void {
  const port: ChatPort = {
    platform: 'web',
    minUpdateMs: 0,
    start: async () => {},
    stop: async () => {},
    health: () => ({ ok: true, detail: '', since: 0 }),
    async deliver(delivery) {
      delivered.push(delivery);
      return { conversation: delivery.conversation, messageId: delivery.key };
    },
  };
  outbox = createOutbox({
    rows: store.collection(outboxSpec),
    port: () => port,
    clock: () => now,
    onError: (error) => errors.push(error),
  });
  const proposals: Proposals = {
    async request(key) {
      requested.push(key);
      return { approvalId: 'a1' };
    },
    outcome: async (id) => outcomes.get(id),
  };
  engine = createConversations({
    conversations: store.collection(conversationSpec),
    runs: store.collection(runSpec),
    inbox: store.collection(inboxSpec),
    investigations: store.collection(investigationSpec),
    exclusive,
    flows,
    templates: new Map([['scale', template]]),
    translate: loadMessages('templates/messages'),
    outbox,
    gateway: {
      tools: () => [],
      async read() {
        await reading;
        return { ok: true, data: { replicas: 2 } };
      },
      write: async () => {
        throw new Error('a conversation never writes');
      },
    },
    views: {},
    analyse: async () => ({ ok: true, data: {} }),
    investigate: (_question, _evidence, about) => {
      investigated.push(about);
      return looking(about);
    },
    proposals,
    router,
    understand:
      understands &&
      (async (puzzle, signal) => {
        puzzles.push(puzzle);
        return understands?.(puzzle, signal);
      }),
    controls: {
      command: async (command) => ({ say: { key: 'conversation.failed', params: { reason: command, hint: '' } } }),
      owns: (id) => id.startsWith('approve:'),
      click: async () => ({ result: 'accepted' }),
      whyClosed: async () => 'decided',
    },
    alarm: async () => {},
    whoIs: async ({ id }) => (people.has(id) ? people.get(id) : { outside: false }),
    whoIsPatienceMs: patienceMs,
    secondLookMs: 50,
    activity: () => ({ step: (step) => steps.push(step), end: async () => {} }),
    home: async () => [],
    joined: async () => {},
    languageOf: () => 'en',
    onTurn: () => {},
    clock: () => now,
    questionLifetimeMs: 24 * 3600_000,
    onError: (error) => errors.push(error),
  });
}

const tell = async (text: string, deliveryId = `d${count++}`, sender = alice) => {
  await engine.message({ type: 'message', deliveryId, conversation: room, sender, text });
  await engine.idle();
};
const cards = () =>
  new Map(delivered.flatMap(({ message }) => (message.card ? [[message.card.id, message.card] as const] : [])));
const openCard = async (): Promise<Card> =>
  vi.waitFor(() => {
    const open = [...cards().values()].filter(({ closed }) => !closed);
    expect(open).toHaveLength(1);
    return open[0] as Card;
  });
const press = async (card: Card, actionId: string, actor = alice, rev = card.rev) => {
  const outcome = await engine.action({
    type: 'action',
    deliveryId: `d${count++}`,
    cardId: card.id,
    rev,
    actor,
    actionId,
    inputs: {},
  });
  await engine.idle();
  return outcome.result === 'accepted' ? 'accepted' : outcome.code;
};
const lastText = () => delivered.at(-1)?.message.text;

describe('a conversation', () => {
  test('asks what is missing, takes typed and clicked answers, and proposes', async () => {
    await tell('scale it');
    const first = await openCard();
    expect(await press(first, 'choice:name:web')).toBe('accepted');
    await tell('7');
    await vi.waitFor(async () =>
      expect((await openCard()).blocks.at(-1)).toMatchObject({ items: [{ id: 'ask:yes' }, { id: 'ask:no' }] }),
    );
    await tell('1');
    expect(requested).toHaveLength(1);
    outcomes.set('a1', { kind: 'succeeded', taskId: 'T-1', results: {} });
    const [run] = await store.collection(runSpec).find();
    expect(run?.journal.map(({ key }) => key)).toEqual(['clarify:scale', 'read:k8s_get', 'ask:sure']);
    await engine.look(run?.id ?? '');
    await vi.waitFor(() => expect(lastText()).toContain('succeeded'));
    expect(errors).toEqual([]);
  });

  test('takes a message that is delivered eleven times once', async () => {
    await Promise.all(Array.from({ length: 11 }, () => tell('scale it', 'same')));
    await openCard();
    expect(await store.collection(runSpec).count()).toBe(1);
  });

  test('takes a click a thousand times once, and tells the others', async () => {
    await tell('scale it');
    const card = await openCard();
    const told = await Promise.all(Array.from({ length: 1000 }, () => press(card, 'choice:name:web')));
    expect(told.filter((one) => one === 'accepted')).toHaveLength(1);
    expect(new Set(told.filter((one) => one !== 'accepted'))).toEqual(new Set(['decided']));
  });

  test('refuses clicks on an old card, on a button that is not there, and by somebody else', async () => {
    await tell('scale it');
    const first = await openCard();
    expect(await press(first, 'choice:name:nothing')).toBe('invalid');
    expect(await press(first, 'choice:name:web', bob)).toBe('forbidden');
    expect(await press({ ...first, id: 'unknown' }, 'choice:name:web')).toBe('not-found');
    expect(await press(first, 'choice:name:web')).toBe('accepted');
    await vi.waitFor(async () => expect((await openCard()).rev).toBe(2));
    expect(await press(first, 'choice:name:api')).toBe('stale');
  });

  test('goes on after a restart where it was', async () => {
    await tell('scale it');
    const card = await openCard();
    start();
    await engine.recover();
    expect(await press(card, 'choice:name:api')).toBe('accepted');
    await tell('3');
    await vi.waitFor(async () =>
      expect((await openCard()).blocks.at(-1)).toMatchObject({ items: [{ id: 'ask:yes' }, {}] }),
    );
  });

  test('works on what a dead process took in and did not finish', async () => {
    const row = {
      id: 'web:lost',
      rev: 1,
      conversation: room,
      sender: alice,
      stimulus: { type: 'message' as const, text: 'scale it' },
      state: 'new' as const,
      receivedAt: now,
    };
    await store.collection(inboxSpec).insert(row);
    await engine.recover();
    await engine.idle();
    await openCard();
  });

  test('a turn that is repeated after a crash is applied once', async () => {
    await tell('scale it');
    await tell('web', 'answer');
    const inbox = store.collection(inboxSpec);
    const done = await inbox.get('web:answer');
    if (!done) throw new Error('the delivery is gone');
    await inbox.replace({ ...done, rev: done.rev + 1, state: 'new' });
    await engine.recover();
    await engine.idle();
    const [run] = await store.collection(runSpec).find();
    expect(run?.waiting).toMatchObject({ for: 'clarify', state: { asking: 'replicas' } });
  });

  test('expires an open question after a day with a word to the person', async () => {
    await tell('scale it');
    const [run] = await store.collection(runSpec).find();
    now += 24 * 3600_000 + 1;
    await engine.look(run?.id ?? '');
    await vi.waitFor(() => expect(lastText()).toContain('after a day'));
    expect([...cards().values()].every(({ closed }) => closed)).toBe(true);
    await tell('web');
    expect(await store.collection(runSpec).count({ where: { state: 'active' } })).toBe(0);
  });

  test('is cancelled by a word, and the card loses its controls', async () => {
    await tell('scale it');
    await tell('cancel');
    await vi.waitFor(() => expect(lastText()).toContain('Cancelled'));
    expect([...cards().values()].every(({ closed }) => closed)).toBe(true);
  });

  test('an older run whose flow has changed is told so, never misread', async () => {
    await tell('scale it');
    flows.set('scale', { ...scale, version: 2 });
    await tell('web');
    await vi.waitFor(() => expect(lastText()).toContain('updated since'));
  });

  test('waits durably', async () => {
    await tell('nap');
    const [run] = await store.collection(runSpec).find();
    expect(run?.waiting).toEqual({ for: 'timer', at: now + 1000 });
    now += 1001;
    start();
    await engine.recover();
    await engine.idle();
    await vi.waitFor(() => expect(lastText()).toContain('cannot do that yet'));
  });

  test('offers what a sentence could mean, and takes the sentence along with the click', async () => {
    await tell('both of them');
    const offer = await openCard();
    expect(await press(offer, 'intent:scale')).toBe('accepted');
    const [run] = await store.collection(runSpec).find();
    expect(run).toMatchObject({ flow: 'scale', text: 'both of them' });
  });

  test('a word to the engine leaves the open question open', async () => {
    await tell('scale it');
    await tell('approve id');
    await vi.waitFor(() => expect(lastText()).toContain('approve'));
    await tell('web');
    const [run] = await store.collection(runSpec).find();
    expect(run?.waiting).toMatchObject({ state: { asking: 'replicas' } });
  });

  test('a request leaves a question with choices open, unless it is one of them', async () => {
    await tell('scale web 3');
    await tell('web');
    await tell('3');
    const asked = await openCard();
    await tell('look around');
    await vi.waitFor(() => expect(lastText()).toContain('looked at everything'));
    expect(await press(asked, 'ask:yes')).toBe('accepted');
    expect(requested).toHaveLength(1);
  });

  test('a question with choices is ended by a word, too', async () => {
    await tell('scale it');
    await tell('web');
    await tell('3');
    await tell('算了');
    await vi.waitFor(() => expect(lastText()).toMatch(/Cancelled|已取消/));
    expect(requested).toEqual([]);
    expect([...cards().values()].every(({ closed }) => closed)).toBe(true);
  });

  test('a clear request leaves a question in free words open, and what is said next answers it', async () => {
    await tell('where');
    const asked = await openCard();
    await tell('look around');
    await vi.waitFor(() => expect(lastText()).toContain('looked at everything'));
    expect(cards().get(asked.id)?.closed).toBeUndefined();
    await tell('in staging');
    await vi.waitFor(() => expect(lastText()).toContain('it is in staging'));
  });

  test('the same request in other words puts its question away', async () => {
    await tell('where');
    const asked = await openCard();
    await tell('where is it');
    await vi.waitFor(() => expect(cards().get(asked.id)?.closed).toBe(true));
    const open = await openCard();
    expect(open.id).not.toBe(asked.id);
    expect((await store.collection(runSpec).find()).map(({ state }) => state).sort()).toEqual(['active', 'cancelled']);
  });

  test('of several open questions the newest is answered first, then the one before it', async () => {
    await tell('where');
    await tell('scale it');
    await tell('api');
    await tell('3');
    await tell('no');
    expect(await store.collection(runSpec).count({ where: { state: 'finished' } })).toBe(1);
    await tell('in staging');
    await vi.waitFor(() => expect(lastText()).toContain('it is in staging'));
  });

  test('an answer that is delivered again after a crash does not answer the question behind', async () => {
    await tell('scale it');
    await tell('where now');
    await tell('api', 'answer');
    const inbox = store.collection(inboxSpec);
    const done = await inbox.get('web:answer');
    if (!done) throw new Error('the delivery is gone');
    await inbox.replace({ ...done, rev: done.rev + 1, state: 'new' });
    await engine.recover();
    await engine.idle();
    const found = await store.collection(runSpec).find();
    expect(found.find(({ flow }) => flow === 'where')?.state).toBe('finished');
    expect(found.find(({ flow }) => flow === 'scale')?.waiting).toMatchObject({ state: { asking: 'name' } });
  });

  test('somebody else in the room does not answer my question', async () => {
    await tell('scale it');
    await tell('web', 'bobs', bob);
    const [run] = await store.collection(runSpec).find();
    expect(run?.waiting).toMatchObject({ state: { asking: 'name' } });
  });

  test('answers in the language of the question', async () => {
    await tell('scale 一下');
    expect((await openCard()).title).toBe('哪一个？');
  });
});

describe('a place where many people talk', () => {
  const hear = async (text: string, more: Partial<IncomingMessage> = {}) => {
    const deliveryId = `d${count++}`;
    await engine.message({ type: 'message', deliveryId, conversation: room, sender: alice, text, ...more });
    await engine.idle();
  };
  const thread: ConversationRef = { ...room, threadId: '17.1' };

  test('a thread is left alone until the bot was spoken to in it', async () => {
    await hear('scale it', { conversation: thread, addressed: 'thread' });
    expect(delivered).toEqual([]);
    await hear('scale it', { conversation: thread, addressed: 'mention' });
    expect((await openCard()).title).toBe('Which one?');
  });

  test('a reply that comes in before what began its thread waits for it, and what was said before that does not count', async () => {
    const say = (text: string, saidAt: number, addressed: 'thread' | 'mention') =>
      engine.message({
        ...{ type: 'message', deliveryId: `d${count++}`, conversation: thread, sender: alice },
        ...{ text, saidAt, addressed },
      });
    await say('web', 12, 'thread');
    await say('3', 13, 'thread');
    await say('nap', 10, 'thread');
    await say('scale it', 11, 'mention');
    await engine.idle();
    const [run, ...others] = await store.collection(runSpec).find();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ flow: 'scale', waiting: { for: 'choice' } });
  });

  test('a reply before what began its thread is kept across a restart', async () => {
    const said = { conversation: thread, sender: alice, type: 'message' } as const;
    await engine.message({ ...said, deliveryId: 'reply', text: 'web', saidAt: 12, addressed: 'thread' });
    await engine.close();
    start();
    await engine.recover();
    await engine.message({ ...said, deliveryId: 'first', text: 'scale it', saidAt: 11, addressed: 'mention' });
    await engine.idle();
    const [run] = await store.collection(runSpec).find();
    expect(run?.waiting).toMatchObject({ state: { asking: 'replicas' } });
  });

  test('in a thread an answer is heard, and small talk is not', async () => {
    await hear('scale it', { conversation: thread, addressed: 'mention' });
    await openCard();
    await hear('lovely weather', { conversation: thread, sender: bob, addressed: 'thread' });
    await hear('web', { conversation: thread, addressed: 'thread' });
    const [run] = await store.collection(runSpec).find();
    expect(run?.waiting).toMatchObject({ state: { asking: 'replicas' } });
    expect(delivered.map(({ message }) => message.text).join()).not.toContain('understand');
  });

  test('a command shows what was asked, and the talk goes on below it', async () => {
    await hear('/k8s scale', { addressed: 'command' });
    const asked = await vi.waitFor(() => {
      const found = delivered.find(({ key }) => key.startsWith('c-'));
      expect(found?.message.text).toContain('alice asked');
      return found as Delivery;
    });
    await hear('scale', { conversation: { ...room, threadId: asked.key }, addressed: 'thread' });
    const question = await vi.waitFor(() => {
      const found = delivered.find(({ message }) => message.card?.title === 'Which one?');
      expect(found).toBeDefined();
      return found as Delivery;
    });
    expect(question.conversation).toEqual({ ...room, under: asked.key });
    expect(question.root?.messageId).toBe(asked.key);
  });

  test('outsiders may read what the bot is, and nothing else', async () => {
    people.set('bob', { outside: true });
    await hear('scale it', { sender: bob });
    await vi.waitFor(() => expect(lastText()).toContain('members of this organisation'));
    await hear('scale it');
    const card = await openCard();
    expect(await press(card, 'choice:name:web', bob)).toBe('forbidden');
    expect(await engine.card(card.id, bob)).toBeUndefined();
    expect(await engine.card(card.id, alice)).toMatchObject({ card: { title: 'Which one?' } });
    expect(await engine.home(bob)).toEqual([]);
  });

  test('while nobody can say who that is, nothing is done', async () => {
    people.set('bob', undefined);
    await hear('scale it', { sender: bob });
    await vi.waitFor(() => expect(lastText()).toContain('cannot find out who you are'));
    expect(await store.collection(runSpec).count()).toBe(0);
  });

  test('what came in before a platform could say who that is waits for it, also across a restart', async () => {
    people.set('bob', undefined);
    patienceMs = 60_000;
    await engine.message({ type: 'message', deliveryId: 'early', conversation: room, sender: bob, text: 'scale it' });
    await engine.close();
    expect(delivered).toEqual([]);
    start();
    await engine.recover();
    people.set('bob', { outside: false });
    expect((await openCard()).title).toBe('Which one?');
  });

  test('the address that a platform vouches for goes along with what a person asks', async () => {
    people.set('alice', { outside: false, email: 'alice@example.com', name: 'Alice' });
    await hear('scale it');
    const [run] = await store.collection(runSpec).find();
    expect(run?.user).toMatchObject({ email: 'alice@example.com', name: 'Alice' });
  });

  test('a button can be typed', async () => {
    await hear('scale it');
    const card = await openCard();
    await hear(`press ${card.id} choice:name:web`);
    await vi.waitFor(() => expect([...cards().values()].at(-1)?.title).toBe('How many?'));
    await hear(`按 ${card.id} choice:name:nonsense`);
    await vi.waitFor(() => expect(delivered.some(({ message }) => message.text.includes('no such button'))).toBe(true));
  });
});

describe('a sentence that keywords do not settle', () => {
  const meant = (id: string, more: Partial<Extract<Understanding, { kind: 'intent' }>> = {}): Understanding => {
    const found = intent(id);
    if (!found) throw new Error(id);
    return { kind: 'intent', intent: found, known: {}, items: [], sure: true, ...more };
  };
  const scaleWeb = meant('scale', { known: { name: 'web' }, items: [{ label: 'Deployment', value: 'Web shop' }] });
  const begin = (understood: Understanding | undefined | (() => Promise<Understanding | undefined>)) => {
    understands = typeof understood === 'function' ? understood : async () => understood;
    start();
  };
  const runOf = async () => (await store.collection(runSpec).find())[0];

  test('is shown back as it was understood, and begins with its fields when the person says yes', async () => {
    begin(scaleWeb);
    await tell('the shop needs more hands');
    const card = await openCard();
    expect(card.title).toBe('I understood: scale');
    expect(card.blocks[0]).toEqual({ type: 'fields', items: [{ label: 'Deployment', value: 'Web shop' }] });
    expect(await runOf()).toMatchObject({ state: 'active', journal: [], waiting: { for: 'consent' } });
    expect(await press(card, 'ask:yes')).toBe('accepted');
    expect((await openCard()).title).toBe('How many?');
    expect(cards().get(card.id)).toMatchObject({ closed: true, blocks: [{ type: 'fields' }, { type: 'text' }] });
    expect(puzzles).toMatchObject([{ text: 'the shop needs more hands', close: [], asker: { user: alice } }]);
  });

  test.each(['yes', 'Yes, go on', 'ok', '1', '好的', '对，继续'])('is begun by a typed "%s"', async (word) => {
    begin(scaleWeb);
    await tell('the shop needs more hands');
    await tell(word);
    await vi.waitFor(async () => expect((await openCard()).title).toMatch(/How many|多少个/));
  });

  test.each(['no', 'something else', '不是', '取消', '2'])(
    'is dropped by a typed "%s", and what comes near is offered',
    async (word) => {
      begin(scaleWeb);
      await tell('the shop needs more hands');
      await tell(word);
      const offer = await openCard();
      expect(offer.blocks).toMatchObject([{ items: [{ id: 'intent:nap' }, { id: 'intent:look' }] }]);
      expect(await runOf()).toMatchObject({ state: 'cancelled', journal: [] });
      await press(offer, 'intent:look');
      await vi.waitFor(() => expect(lastText()).toContain('looked at everything'));
      const found = await store.collection(runSpec).find();
      expect(found.find(({ flow }) => flow === 'look')?.text).toBe('the shop needs more hands');
    },
  );

  test('goes on in the plainer words that were shown, and what comes near is offered for those that were said', async () => {
    begin(meant('scale', { text: 'scale web', items: [{ label: 'In other words', value: 'scale web' }] }));
    await tell('the shop needs more hands');
    expect(await runOf()).toMatchObject({ text: 'scale web', original: 'the shop needs more hands' });
    await tell('no');
    await press(await openCard(), 'intent:look');
    const found = await store.collection(runSpec).find();
    expect(found.find(({ flow }) => flow === 'look')?.text).toBe('the shop needs more hands');
  });

  test('is put aside by other words, which are taken for themselves', async () => {
    begin(scaleWeb);
    await tell('the shop needs more hands');
    const card = await openCard();
    await tell('look at it');
    await vi.waitFor(() => expect(lastText()).toContain('looked at everything'));
    expect(cards().get(card.id)?.closed).toBe(true);
    expect(await press(card, 'ask:yes')).toBe('decided');
    expect((await store.collection(runSpec).find()).map(({ state }) => state).sort()).toEqual([
      'cancelled',
      'finished',
    ]);
  });

  test('is confirmed by nobody else', async () => {
    begin(scaleWeb);
    await tell('the shop needs more hands');
    const card = await openCard();
    expect(await press(card, 'ask:yes', bob)).toBe('forbidden');
    await tell('yes', 'bobs', bob);
    expect(await runOf()).toMatchObject({ waiting: { for: 'consent' }, journal: [] });
  });

  test('waits across a restart, and is put away after a day', async () => {
    begin(scaleWeb);
    await tell('the shop needs more hands');
    const card = await openCard();
    start();
    await engine.recover();
    expect(await runOf()).toMatchObject({ waiting: { for: 'consent' } });
    now += 25 * 3600_000;
    await engine.look((await runOf())?.id ?? '');
    expect(await runOf()).toMatchObject({ state: 'expired' });
    await vi.waitFor(() => expect(cards().get(card.id)?.closed).toBe(true));
  });

  test('that only reads is begun at once, with a word on how it was understood', async () => {
    begin(meant('look', { known: { name: 'web' }, items: [{ label: 'Name', value: 'web' }] }));
    await tell('how goes the shop');
    await vi.waitFor(() => expect(lastText()).toContain('looked at web'));
    expect(delivered.map(({ message }) => message.text)).toContain(
      'I take this as: look (Name: web)'.replace(/[()]/g, '$&'),
    );
  });

  test('that only reads is shown back as well where something else could be meant', async () => {
    begin(meant('look', { sure: false }));
    await tell('how goes the shop');
    expect((await openCard()).title).toBe('I understood: look');
  });

  test('never becomes a word to the engine: it is only told how to say it', async () => {
    begin(meant('approve', { known: { id: 'a1' } }));
    await tell('both of them');
    expect((await openCard()).title).toBe('Which of these do you mean?');
    delivered = [];
    await tell('that may well go ahead id');
    await vi.waitFor(() => expect(lastText()).toContain('in so many words'));
    expect(cards().size).toBe(0);
    expect(delivered.some(({ message }) => message.text.includes('I could not go on'))).toBe(false);
  });

  test.each([
    ['knows nothing better', async () => undefined],
    ['finds small talk in it', async (): Promise<Understanding> => ({ kind: 'nothing' })],
  ])('is answered as ever where the model %s', async (_, understood) => {
    flows.set('help', help);
    begin(understood);
    await tell('lovely weather');
    await vi.waitFor(() => expect(lastText()).toContain('help with lovely weather'));
    await tell('both of them');
    expect((await openCard()).title).toBe('Which of these do you mean?');
    expect(puzzles.map(({ close }) => close.length)).toEqual([0, 2]);
  });

  test('that is only overheard is never shown to a model', async () => {
    begin(scaleWeb);
    const thread: ConversationRef = { ...room, threadId: '17.1' };
    const hear = async (text: string, addressed: 'thread' | 'mention') => {
      const said = { type: 'message', conversation: thread, sender: alice } as const;
      await engine.message({ ...said, deliveryId: `d${count++}`, text, addressed });
      await engine.idle();
    };
    await hear('the shop needs more hands', 'mention');
    await openCard();
    await hear('did you see the game last night', 'thread');
    expect(puzzles).toHaveLength(1);
    expect(await runOf()).toMatchObject({ waiting: { for: 'consent' } });
    await hear('yes', 'thread');
    expect((await openCard()).title).toBe('How many?');
  });

  test('shows that it is being read, and can be stopped meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<Understanding | undefined>();
    begin(() => promise);
    await engine.message({ type: 'message', deliveryId: 'slow', conversation: room, sender: alice, text: 'hmm' });
    await vi.waitFor(() => expect(steps).toMatchObject([{ id: 'understand', status: 'running' }]));
    expect(await engine.stop(room, alice)).toBe(true);
    await engine.idle();
    resolve(scaleWeb);
    await vi.waitFor(() => expect(lastText()).toBe('Stopped. Nothing was changed.'));
    expect(await store.collection(runSpec).count()).toBe(0);
  });

  test('is begun once, however often its delivery is worked on', async () => {
    begin(scaleWeb);
    await tell('the shop needs more hands', 'same');
    await tell('the shop needs more hands', 'same');
    expect(await store.collection(runSpec).count()).toBe(1);
    expect(await press(await openCard(), 'ask:yes')).toBe('accepted');
  });

  describe('after a question in free words', () => {
    const nobody: Understanding | undefined = undefined;

    test('goes on about it where nobody knows better, for two hours, for who asked', async () => {
      flows.set('help', help);
      begin(nobody);
      await tell('ask');
      await tell('and in staging');
      const asked = async () => (await store.collection(runSpec).find()).filter(({ flow }) => flow === 'ask');
      expect((await asked()).map(({ text }) => text).sort()).toEqual(['and in staging', 'ask']);
      expect(puzzles).toMatchObject([{ before: 'which ones' }]);
      await tell('and in staging', 'bobs', bob);
      now += 2 * 3600_000 + 1;
      await tell('and in staging');
      expect(await asked()).toHaveLength(2);
      expect(puzzles.map(({ before }) => before)).toEqual(['which ones', undefined, undefined]);
    });

    test('is small talk where the model says so, and a task where it says that', async () => {
      flows.set('help', help);
      begin(async () => ({ kind: 'nothing' }));
      await tell('ask');
      await tell('fine weather');
      await vi.waitFor(() => expect(lastText()).toContain('help with fine weather'));
      begin(scaleWeb);
      await tell('the shop needs more hands');
      expect((await openCard()).title).toBe('I understood: scale');
    });

    test('means nothing without a model', async () => {
      flows.set('help', help);
      start();
      await tell('ask');
      await tell('and in staging');
      await vi.waitFor(() => expect(lastText()).toContain('help with and in staging'));
    });
  });
});

describe('a long turn', () => {
  const begin = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    reading = promise;
    await tell('scale it to 3 replicas');
    await engine.message({ type: 'message', deliveryId: 'long', conversation: room, sender: alice, text: 'web' });
    await vi.waitFor(() => expect(steps).toHaveLength(1));
    return resolve;
  };

  test('shows what is being read', async () => {
    const resolve = await begin();
    expect(steps).toEqual([{ id: '1', title: 'Looking at the object', status: 'running' }]);
    resolve();
    await engine.idle();
    expect(steps.at(-1)).toMatchObject({ id: '1', status: 'done' });
  });

  test('is stopped by who asked, and by nobody else', async () => {
    const resolve = await begin();
    expect(await engine.stop(room, bob)).toBe(false);
    expect(await engine.stop(room, alice)).toBe(true);
    await engine.idle();
    resolve();
    await vi.waitFor(() => expect(lastText()).toContain('Stopped'));
    expect(await store.collection(runSpec).count({ where: { state: 'cancelled' } })).toBe(1);
    expect(await engine.stop(room, alice)).toBe(false);
  });
});

describe('while a run waits', () => {
  const waitsFor = async (kind: string) => {
    const [run] = (await store.collection(runSpec).find()).filter(({ waiting }) => waiting?.for === kind);
    return run;
  };
  const say = (text: string, sender = alice) =>
    engine.message({ type: 'message', deliveryId: `d${count++}`, conversation: room, sender, text });
  const heard = (words: string) =>
    vi.waitFor(() => expect(delivered.map(({ message }) => message.text).join('\n')).toContain(words), 10_000);
  const until = (kind: string) => vi.waitFor(async () => expect(await waitsFor(kind)).toBeDefined(), 10_000);

  /** Investigations that go on until they are stopped or let go. */
  function hanging() {
    const { promise, resolve } = Promise.withResolvers<void>();
    looking = async ({ turn, lost }) => {
      if (lost) return found('lost');
      turn?.onStep({ id: 'look', title: 'k8s_list', status: 'running' });
      const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
      turn?.signal.addEventListener('abort', () => stop(), { once: true });
      await Promise.race([promise, stopped]);
      if (turn?.signal.reason instanceof Interrupted) throw turn.signal.reason;
      return found(turn?.signal.aborted ? '' : 'These.');
    };
    return resolve;
  }
  const summaryOf = async () => {
    const [run] = (await store.collection(runSpec).find()).filter(({ flow }) => flow === 'ask');
    const answer = run?.journal[0]?.answer;
    return answer?.ok ? (answer.value as { summary: string }).summary : answer?.code;
  };
  const ended = () =>
    vi.waitFor(
      async () => expect(await store.collection(runSpec).count({ where: { state: 'finished' } })).toBe(1),
      10_000,
    );

  test.each([
    ['proposal', ['scale it', 'web', '3', 'yes']],
    ['timer', ['nap']],
    ['investigation', ['ask']],
  ])('for a %s, whoever asks for something else gets it at once', async (kind, sentences) => {
    const letGo = hanging();
    for (const text of sentences) await say(text);
    await until(kind);
    await say('look around');
    await heard('looked at everything');
    await say('scale another');
    await heard('Which one?');
    expect(await waitsFor(kind)).toBeDefined();
    letGo();
  });

  test('an investigation shows its steps to who asked, and goes on with the answer', async () => {
    const letGo = hanging();
    await say('ask');
    await vi.waitFor(() => expect(steps).toEqual([{ id: 'look', title: 'k8s_list', status: 'running' }]), 10_000);
    letGo();
    await engine.idle();
    expect(await summaryOf()).toBe('These.');
    expect(await store.collection(runSpec).count({ where: { state: 'finished' } })).toBe(1);
  });

  test.each(['stop', 'cancel', 'Stop it!', 'never mind', '停止', '别查了'])(
    'an investigation is ended by "%s"',
    async (word) => {
      hanging();
      await say('ask');
      await until('investigation');
      await say(word, bob);
      await engine.stop(room, bob);
      expect(await waitsFor('investigation')).toBeDefined();
      await say(word);
      await vi.waitFor(
        () => expect(delivered.some(({ message }) => /stopped looking|已停止排查/.test(message.text))).toBe(true),
        10_000,
      );
      await ended();
      expect(await summaryOf()).toBe('');
    },
  );

  test("an investigation is ended by the platform's own button", async () => {
    hanging();
    await say('ask');
    await until('investigation');
    expect(await engine.stop(room, alice)).toBe(true);
    await ended();
    expect(await engine.stop(room, alice)).toBe(false);
  });

  test('a word that ends the open question leaves the investigation alone, and "stop everything" is for the engine', async () => {
    const letGo = hanging();
    await say('ask');
    await until('investigation');
    await say('where');
    await until('choice');
    await say('cancel');
    await heard('Cancelled');
    await say('stop everything');
    await heard('I could not go on: stop');
    expect(await waitsFor('investigation')).toBeDefined();
    letGo();
  });

  test('several investigations of one person go on side by side', async () => {
    const letGo = hanging();
    await say('ask');
    await say('ask more');
    await vi.waitFor(() => expect(investigated).toHaveLength(2), 10_000);
    letGo();
    await engine.idle();
    expect(await store.collection(runSpec).count({ where: { state: 'finished' } })).toBe(2);
  });

  test('an investigation that a killed process was at is begun once more under the same id, and told as lost after that', async () => {
    hanging();
    await say('ask');
    await until('investigation');
    for (const times of [2, 3]) {
      start();
      await engine.recover();
      await vi.waitFor(() => expect(investigated).toHaveLength(times), 10_000);
    }
    await ended();
    expect(new Set(investigated.map(({ id }) => id)).size).toBe(1);
    expect(investigated.map(({ lost }) => lost)).toEqual([false, false, true]);
    expect(await summaryOf()).toBe('lost');
  });

  test('a process that is told to end leaves the investigation to the next, however often', async () => {
    for (let time = 0; time < 4; time++) {
      hanging();
      await (time === 0 ? say('ask') : engine.recover());
      await vi.waitFor(() => expect(investigated).toHaveLength(time + 1), 10_000);
      await engine.close();
      start();
    }
    looking = async () => found('These.');
    await engine.recover();
    await ended();
    expect(await summaryOf()).toBe('These.');
    expect(investigated.some(({ lost }) => lost)).toBe(false);
  });

  test('an answer that was stored before a crash is told by the next process, and not looked for again', async () => {
    hanging();
    await say('ask');
    await until('investigation');
    const rows = store.collection(investigationSpec);
    const [row] = await rows.find();
    if (!row) throw new Error('there is no investigation');
    await rows.replace({ ...row, rev: row.rev + 1, answer: { ok: true, value: { summary: 'Stored.' } } });
    start();
    await engine.recover();
    await ended();
    expect(await summaryOf()).toBe('Stored.');
    expect(investigated).toHaveLength(1);
  });

  test('another process leaves an investigation alone while its own is alive, and takes it over when that no longer moves', async () => {
    exclusive = false;
    const letGo = hanging();
    await say('ask');
    await until('investigation');
    const first = engine;
    const id = (await waitsFor('investigation'))?.id ?? '';
    start();
    await engine.look(id);
    await engine.look(id);
    expect(investigated).toHaveLength(1);
    now += 60_000;
    await engine.look(id);
    expect(investigated).toHaveLength(2);
    letGo();
    await Promise.all([first.idle(), engine.idle()]);
    expect(await store.collection(runSpec).count({ where: { state: 'finished' } })).toBe(1);
  });
});
