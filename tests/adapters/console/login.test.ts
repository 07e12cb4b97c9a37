import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createConsole } from '../../../adapters/console/adapter.ts';
import { hashPassword, parseUsers } from '../../../adapters/console/auth.ts';
import { ConsoleError } from '../../../adapters/console/wire.ts';
import { fakeIntake } from '../../support/intake.ts';
import { emptySources, MESSAGES, memoryStore, openConversation, type Rig, startRig } from './fakes.ts';

let users = '';
let rig: Rig;
let now = 1_700_000_000_000;

beforeAll(async () => {
  users = `alice:${await hashPassword('correct horse')},bob:${await hashPassword('battery staple')}`;
});
beforeEach(async () => {
  rig = await startRig({ users, clock: () => now });
});
afterEach(() => rig.console.stop());

async function logIn(name: string, password: string): Promise<Response> {
  return rig.post('/api/v1/session', { name, password });
}

async function cookieOf(name: string, password: string): Promise<{ cookie: string }> {
  const set = (await logIn(name, password)).headers.get('set-cookie') ?? '';
  return { cookie: set.split(';')[0] ?? '' };
}

test('with users, nothing of the API answers before the login', async () => {
  for (const path of ['/api/v1/tasks', '/api/v1/conversations', '/api/v1/approvals', '/api/v1/audit']) {
    const response = await rig.fetch(path);
    expect(response.status).toBe(401);
    expect(JSON.parse(await response.text())).toMatchObject({ code: 'login-needed' });
  }
  expect((await rig.fetch('/healthz')).status).toBe(200);
});

test('the right password opens a session that scripts cannot read and other sites cannot use', async () => {
  const response = await logIn('alice', 'correct horse');
  expect(response.status).toBe(200);
  expect(response.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
  const { cookie } = await cookieOf('alice', 'correct horse');
  expect((await rig.fetch('/api/v1/tasks', { headers: { cookie } })).status).toBe(200);
});

test.each([
  ['alice', 'wrong'],
  ['nobody', 'correct horse'],
  ['bob', 'correct horse'],
])('%s with the password %j is refused', async (name, password) => {
  expect((await logIn(name, password)).status).toBe(401);
});

test('a forged, a foreign and an old cookie open nothing', async () => {
  const { cookie } = await cookieOf('alice', 'correct horse');
  const tasks = (value: string) => rig.fetch('/api/v1/tasks', { headers: { cookie: value } });
  expect((await tasks(cookie.replace(/=YW/, '=Ym'))).status).toBe(401);
  const other = await startRig({ users, sessionSecret: 'another secret', clock: () => now });
  expect((await other.fetch('/api/v1/tasks', { headers: { cookie } })).status).toBe(401);
  await other.console.stop();
  now += 13 * 3_600_000;
  expect((await tasks(cookie)).status).toBe(401);
});

test('a new password ends the sessions of the old one', async () => {
  const { cookie } = await cookieOf('alice', 'correct horse');
  const renewed = await startRig({ users: `alice:${await hashPassword('new')}`, clock: () => now });
  expect((await renewed.fetch('/api/v1/tasks', { headers: { cookie } })).status).toBe(401);
  await renewed.console.stop();
});

test('a person sees only their own conversations', async () => {
  const alice = await cookieOf('alice', 'correct horse');
  const bob = await cookieOf('bob', 'battery staple');
  const id = await openConversation(rig, alice);
  await rig.post(`/api/v1/conversations/${id}/messages`, { text: 'mine' }, alice);
  for (const path of [`/api/v1/conversations/${id}`, `/api/v1/conversations/${id}/events`])
    expect((await rig.fetch(path, { headers: bob })).status).toBe(404);
  expect((await rig.post(`/api/v1/conversations/${id}/messages`, { text: 'hers' }, bob)).status).toBe(404);
  expect(await (await rig.fetch('/api/v1/conversations', { headers: bob })).json()).toEqual([]);
  expect(await (await rig.fetch('/api/v1/conversations', { headers: alice })).json()).toMatchObject([
    { title: 'mine' },
  ]);
  expect(rig.messages).toMatchObject([{ sender: { id: 'alice' } }]);
});

test('after five failed tries even the right password waits, and only for that name', async () => {
  for (let tries = 0; tries < 5; tries++) expect((await logIn('alice', 'guess')).status).toBe(401);
  const refused = await logIn('alice', 'correct horse');
  expect(refused.status).toBe(429);
  expect(JSON.parse(await refused.text())).toMatchObject({ code: 'too-many-tries', hint: 'Try again in 60 seconds.' });
  expect((await logIn('bob', 'battery staple')).status).toBe(200);
  now += 61_000;
  expect((await logIn('alice', 'correct horse')).status).toBe(200);
});

test('guesses sent at once are counted before they are checked', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => logIn('alice', 'guess')));
  expect(answers.filter((each) => each.status === 401)).toHaveLength(5);
});

test('the page learns who is here and how one logs in', async () => {
  expect(await (await rig.fetch('/api/v1/session')).json()).toEqual({
    auth: 'users',
    backend: 'sandbox',
    version: '0.1.0',
  });
  const alone = await startRig();
  expect(await (await alone.fetch('/api/v1/session')).json()).toMatchObject({
    auth: 'local',
    user: { id: 'operator' },
  });
  await alone.console.stop();
});

const options = {
  port: 0,
  sessionSecret: 's',
  store: memoryStore(),
  sources: emptySources,
  probes: {
    ready: async () => ({ ok: true, detail: '' }),
    metrics: async () => ({ contentType: '', text: '' }),
    chats: () => [],
  },
  messages: MESSAGES,
  about: { backend: 'sandbox', version: '0' },
  clock: Date.now,
  newId: () => 'x',
  onError: () => {},
};

test.each(['0.0.0.0', '::', '192.168.1.4', 'console.example'])('on %s it refuses to exist without users', (host) => {
  expect(() => createConsole({ ...options, host, users: '' })).toThrow(
    expect.objectContaining({ code: 'console-needs-users', hint: expect.stringContaining('CONSOLE_USERS') }),
  );
  expect(createConsole({ ...options, host, users }).platform).toBe('web');
});

test('a taken port is refused with the setting to change', async () => {
  const { port } = new URL(rig.url);
  const second = createConsole({ ...options, host: '127.0.0.1', port: Number(port), users: '' });
  await expect(second.start(fakeIntake())).rejects.toMatchObject({ code: 'console-port-taken', hint: /CONSOLE_PORT/ });
});

test.each(['alice', 'alice:secret', 'alice:', ':scrypt.1.1.1.a.b'])('CONSOLE_USERS=%j is refused', (text) => {
  expect(() => parseUsers(text)).toThrow(ConsoleError);
});
