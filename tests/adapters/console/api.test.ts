import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Card } from '../../../src/chat/types.ts';
import { emptySources, memoryStore, openConversation, type Rig, readEvents, startRig } from './fakes.ts';

const card = (rev: number): Card => ({ id: 'c1', rev, title: `Revision ${rev}`, tone: 'info', blocks: [] });

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.console.stop());

const json = async (response: Response): Promise<unknown> => JSON.parse(await response.text());

test('a message is accepted once it reached the core, and is in the conversation', async () => {
  const id = await openConversation(rig);
  const response = await rig.post(`/api/v1/conversations/${id}/messages`, { text: '  hello ' });
  expect(response.status).toBe(202);
  const said = await json(response);
  expect(rig.messages).toMatchObject([{ text: 'hello', sender: { id: 'operator' }, conversation: { id, kind: 'dm' } }]);
  const conversation = await json(await rig.fetch(`/api/v1/conversations/${id}`));
  expect(conversation).toMatchObject({ id, entries: [{ ...Object(said), from: 'user', text: 'hello' }] });
});

test('the same clientId eleven times is one message', async () => {
  const id = await openConversation(rig);
  const send = () => rig.post(`/api/v1/conversations/${id}/messages`, { text: 'once', clientId: 'k1' });
  const answers = await Promise.all(Array.from({ length: 11 }, send));
  const ids = await Promise.all(answers.map(json));
  expect(new Set(answers.map((each) => each.status))).toEqual(new Set([202]));
  expect(new Set(ids.map((each) => JSON.stringify(each))).size).toBe(1);
  expect(rig.messages).toHaveLength(1);
  expect(await json(await rig.fetch(`/api/v1/conversations/${id}`))).toMatchObject({ entries: [{ text: 'once' }] });
});

test('a message the core could not keep is a 500, and the same clientId can be sent again', async () => {
  const id = await openConversation(rig);
  rig.onMessage = async () => {
    rig.messages.length = 0;
    throw new Error('store is down');
  };
  const send = () => rig.post(`/api/v1/conversations/${id}/messages`, { text: 'again', clientId: 'k1' });
  const failed = await send();
  expect(failed.status).toBe(500);
  expect(await json(failed)).toMatchObject({ code: 'internal' });
  expect(rig.errors).toHaveLength(1);
  rig.onMessage = async () => {};
  expect((await send()).status).toBe(202);
  expect(rig.messages).toMatchObject([{ text: 'again' }]);
});

test.each([
  ['no text', {}, 400, 'invalid-body'],
  ['only spaces', { text: '   ' }, 400, 'invalid-body'],
  ['more than 20,000 characters', { text: 'x'.repeat(20_001) }, 400, 'invalid-body'],
  ['a body that is no JSON', '{"text":', 400, 'invalid-json'],
  ['a body over 1 MB', { text: 'x'.repeat(1024 * 1024) }, 413, 'too-large'],
])('a message with %s is refused', async (_, body, status, code) => {
  const id = await openConversation(rig);
  const response = await rig.post(`/api/v1/conversations/${id}/messages`, body);
  expect(response.status).toBe(status);
  expect(await json(response)).toMatchObject({ code, message: expect.any(String) });
  expect(rig.messages).toHaveLength(0);
});

test.each([
  '/api/v1/conversations/nope',
  '/api/v1/conversations/nope/events',
  '/api/v1/tasks/T-0000',
  '/api/v1/incidents/x',
  '/api/v1/reports/x',
  '/reports/x',
  '/hooks/alertmanager',
  '/api/v2/anything',
  '/../package.json',
])('%s is a 404 in the error shape', async (path) => {
  const response = await rig.fetch(path);
  expect(response.status).toBe(404);
  expect(await json(response)).toEqual({ code: 'not-found', message: 'There is nothing here.' });
});

