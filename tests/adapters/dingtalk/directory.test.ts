import { describe, expect, test } from 'vitest';
import type { UserRef } from '../../../src/chat/types.ts';
import { bench, connected, direct, group } from './support.ts';

const CONTACTS = 'POST /topapi/v2/user/get';

describe('who people are', () => {
  test('the e-mail address is what the organisation has given, asked for once', async () => {
    const { fake, chat, user } = await withAlice();
    const people = await Promise.all([chat.person?.(user), chat.person?.(user), chat.person?.(user)]);
    for (const person of people) expect(person).toEqual({ outside: false, name: '爱丽丝', email: 'alice@example.com' });
    expect(fake.calls.filter(({ api }) => api === CONTACTS)).toHaveLength(1);
  });

  test('without the permission there is no address, and it is not asked again at once', async () => {
    const { fake, chat, user } = await withAlice();
    fake.faults.noContacts(true);
    expect(await chat.person?.(user)).toEqual({ outside: false, name: '爱丽丝' });
    expect(await chat.person?.({ ...user, id: 'bob0412' })).toEqual({ outside: false });
    expect(fake.calls.filter(({ api }) => api === CONTACTS)).toHaveLength(1);
  });

  test('while the contacts cannot be reached nobody knows who it is, and it is asked again', async () => {
    const { fake, chat, user } = await withAlice();
    fake.faults.fail(CONTACTS, 503, 1);
    expect(await chat.person?.(user)).toBeUndefined();
    expect(await chat.person?.(user)).toMatchObject({ outside: false, email: 'alice@example.com' });
  });

  test('forty people who write at once after a restart are all known soon, within DingTalk’s rate', async () => {
    const { fake, chat, user } = await withAlice();
    const ids = Array.from({ length: 40 }, (_, at) => `staff${at}`);
    for (const id of ids)
      fake.users.set(id, { staffId: id, senderId: `$:LWCP_v1:$${id}`, nick: id, email: `${id}@example.com` });
    const people = await Promise.all(ids.map((id) => chat.person?.({ ...user, id })));
    expect(people.map((person) => person?.email)).toEqual(ids.map((id) => `${id}@example.com`));
    expect(fake.violations).toEqual([]);
  });

  test.for(['Forbidden.AccessDenied.QpsLimitForApi', '88/90018'])(
    'a refusal for the rate (%s) makes nobody unknown: it is waited for',
    async (code) => {
      const { fake, chat, user } = await withAlice();
      fake.faults.fail(CONTACTS, code, 1);
      expect(await chat.person?.(user)).toMatchObject({ outside: false, email: 'alice@example.com' });
      expect(fake.calls.filter(({ api }) => api === CONTACTS)).toHaveLength(2);
    },
  );

  test('somebody who has left the organisation is from outside', async () => {
    const { chat, user } = await withAlice();
    expect(await chat.person?.({ ...user, id: 'gone123' })).toMatchObject({ outside: true });
  });

  test('a person of another organisation is from outside, whatever his id', async () => {
    const { chat, user } = await withAlice();
    expect(await chat.person?.({ ...user, tenant: 'dingOther' })).toMatchObject({ outside: true });
    expect(await chat.person?.({ ...user, id: '$:LWCP_v1:$alice' })).toMatchObject({ outside: true });
  });

  test('who was judged from outside before a restart is so after it', async () => {
    const { chat } = await bench();
    const user: UserRef = { platform: 'dingtalk', tenant: 'outside-dingOther', id: 'manager807' };
    expect(await chat.person?.(user)).toEqual({ outside: true });
  });

  test('the robot’s organisation is also known from where it writes to', async () => {
    const { fake, chat } = await bench();
    await chat.deliver({ key: 'hello', conversation: group(fake), message: { text: 'Good morning', language: 'en' } });
    expect(await chat.person?.({ platform: 'dingtalk', tenant: 'dingOther', id: 'manager807' })).toEqual({
      outside: true,
    });
  });
});

async function withAlice() {
  const made = await bench();
  await connected(made);
  await made.fake.say({ user: 'alice', text: 'hello' });
  await made.fake.settled(() => made.messages.length === 1);
  const { tenant, id } = direct(made.fake);
  return { ...made, user: { platform: 'dingtalk', tenant, id } satisfies UserRef };
}
