import { describe, expect, test } from 'vitest';
import type { FakeSlack } from '../../fakes/slack/slack.ts';
import { type Rig, rig } from './rig.ts';

async function byHttp(options: Parameters<typeof rig>[0] = {}) {
  const rigged = await rig({
    ...options,
    fake: { ackMs: 3000 },
    options: { appToken: undefined, httpPort: 0, signingSecret: 'fake-signing-secret', ...options?.options },
  });
  const { detail } = rigged.adapter.health();
  const url = /http:\S+/.exec(detail)?.[0] ?? '';
  return { ...rigged, url };
}

const event = (slack: FakeSlack, text: string, ts = '1795634545.000100') =>
  JSON.stringify({
    type: 'event_callback',
    team_id: slack.team,
    event_id: 'Ev1',
    event: { type: 'message', channel_type: 'im', channel: 'D1', user: 'U0BOB', text, ts },
    authorizations: [{ team_id: slack.team, user_id: slack.botUser, is_enterprise_install: false }],
  });

async function send({ url, slack }: { url: string } & Pick<Rig, 'slack'>, body: string, at = Date.now()) {
  const headers = { 'content-type': 'application/json', ...slack.sign(body, at) };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

describe('Slack by HTTP', () => {
  test('events, commands and clicks arrive, and health says where it listens', async () => {
    const { slack, url, adapter, messages } = await byHttp();
    expect(adapter.health()).toMatchObject({ ok: true, detail: `listens on ${url}` });
    slack.deliverTo(url);
    await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'help' });
    expect((await slack.slash({ user: 'U0ALICE', channel: 'C0OPS', text: 'status' })).ack).toEqual({});
    await slack.settled(() => messages.length === 2);
    expect(messages.map(({ text }) => text).toSorted()).toEqual(['/k8s status', 'help']);
  });

  test('a request with a wrong signature, or none, is refused', async () => {
    const rigged = await byHttp();
    const body = event(rigged.slack, 'help');
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(rigged.url, { method: 'POST', headers, body })).status).toBe(401);
    const signed = { ...headers, ...rigged.slack.sign(body), 'x-slack-signature': `v0=${'0'.repeat(64)}` };
    expect((await fetch(rigged.url, { method: 'POST', headers: signed, body })).status).toBe(401);
    expect(rigged.messages).toEqual([]);
  });

  test.each([
    ['six minutes ago', -6],
    ['in six minutes', 6],
  ])('a request signed %s is refused', async (_, minutes) => {
    const rigged = await byHttp();
    expect(await send(rigged, event(rigged.slack, 'help'), Date.now() + minutes * 60_000)).toBe(401);
    expect(rigged.messages).toEqual([]);
  });

  test('a request that was here before is refused', async () => {
    const rigged = await byHttp();
    const at = Date.now();
    expect(await send(rigged, event(rigged.slack, 'help'), at)).toBe(200);
    expect(await send(rigged, event(rigged.slack, 'help'), at)).toBe(401);
    expect(rigged.messages).toHaveLength(1);
  });

  test('what could not be stored is answered with an error, and the same request is welcome again', async () => {
    let broken = true;
    const stored: string[] = [];
    const rigged = await byHttp({
      intake: {
        message: async ({ text }) => {
          if (broken) throw new Error('disk full');
          stored.push(text);
        },
      },
    });
    const at = Date.now();
    expect(await send(rigged, event(rigged.slack, 'help'), at)).toBe(500);
    broken = false;
    expect(await send(rigged, event(rigged.slack, 'help'), at)).toBe(200);
    expect(stored).toEqual(['help']);
  });

  test('more than a megabyte is not read', async () => {
    const rigged = await byHttp();
    expect(await send(rigged, event(rigged.slack, 'x'.repeat(1024 * 1024)))).toBe(413);
  });

  test('nothing else is answered there', async () => {
    const { url } = await byHttp();
    expect((await fetch(new URL('/', url))).status).toBe(404);
  });

  test('a port that is taken is told and tried again; stopped, the port is free', async () => {
    const first = await byHttp();
    const port = Number(new URL(first.url).port);
    const second = await byHttp({ options: { httpPort: port } });
    expect(second.adapter.health()).toMatchObject({ ok: false, detail: expect.stringContaining('SLACK_HTTP_PORT') });
    await first.adapter.stop();
    await second.slack.settled(() => second.adapter.health().ok);
  });
});