test('errors are worded in the language that is asked for', async () => {
  const response = await rig.fetch('/api/v1/tasks/T-0000', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
  expect(await json(response)).toEqual({ code: 'not-found', message: '这里什么也没有。' });
});

test('a click reaches the core with its revision and inputs', async () => {
  const response = await rig.post('/api/v1/cards/c1/actions', {
    actionId: 'approve',
    rev: 3,
    inputs: { why: 'fine', zones: ['a', 'b'], sure: true },
  });
  expect(response.status).toBe(200);
  expect(await json(response)).toEqual({ result: 'accepted' });
  expect(rig.actions).toMatchObject([
    { cardId: 'c1', actionId: 'approve', rev: 3, inputs: { why: 'fine', zones: ['a', 'b'], sure: true } },
  ]);
});

test.each([
  ['forbidden', 403],
  ['stale', 409],
  ['decided', 409],
  ['expired', 409],
  ['not-found', 404],
  ['invalid', 400],
] as const)('a click refused as %s is answered %i with the reason', async (code, status) => {
  rig.outcome = () => ({ result: 'refused', code, message: 'Bob was first.' });
  const response = await rig.post('/api/v1/cards/c1/actions', { actionId: 'approve', rev: 1 });
  expect(response.status).toBe(status);
  expect(await json(response)).toEqual({ code, message: 'Bob was first.' });
});

test('the stream replays what was said, then follows', async () => {
  const id = await openConversation(rig);
  await rig.post(`/api/v1/conversations/${id}/messages`, { text: 'hello' });
  await rig.say(id, 'k1', { text: 'hi', language: 'en' });
  const reading = readEvents(rig, { conversation: id, count: 3 });
  await rig.say(id, 'k2', { text: 'more', language: 'en' });
  const events = await reading;
  expect(events.map(({ event, data }) => [event, data.text])).toEqual([
    ['entry', 'hello'],
    ['entry', 'hi'],
    ['entry', 'more'],
  ]);
});

test('after a restart a stream resumes behind the last event it saw, with edits as updates', async () => {
  const store = memoryStore();
  const before = await startRig({ store });
  const id = await openConversation(before);
  await before.say(id, 'k1', { text: 'plan', card: card(1), language: 'en' });
  await before.say(id, 'k2', { text: 'second', language: 'en' });
  const seen = await readEvents(before, { conversation: id, count: 2 });
  await before.console.stop();

  const after = await startRig({ store });
  await after.say(id, 'k1', { text: 'plan', card: card(2), language: 'en' });
  await after.say(id, 'k3', { text: 'third', language: 'en' });
  const lastEventId = seen.at(-1)?.id ?? '';
  const resumed = await readEvents(after, { conversation: id, count: 2, lastEventId });
  await after.console.stop();

  expect(resumed.map(({ event, data }) => [event, data.text, data.card?.rev])).toEqual([
    ['update', 'plan', 2],
    ['entry', 'third', undefined],
  ]);
});

test('an entry delivered again is one entry, and a lower revision of a card never wins', async () => {
  const id = await openConversation(rig);
  await rig.say(id, 'k1', { text: 'plan', card: card(2), language: 'en' });
  await rig.say(id, 'k1', { text: 'plan', card: card(1), language: 'en' });
  await rig.say(id, 'k1', { text: 'plan', card: card(2), language: 'en' });
  const conversation = await json(await rig.fetch(`/api/v1/conversations/${id}`));
  expect(conversation).toMatchObject({ entries: [{ card: { rev: 2 } }] });
  expect(await readEvents(rig, { conversation: id, count: 1 })).toMatchObject([{ data: { card: { rev: 2 } } }]);
});

test('a stopped console hangs up on its open streams', async () => {
  const id = await openConversation(rig);
  const reading = readEvents(rig, { conversation: id, count: 1 });
  await rig.console.stop();
  await expect(reading.catch(() => [])).resolves.toEqual([]);
  expect(rig.console.health()).toMatchObject({ ok: false, detail: 'stopped' });
});

test('an approval comes with the card that was shown for it', async () => {
  const approval = {
    id: 'a1b2',
    title: 'Create a cluster',
    state: 'pending',
    requestedBy: 'operator',
    expiresAt: 1,
    cardId: 'c1',
    cardRev: 2,
    risk: 'medium',
  } as const;
  await rig.console.stop();
  rig = await startRig({ sources: { ...emptySources, approvals: async () => [approval] } });
  const id = await openConversation(rig);
  await rig.say(id, 'k1', { text: 'plan', card: card(2), language: 'en' });
  expect(await json(await rig.fetch('/api/v1/approvals'))).toEqual([{ ...approval, card: card(2) }]);
});

test('lists without a source are empty, and the probes answer', async () => {
  for (const list of ['incidents', 'tasks', 'approvals', 'audit', 'clusters'])
    expect(await json(await rig.fetch(`/api/v1/${list}`))).toEqual([]);
  const alive = await rig.fetch('/healthz');
  expect(alive.status).toBe(200);
  expect(await json(alive)).toEqual({ ok: true, chats: [{ platform: 'slack', ok: false, since: 7 }] });
  expect(await json(await rig.fetch('/readyz'))).toEqual({ ok: true, detail: 'all parts run' });
  const metrics = await rig.fetch('/metrics');
  expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
  expect(await metrics.text()).toBe('up 1\n');
});

test('the page and its three libraries are served with a policy that runs only own scripts', async () => {
  for (const path of ['/', '/vendor/marked.js', '/vendor/purify.js', '/vendor/echarts.js']) {
    const response = await rig.fetch(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    const again = await rig.fetch(path, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  }
  expect((await rig.fetch('/vendor/package.json')).status).toBe(404);
});

test('another site can neither change anything nor point its own name at the console', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
    const response = await rig.post('/api/v1/conversations', {}, headers);
    expect(response.status).toBe(403);
    expect(await json(response)).toMatchObject({ code: 'cross-site' });
  }
  expect((await rig.post('/api/v1/conversations', {}, { origin: rig.url })).status).toBe(201);
  expect(await statusWithHost(rig.url, 'evil.example')).toBe(403);
  expect(await statusWithHost(rig.url, 'localhost:1234')).toBe(200);
});

function statusWithHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request(`${url}/api/v1/tasks`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.on('error', reject).end();
  });
}
