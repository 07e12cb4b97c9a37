import { describe, expect, test } from 'vitest';
import { createContacts } from '../../../adapters/dingtalk/contacts.ts';
import { DingTalkError } from '../../../adapters/dingtalk/errors.ts';
import type { Lanes } from '../../../adapters/dingtalk/lanes.ts';
import { NotYet } from '../../../src/chat/types.ts';

const MINUTE_MS = 60_000;
const alice = { isThere: true, name: 'Alice', email: 'alice@example.com' };
const down = new DingTalkError('unreachable', 'unreachable', 'DingTalk did not answer');

describe('looking people up', () => {
  test('what was known last counts while DingTalk cannot be asked, and is asked for again half a minute later', async () => {
    const it = office();
    expect(await it.contacts.find('alice')).toEqual(alice);
    it.pass(11 * MINUTE_MS);
    it.refuse(down);
    expect(await it.contacts.find('alice')).toEqual(alice);
    expect(await it.contacts.find('alice')).toEqual(alice);
    expect(it.asked).toEqual(['alice', 'alice']);
    it.pass(MINUTE_MS / 2);
    it.refuse(undefined);
    expect(await it.contacts.find('alice')).toEqual(alice);
    expect(it.asked).toHaveLength(3);
  });

  test('who is known is not waited for when it is not his turn', async () => {
    const it = office();
    await it.contacts.find('alice');
    it.pass(11 * MINUTE_MS);
    it.busy([5_000]);
    expect(await it.contacts.find('alice')).toEqual(alice);
    expect(it.asked).toHaveLength(1);
  });

  test('who is not known waits for his turn, once for all who ask', async () => {
    const it = office();
    it.busy([5, 5]);
    const found = await Promise.all([it.contacts.find('alice'), it.contacts.find('alice')]);
    expect(found).toEqual([alice, alice]);
    expect(it.asked).toEqual(['alice']);
  });

  test('a turn that is far off is not waited for, but kept: who asks again gets it', async () => {
    const it = office();
    it.busy([9_000]);
    expect(await it.contacts.find('alice')).toBeUndefined();
    expect(await it.contacts.find('alice')).toEqual(alice);
    expect(it.turns).toEqual(['contact alice', 'contact alice']);
  });

  test('nobody waits for a turn once it is over', async () => {
    const it = office();
    it.busy([7_000]);
    const waiting = it.contacts.find('alice');
    it.end();
    it.busy([7_000]);
    expect(await waiting).toBeUndefined();
  });

  test('a refusal that concerns one person hides nobody else’s address', async () => {
    const it = office();
    it.refuse(new DingTalkError('refused', '33012', 'invalid userid'));
    expect(await it.contacts.find('b b')).toEqual({ isThere: true });
    it.refuse(undefined);
    expect(await it.contacts.find('alice')).toEqual(alice);
  });

  test('a right that was taken away takes the addresses with it, for an hour', async () => {
    const it = office();
    await it.contacts.find('alice');
    it.pass(11 * MINUTE_MS);
    it.refuse(new DingTalkError('permission', '60011', 'no permission'));
    expect(await it.contacts.find('alice')).toEqual({ isThere: true });
    expect(await it.contacts.find('bob')).toEqual({ isThere: true });
    expect(it.asked).toEqual(['alice', 'alice']);
    it.pass(61 * MINUTE_MS);
    it.refuse(undefined);
    expect(await it.contacts.find('alice')).toEqual(alice);
  });
});

/** Contacts between a DingTalk that answers or refuses, and a lane that is free or busy. */
function office() {
  let now = 1_000_000;
  let refusal: Error | undefined;
  let waits: number[] = [];
  const asked: string[] = [];
  const turns: string[] = [];
  const ending = new AbortController();
  const lanes: Pick<Lanes, 'run'> = {
    async run(lane, key, call) {
      turns.push(`${lane} ${key}`);
      const waitMs = waits.shift();
      if (waitMs !== undefined) throw new NotYet(waitMs);
      return call();
    },
  };
  const oapi = async (_: string, { userid }: { userid?: string }) => {
    asked.push(userid ?? '');
    if (refusal) throw refusal;
    return { errcode: 0, result: { name: 'Alice', org_email: 'alice@example.com' } };
  };
  const contacts = createContacts({ api: { oapi }, lanes, clock: () => now, over: ending.signal });
  return {
    contacts,
    asked,
    turns,
    pass(ms: number) {
      now += ms;
    },
    refuse(error: Error | undefined) {
      refusal = error;
    },
    busy(ms: number[]) {
      waits = ms;
    },
    end: () => ending.abort(),
  };
}
