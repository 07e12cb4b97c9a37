import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChannelForm, ChannelRefusal, ChannelSource, ChannelView } from '../../../adapters/console/wire.ts';
import { emptySources, type Rig, startRig } from './fakes.ts';

const form: ChannelForm = { rev: 1, incidents: true, clusters: ['prod'], namespaces: [], severities: ['critical'] };
const view: ChannelView = {
  ...form,
  key: 'slack:T1:C1',
  platform: 'slack',
  kind: 'group',
  updatedBy: 'ann',
  updatedAt: 1,
};
const key = encodeURIComponent(view.key);

let rig: Rig;
let asked: unknown[];
let refusal: ChannelRefusal | undefined;

const channels: ChannelSource = {
  list: async () => ({ channels: [view], mayChange: true, timeZone: 'UTC' }),
  async set({ user }, id, given) {
    asked.push(['set', user.id, id, given]);
    return refusal ?? { ...view, ...given };
  },
  async remove({ user }, id) {
    asked.push(['remove', user.id, id]);
    return refusal ?? { ok: true };
  },
};

beforeEach(async () => {
  asked = [];
  refusal = undefined;
  const connections = () => [{ platform: 'slack' as const, ok: false, detail: 'invalid_auth', since: 5 }];
  rig = await startRig({ sources: { ...emptySources, channels, connections } });
});
afterEach(() => rig.console.stop());

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  rig.fetch(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

describe('channels in the console', () => {
  test('are listed with what is told there, and with how each platform is reached', async () => {
    expect(await (await rig.fetch('/api/v1/channels')).json()).toEqual({
      channels: [view],
      mayChange: true,
      timeZone: 'UTC',
    });
    expect(await (await rig.fetch('/api/v1/connections')).json()).toMatchObject([{ platform: 'slack', ok: false }]);
  });

  test('are changed and removed by their key, whatever characters it has', async () => {
    const odd = encodeURIComponent('dingtalk:ding1:cidA+b/c==');
    const done = await send('PUT', `/api/v1/channels/${odd}`, { ...form, digest: { at: '09:00' } });
    expect(done.status).toBe(200);
    expect(await done.json()).toMatchObject({ digest: { at: '09:00' } });
    expect((await send('DELETE', `/api/v1/channels/${key}`)).status).toBe(200);
    expect(asked).toEqual([
      ['set', 'operator', 'dingtalk:ding1:cidA+b/c==', { ...form, digest: { at: '09:00' } }],
      ['remove', 'operator', 'slack:T1:C1'],
    ]);
  });

  test.each([
    ['operator', 403],
    ['stale', 409],
    ['unknown', 404],
    ['invalid', 400],
  ] as const)('refused as %s is %d, with a word in both languages on what to do', async (refused, status) => {
    refusal = { refused };
    for (const lang of ['en', 'zh']) {
      const answer = await send('PUT', `/api/v1/channels/${key}?lang=${lang}`, form);
      expect(answer.status).toBe(status);
      const body: { code: string; message: string; hint?: string } = JSON.parse(await answer.text());
      expect(body.code).toBe(`channel-${refused}`);
      expect(body.message).not.toBe(body.code);
      expect(body.hint).toBeTruthy();
    }
    expect((await send('DELETE', `/api/v1/channels/${key}`)).status).toBe(status);
  });

  test.each([
    { ...form, severities: [] },
    { ...form, digest: { at: '9 o’clock' } },
    { ...form, quietHours: { from: '22:00' } },
    { ...form, clusters: 'prod' },
    { ...form, surprise: true },
    { incidents: true },
  ])('a form that does not fit never arrives: %j', async (body) => {
    expect((await send('PUT', `/api/v1/channels/${key}`, body)).status).toBe(400);
    expect(asked).toEqual([]);
  });

  test('another site changes nothing', async () => {
    const foreign = { origin: 'https://evil.example' };
    expect((await send('PUT', `/api/v1/channels/${key}`, form, foreign)).status).toBe(403);
    expect((await send('DELETE', `/api/v1/channels/${key}`, undefined, foreign)).status).toBe(403);
    expect(asked).toEqual([]);
  });
});

test('where there are no channels there is nothing to ask', async () => {
  await rig.console.stop();
  rig = await startRig({});
  expect((await rig.fetch('/api/v1/channels')).status).toBe(404);
  expect(await (await rig.fetch('/api/v1/connections')).json()).toEqual([]);
});
