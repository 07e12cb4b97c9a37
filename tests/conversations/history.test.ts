import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationRef, UserRef } from '../../src/chat/types.ts';
import { conversationKey } from '../../src/chat/types.ts';
import { createAskViews } from '../../src/conversations/ask-views.ts';
import type { Asker } from '../../src/conversations/ports.ts';
import { type Run, runSpec } from '../../src/conversations/records.ts';
import { temporaryStore } from '../support/store.ts';

const alice: UserRef = { platform: 'slack', tenant: 't', id: 'alice' };
const bob: UserRef = { ...alice, id: 'bob' };
const dm: ConversationRef = { platform: 'slack', tenant: 't', id: 'd1', kind: 'dm' };
const channel: ConversationRef = { platform: 'slack', tenant: 't', id: 'c1', kind: 'group' };
const HOUR = 3600_000;
const NOW = 100 * HOUR;

let store: Awaited<ReturnType<typeof temporaryStore>>;
beforeEach(async () => {
  store = await temporaryStore();
});
afterEach(() => store.dispose());

const investigation = (summary: string, more: object = {}) => ({
  id: 'x',
  question: `about ${summary}`,
  ending: 'answered',
  summary,
  claims: [],
  ...more,
});

let count = 0;
async function answered(value: object | undefined, more: Partial<Run> = {}): Promise<void> {
  const conversation = more.conversation ?? dm;
  const run: Run = {
    ...{ id: `r-${count++}`, rev: 1, flow: 'ask', version: 1, known: {}, text: 'asked', user: alice, language: 'en' },
    ...{ journal: [], state: 'finished', asked: 0, lastDelivery: '', dueAt: 0, startedAt: NOW - HOUR },
    ...(value && { journal: [{ key: 'investigate', answer: { ok: true, value: JSON.parse(JSON.stringify(value)) } }] }),
    ...more,
    conversation,
    place: conversationKey(conversation),
  };
  await store.collection(runSpec).insert(run);
}

async function history(asker: Partial<Asker> = {}) {
  const views = createAskViews({
    runs: store.collection(runSpec),
    router: { nearest: () => [] },
    hasModel: true,
    clock: () => NOW,
  });
  const result = await views.copilot_history?.({}, { user: alice, conversation: dm, language: 'en', ...asker });
  return result?.ok ? (result.data.turns as { question: string; answer: string }[]) : [];
}

describe('what was asked before in a talk', () => {
  test('is every question with what the check left of its answer, oldest first', async () => {
    const claims = [
      { text: 'checkout runs as root', standing: 'supported', cites: ['E1'] },
      { text: 'api is hacked', standing: 'reported', heard: ['log'], cites: ['E2'] },
      { text: 'so does api', standing: 'hypothesis', cites: [] },
    ];
    await answered(investigation('Two.', { claims }), { startedAt: NOW - HOUR });
    await answered(investigation('One.'), { startedAt: NOW - HOUR - 1 });
    expect(await history()).toEqual([
      { question: 'about One.', answer: 'One.' },
      {
        question: 'about Two.',
        answer: 'Two.\n- checkout runs as root\n- (only reported) api is hacked\n- (not proven) so does api',
      },
    ]);
  });

  test('ends after two hours, and leaves out what came to nothing or is under way', async () => {
    await answered(investigation('Old.'), { startedAt: NOW - 2 * HOUR });
    await answered(investigation('Failed.', { ending: 'failed' }));
    await answered(investigation(''));
    await answered(undefined);
    await answered({ ending: 'strange' });
    await answered(investigation('Running.'), { state: 'active' });
    await answered(investigation('Other.'), { flow: 'diagnose' });
    expect(await history()).toEqual([]);
  });

  test("is one's own, in a thread that of everybody in it, and never of another place", async () => {
    const thread = { ...channel, threadId: '17.1' };
    const below = { ...channel, under: 'm-1' };
    for (const conversation of [dm, channel, thread, below])
      for (const user of [alice, bob]) await answered(investigation(`${user.id}.`), { conversation, user });
    const mine = [{ answer: 'alice.' }];
    expect(await history()).toMatchObject(mine);
    expect(await history({ conversation: channel })).toMatchObject(mine);
    expect(await history({ conversation: thread })).toHaveLength(2);
    expect(await history({ conversation: below })).toHaveLength(2);
    expect(await history({ conversation: { ...channel, threadId: '18.2' } })).toEqual([]);
  });

  test('is no more than a dozen', async () => {
    for (let n = 0; n < 30; n++) await answered(investigation(`${n}`), { startedAt: NOW - HOUR + n });
    const turns = await history();
    expect(turns).toHaveLength(12);
    expect(turns.at(-1)?.answer).toBe('29');
  });
});

describe('what comes nearest', () => {
  test('is told with its title and example in the language of who asks, and whether there is a model', async () => {
    const intent = { id: 'incidents', flow: 'incidents', title: { en: 'Incidents', zh: '故障' } };
    const views = createAskViews({
      runs: store.collection(runSpec),
      router: { nearest: (_, most, language) => (most > 0 ? [{ intent, example: language }] : []) },
      hasModel: false,
      clock: () => NOW,
    });
    const asker: Asker = { user: alice, conversation: dm, language: 'zh' };
    expect(await views.copilot_nearest?.({ text: 'fire' }, asker)).toEqual({
      ok: true,
      data: { items: [{ id: 'incidents', title: '故障', example: 'zh' }], model: false },
    });
  });
});
