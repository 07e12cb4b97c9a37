import { describe, expect, test } from 'vitest';
import { against, approval, rig, words } from './rig.ts';

const alice = { user: 'U0ALICE', channel: 'C0OPS' };

describe('the connection to Slack', () => {
  test('two sockets are open, and health says so', async () => {
    const { slack, adapter } = await rig();
    await slack.settled(() => slack.sockets() === 2 && adapter.health().detail.startsWith('2'));
    expect(adapter.health()).toMatchObject({ ok: true, detail: '2 of 2 sockets' });
    expect(slack.violations).toEqual([]);
  });

  test('a click while Slack renews a socket is not lost, and the new socket does not wait five seconds', async () => {
    const { slack, adapter, actions, deliver, place } = await rig();
    await slack.settled(() => slack.sockets() === 2);
    await deliver({ key: 'approval-a1b2c3', conversation: place('C0OPS'), message: approval() });
    const [message] = slack.messages('C0OPS');
    slack.faults.dropSockets('refresh', 1);
    const before = performance.now();
    const clicked = await slack.click({ ...alice, ts: message?.ts ?? '', actionId: 'approve:a1b2' });
    expect(await clicked.outcome).toEqual({});
    await slack.settled(() => slack.sockets() === 2 && actions.length === 1);
    expect(performance.now() - before).toBeLessThan(4500);
    expect(adapter.health().ok).toBe(true);
    expect(slack.lost).toEqual([]);
  });

  test.each(['close', 'reset', 'refresh'] as const)('sockets that go by %s are opened again', async (how) => {
    const { slack, adapter, messages } = await rig();
    await slack.settled(() => slack.sockets() === 2);
    slack.faults.dropSockets(how);
    await slack.settled(() => slack.opened() >= 4 && slack.sockets() === 2);
    await slack.mention({ ...alice, text: 'still there?' });
    await slack.settled(() => messages.length === 1);
    await slack.settled(() => adapter.health().ok);
  });

  test('a refusal while it reconnects ends nothing: it says how to mend it, and recovers by itself', async () => {
    const { slack, adapter, messages } = await rig();
    await slack.settled(() => slack.sockets() === 2);
    slack.faults.refuseAuth(true);
    slack.faults.dropSockets('close');
    const refused = /refuses the app token \(invalid_auth\).*SLACK_APP_TOKEN/;
    await slack.settled(() => refused.test(adapter.health().detail));
    expect(adapter.health().ok).toBe(false);
    slack.faults.refuseAuth(false);
    await slack.settled(() => adapter.health().ok, 10_000);
    await slack.mention({ ...alice, text: 'back?' });
    await slack.settled(() => messages.length === 1);
  });

  test('sockets refused in the handshake are tried with longer and longer pauses', async () => {
    const { slack, adapter } = await rig({ before: (fake) => fake.faults.refuseSockets(true) });
    expect(adapter.health().ok).toBe(false);
    const tries = () => slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
    await slack.settled(() => tries() >= 4);
    expect(tries()).toBeLessThanOrEqual(6);
    slack.faults.refuseSockets(false);
    await slack.settled(() => adapter.health().ok, 10_000);
    expect(slack.violations).toEqual([]);
  });

  test('a bad bot token keeps nothing from starting, and is tried again', async () => {
    const { slack, adapter, place } = await rig({ before: (fake) => fake.faults.refuseAuth(true, 'account_inactive') });
    expect(adapter.health()).toMatchObject({ ok: false });
    expect(adapter.health().detail).toMatch(/refuses the bot token \(account_inactive\).*SLACK_BOT_TOKEN/);
    await expect(
      adapter.deliver({ key: 'r-1', conversation: place('C0OPS'), message: words('hello') }),
    ).rejects.toMatchObject({ code: 'NOT_YET' });
    slack.faults.refuseAuth(false);
    await slack.settled(() => adapter.health().ok, 10_000);
  });

  test('a bot token that is refused later on is told, and taken again once it works', async () => {
    const { slack, adapter, place } = await rig();
    await slack.settled(() => adapter.health().ok);
    slack.faults.fail('chat.postMessage', 'token_revoked', 1);
    await expect(
      adapter.deliver({ key: 'r-1', conversation: place('C0OPS'), message: words('hello') }),
    ).rejects.toMatchObject({ reason: 'token_revoked' });
    expect(adapter.health()).toMatchObject({ ok: false, detail: expect.stringContaining('token_revoked') });
    await slack.settled(() => adapter.health().ok, 10_000);
  });

  test('a scope that is missing is named; without one it cannot do without, it is not well', async () => {
    const { slack, adapter, place } = await rig({ before: (fake) => void fake.scopes.delete('chat:write') });
    await adapter
      .deliver({ key: 'r-1', conversation: place('C0OPS'), message: words('hello') })
      .catch((error: unknown) => error);
    await slack.settled(() => adapter.health().detail.includes('chat:write'));
    expect(adapter.health()).toMatchObject({ ok: false, detail: expect.stringMatching(/lacks chat:write.*reinstall/) });
  });

  test('without an app token and without a signing secret it says what to set', async () => {
    const { adapter } = await rig({ options: { appToken: undefined } });
    expect(adapter.health()).toMatchObject({ ok: false, detail: expect.stringContaining('SLACK_APP_TOKEN') });
  });

  test('a call that fails is made once: no retry of a library doubles it or holds it back', async () => {
    const { slack, adapter, place } = await rig();
    slack.faults.fail('chat.postMessage', 'http:503', 5);
    const sent = { key: 'r-1', conversation: place('C0OPS'), message: words('hello') };
    await expect(adapter.deliver(sent)).rejects.toMatchObject({ reason: 'http_503', unclear: true });
    expect(slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
  });

  test('stopped, it has no socket any more and takes no new one', async () => {
    const { slack, adapter } = await rig();
    await slack.settled(() => slack.sockets() === 2);
    await adapter.stop();
    await slack.settled(() => slack.sockets() === 0);
    const opened = slack.opened();
    const other = await against(slack);
    await slack.settled(() => slack.sockets() === 2);
    expect(slack.opened()).toBe(opened + 2);
    expect(adapter.health()).toMatchObject({ ok: false, detail: 'stopped' });
    await other.adapter.stop();
  });

  test('sockets that are told to go and never answer the close are replaced all the same', async () => {
    const { slack, adapter, messages } = await rig({ fake: { zombieMs: 60_000 } });
    await slack.settled(() => slack.sockets() === 2);
    slack.push({ type: 'disconnect', reason: 'refresh_requested' });
    slack.push({ type: 'disconnect', reason: 'refresh_requested' });
    slack.faults.dropSockets('silence');
    await slack.settled(() => slack.opened() === 4, 10_000);
    await slack.settled(() => adapter.health().detail.startsWith('2'));
    await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'there?' });
    await slack.settled(() => messages.length === 1, 10_000);
  });

  test('stopped while it opens its sockets, none is left open', async () => {
    const { slack, adapter } = await rig({ before: (fake) => fake.faults.slow('apps.connections.open', 4000) });
    await adapter.stop();
    const asked = () => slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
    await slack.settled(() => asked() === 2, 10_000);
    await slack.settled(() => slack.sockets() === 0 && slack.opened() === 2, 10_000);
    expect(asked()).toBe(2);
  });

  test('stopped while a socket does not answer, it ends all the same', async () => {
    const { slack, adapter } = await rig();
    await slack.settled(() => slack.sockets() === 2);
    slack.faults.dropSockets('silence');
    const before = performance.now();
    await adapter.stop();
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
