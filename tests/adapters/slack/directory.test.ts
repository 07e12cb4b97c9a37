import { describe, expect, test } from 'vitest';
import { rig } from './rig.ts';

describe('who people are in Slack', () => {
  test('a member is inside, with the address that Slack has seen confirmed', async () => {
    const { slack, adapter } = await rig();
    const person = await adapter.person?.({ platform: 'slack', tenant: slack.team, id: 'U0ALICE' });
    expect(person).toEqual({ name: 'alice', email: 'alice@example.com', outside: false });
  });

  test('an address that nobody confirmed gives no rights', async () => {
    const { slack, adapter } = await rig();
    slack.addUser({ id: 'U0NEW', email: 'admin@example.com', emailConfirmed: false });
    const person = await adapter.person?.({ platform: 'slack', tenant: slack.team, id: 'U0NEW' });
    expect(person?.email).toBeUndefined();
  });

  test.each(['U0GUEST', 'U0STRANGER', 'U0OTHERBOT', 'U0NOBODY', 'U0GONE'])('%s is outside', async (id) => {
    const { slack, adapter } = await rig();
    slack.addUser({ id: 'U0GONE', deleted: true });
    expect(await adapter.person?.({ platform: 'slack', tenant: slack.team, id })).toMatchObject({ outside: true });
  });

  test('somebody of another workspace is outside', async () => {
    const { adapter } = await rig();
    expect(await adapter.person?.({ platform: 'slack', tenant: 'T0ELSE', id: 'U0ALICE' })).toEqual({ outside: true });
  });

  test('while Slack does not answer nobody knows, which is neither inside nor outside', async () => {
    const { slack, adapter } = await rig();
    slack.faults.fail('users.info', 'http:503', 1);
    const alice = { platform: 'slack' as const, tenant: slack.team, id: 'U0ALICE' };
    expect(await adapter.person?.(alice)).toBeUndefined();
    expect(await adapter.person?.(alice)).toMatchObject({ outside: false });
  });

  test('a hundred questions about one person at once are one, and none more for ten minutes', async () => {
    let now = Date.now();
    const { slack, adapter } = await rig({ options: { clock: () => now } });
    const alice = { platform: 'slack' as const, tenant: slack.team, id: 'U0ALICE' };
    await Promise.all(Array.from({ length: 100 }, () => adapter.person?.(alice)));
    await adapter.person?.(alice);
    const asked = () => slack.calls.filter(({ method }) => method === 'users.info').length;
    expect(asked()).toBe(1);
    now += 11 * 60_000;
    await adapter.person?.(alice);
    expect(asked()).toBe(2);
  });
});
