import { afterEach, describe, expect, test } from 'vitest';
import { createBudget, type Limits } from '../../src/agent/budget.ts';
import { usageSpec } from '../../src/agent/records.ts';
import { temporaryStore } from '../support/store.ts';

const stores: { dispose(): Promise<void> }[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.dispose();
});

const DAY = 24 * 3600_000;
/** Half an hour before midnight in Shanghai. */
const NOW = Date.parse('2026-11-25T15:30:00Z');
const ONE = { calls: 1, tokens: 100, money: 0 };

async function kept(limits: Limits) {
  const store = await temporaryStore();
  stores.push(store);
  const rows = store.collection(usageSpec);
  let now = NOW;
  const open = () => createBudget({ rows, limits, timeZone: 'Asia/Shanghai', clock: () => now, onError: () => {} });
  const pass = (ms: number) => {
    now += ms;
  };
  return { rows, open, pass };
}

describe('a budget', () => {
  test.each(['user', 'all'] as const)(
    'of %s is spent to the last call, and a restart forgets none of it',
    async (of) => {
      const limits = { user: {}, all: {}, [of]: { calls: 3 } };
      const { open } = await kept(limits);
      const results: unknown[] = [];
      for (let call = 0; call < 4; call++) results.push(await open().take('web:x:ann', ONE));
      expect(results.map((one) => (one as { ok: boolean }).ok)).toEqual([true, true, true, false]);
      expect(results.at(-1)).toEqual({ ok: false, of, what: 'calls' });
    },
  );

  test('of one user leaves the others theirs, and takes nothing from all when it is spent', async () => {
    const { open, rows } = await kept({ user: { calls: 1 }, all: {} });
    const budget = open();
    expect(await budget.take('web:x:ann', ONE)).toMatchObject({ ok: true });
    expect(await budget.take('web:x:ann', ONE)).toMatchObject({ ok: false });
    expect(await budget.take('web:x:bob', ONE)).toMatchObject({ ok: true });
    expect(await budget.take(undefined, ONE)).toMatchObject({ ok: true });
    expect(await rows.get('2026-11-25 *')).toMatchObject({ calls: 3, tokens: 300 });
  });

  test('of a conversation is spent by all who talk in it, and takes nothing from them when it is', async () => {
    const { open, rows } = await kept({ user: { calls: 9 }, conversation: { calls: 2 }, all: {} });
    const budget = open();
    expect(await budget.take('web:x:ann', ONE, 'web:x:room')).toMatchObject({ ok: true });
    const second = await budget.take('web:x:bob', ONE, 'web:x:room');
    expect(await budget.take('web:x:bob', ONE, 'web:x:room')).toEqual({ ok: false, of: 'conversation', what: 'calls' });
    expect(await budget.take('web:x:bob', ONE, 'web:x:other')).toMatchObject({ ok: true });
    if (second.ok) await second.settle({ calls: 1, tokens: 7, money: 0 });
    expect(await rows.get('2026-11-25 conversation web:x:room')).toMatchObject({ calls: 2, tokens: 107 });
    expect(await rows.get('2026-11-25 web:x:bob')).toMatchObject({ calls: 2, tokens: 107 });
    expect(await rows.get('2026-11-25 *')).toMatchObject({ calls: 3, tokens: 207 });
  });

  test('is not overdrawn by many at the same time', async () => {
    const { open } = await kept({ user: {}, all: { tokens: 1000 } });
    const budgets = [open(), open(), open()];
    const takes = Array.from({ length: 60 }, (_, at) => budgets[at % 3]?.take(`web:x:u${at % 7}`, ONE));
    const taken = (await Promise.all(takes)).filter((one) => one?.ok);
    expect(taken).toHaveLength(10);
  });

  test('counts what it really was once that is known', async () => {
    const { open, rows } = await kept({ user: { tokens: 1000 }, all: { money: 1 } });
    const taken = await open().take('web:x:ann', { calls: 1, tokens: 900, money: 0.9 });
    expect(await open().take('web:x:ann', ONE)).toMatchObject({ ok: true });
    expect(await open().take('web:x:ann', ONE)).toEqual({ ok: false, of: 'user', what: 'tokens' });
    if (taken.ok) await taken.settle({ calls: 1, tokens: 50, money: 0.25 });
    expect(await rows.get('2026-11-25 web:x:ann')).toMatchObject({ calls: 2, tokens: 150, money: 0.25 });
    expect(await open().take(undefined, { calls: 1, tokens: 1, money: 0.8 })).toEqual({
      ok: false,
      of: 'all',
      what: 'money',
    });
  });

  test('begins anew with the local day, settles on the day it was taken, and forgets after 90 days', async () => {
    const { open, rows, pass } = await kept({ user: { calls: 1 }, all: {} });
    const late = await open().take('web:x:ann', ONE);
    pass(3600_000);
    expect(await open().take('web:x:ann', ONE)).toMatchObject({ ok: true });
    if (late.ok) await late.settle({ calls: 1, tokens: 1, money: 0 });
    expect(await rows.get('2026-11-25 web:x:ann')).toMatchObject({ tokens: 1 });
    expect(await rows.get('2026-11-26 web:x:ann')).toMatchObject({ tokens: 100 });
    pass(90 * DAY);
    await open().take(undefined, ONE);
    expect((await rows.find()).map(({ id }) => id).sort()).toEqual([
      '2026-11-26 *',
      '2026-11-26 web:x:ann',
      '2027-02-24 *',
    ]);
  });

  test('of nothing allows nothing', async () => {
    const { open } = await kept({ user: {}, all: { tokens: 0 } });
    expect(await open().take(undefined, ONE)).toEqual({ ok: false, of: 'all', what: 'tokens' });
  });
});
