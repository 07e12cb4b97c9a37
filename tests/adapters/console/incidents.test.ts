import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAlertHooks } from '../../../adapters/alerts/adapter.ts';
import { hashPassword } from '../../../adapters/console/auth.ts';
import type { ConsoleSources, DemoSource, IncidentDetail } from '../../../adapters/console/wire.ts';
import { createTranscript, EVERYBODY } from '../../../src/chat/transcript.ts';
import { emptySources, memoryStore, openConversation, type Rig, startRig } from './fakes.ts';

const incident: IncidentDetail = {
  id: 'I-7K3F',
  title: 'checkout restarts',
  cause: 'OOMKilled',
  causeName: 'Out of memory',
  severity: 'critical',
  confidence: 'proven',
  state: 'open',
  cluster: 'shop-prod',
  environment: 'prod',
  namespace: 'shop',
  object: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  openedAt: 1,
  updatedAt: 2,
  alertCount: 3,
  symptomCount: 1,
  flaps: 0,
  summary: 'checkout needs more memory than its limit.',
  evidence: [],
  symptoms: [],
  unknown: [],
  coverage: 1,
  timeline: [],
  attempts: [],
  remedies: [],
  postMortem: '# I-7K3F',
};

let asked: unknown[];
let rig: Rig;
const sources: ConsoleSources = {
  ...emptySources,
  async incidents(viewer, page) {
    asked.push([viewer.language, page]);
    return [incident];
  },
  incident: async (_, id) => (id === incident.id ? incident : undefined),
};

beforeEach(async () => {
  asked = [];
  rig = await startRig({ sources });
});
afterEach(() => rig.console.stop());

const json = async (response: Response): Promise<unknown> => JSON.parse(await response.text());

test('incidents are listed as asked for: all, or the open ones, or those before a time', async () => {
  expect(await json(await rig.fetch('/api/v1/incidents'))).toMatchObject([{ id: 'I-7K3F' }]);
  await rig.fetch('/api/v1/incidents?state=open&lang=zh');
  await rig.fetch('/api/v1/incidents?state=all&before=1234');
  await rig.fetch('/api/v1/incidents?state=nonsense&before=soon');
  expect(asked).toEqual([
    ['en', { state: 'all' }],
    ['zh', { state: 'open' }],
    ['en', { state: 'all', before: 1234 }],
    ['en', { state: 'all' }],
  ]);
});

test('an incident is answered whole, and one that nobody knows is a 404', async () => {
  expect(await json(await rig.fetch('/api/v1/incidents/I-7K3F'))).toEqual(incident);
  const missing = await rig.fetch('/api/v1/incidents/I-0000');
  expect(missing.status).toBe(404);
  expect(await json(missing)).toMatchObject({ code: 'not-found' });
});

test('where the world is real there is no demo menu', async () => {
  expect((await rig.fetch('/api/v1/demo')).status).toBe(404);
  expect((await rig.post('/api/v1/demo/oom/break', {})).status).toBe(404);
});

test('where it is simulated faults are listed, switched, and refused with the reason', async () => {
  await rig.console.stop();
  const acts: unknown[] = [];
  const demo: DemoSource = {
    list: async () => [{ id: 'oom', title: 'A limit too small', cause: 'OOMKilled', on: false }],
    async act({ user }, id, act) {
      acts.push([user.id, id, act]);
      return id === 'oom' ? { ok: true } : { refused: id === 'mine' ? 'operator' : 'no scenario dragon' };
    },
  };
  rig = await startRig({ sources: { ...sources, demo } });
  expect(await json(await rig.fetch('/api/v1/demo'))).toMatchObject([{ id: 'oom', on: false }]);
  expect((await rig.post('/api/v1/demo/oom/break', {})).status).toBe(200);
  expect((await rig.post('/api/v1/demo/oom/mend', {})).status).toBe(200);
  const refused = await rig.post('/api/v1/demo/dragon/break', {});
  expect(refused.status).toBe(409);
  expect(await json(refused)).toMatchObject({ code: 'demo-refused', message: expect.stringContaining('dragon') });
  const forbidden = await rig.post('/api/v1/demo/mine/break', {});
  expect(forbidden.status).toBe(403);
  expect(await json(forbidden)).toMatchObject({ code: 'demo-forbidden', hint: expect.any(String) });
  expect(acts).toContainEqual(['operator', 'oom', 'mend']);
  const other = { origin: 'https://evil.example' };
  expect((await rig.post('/api/v1/demo/oom/break', {}, other)).status).toBe(403);
});

test('alerts come in beside the page, and only what they may', async () => {
  await rig.console.stop();
  const taken: string[] = [];
  const hooks = createAlertHooks({
    loopbackOnly: true,
    take: async (source, alerts) => void taken.push(`${source} ${alerts.length}`),
    onError: (error) => rig.errors.push(error),
    clock: Date.now,
  });
  rig = await startRig({ sources, hooks: hooks.fetch });
  const body = { version: '4', status: 'firing', alerts: [{ labels: { alertname: 'A' } }] };
  const answer = await rig.post('/hooks/alertmanager', body);
  expect(answer.status).toBe(202);
  expect(await json(answer)).toEqual({ accepted: 1 });
  expect((await rig.post('/hooks/alertmanager', body, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await rig.post('/hooks/alertmanager', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  expect((await rig.fetch('/hooks/alertmanager')).status).toBe(404);
  expect(taken).toEqual(['alertmanager 1']);
  expect(rig.errors).toEqual([]);
});

test('senders with the token need no login, and the token opens nothing else', async () => {
  await rig.console.stop();
  const token = 'a-hook-token';
  const hooks = createAlertHooks({
    token,
    loopbackOnly: false,
    take: async () => {},
    onError: () => {},
    clock: Date.now,
  });
  rig = await startRig({ sources, hooks: hooks.fetch, users: `alice:${await hashPassword('correct horse')}` });
  const body = { alerts: [{ labels: { alertname: 'A' } }] };
  const authorization = `Bearer ${token}`;
  expect((await rig.post('/hooks/alertmanager', body, { authorization })).status).toBe(202);
  expect((await rig.post(`/hooks/cloudmonitor/${token}`, 'alertName=a&alertState=OK')).status).toBe(202);
  expect((await rig.post('/hooks/alertmanager', body)).status).toBe(401);
  expect((await rig.fetch('/api/v1/incidents', { headers: { authorization } })).status).toBe(401);
});

test('the shared conversation is first in everybody’s list, and everybody may read and write in it', async () => {
  await rig.console.stop();
  const store = memoryStore();
  await createTranscript(store, Date.now).open('incidents', EVERYBODY);
  const users = `alice:${await hashPassword('correct horse')},bob:${await hashPassword('battery staple')}`;
  rig = await startRig({ sources, store, users });
  const alice = await logIn('alice', 'correct horse');
  const bob = await logIn('bob', 'battery staple');
  const own = await openConversation(rig, alice);
  await rig.post(`/api/v1/conversations/${own}/messages`, { text: 'mine' }, alice);
  const listed = async (headers: Record<string, string>) =>
    json(await rig.fetch('/api/v1/conversations', { headers: { ...headers, 'accept-language': 'zh' } }));
  expect(await listed(alice)).toMatchObject([
    { id: 'incidents', title: '# 故障', shared: true },
    { id: own, shared: false },
  ]);
  expect(await listed(bob)).toMatchObject([{ id: 'incidents' }]);

  const said = await rig.post('/api/v1/conversations/incidents/messages', { text: 'I look at it' }, alice);
  expect(said.status).toBe(202);
  expect(rig.messages.at(-1)).toMatchObject({
    conversation: { id: 'incidents', kind: 'group' },
    sender: { id: 'alice' },
  });
  const read = await json(await rig.fetch('/api/v1/conversations/incidents', { headers: bob }));
  expect(read).toMatchObject({ entries: [{ from: 'user', text: 'I look at it', by: 'alice' }] });
  expect((await rig.fetch(`/api/v1/conversations/${own}`, { headers: bob })).status).toBe(404);
  expect((await rig.fetch('/api/v1/conversations/incidents')).status).toBe(401);
});

async function logIn(name: string, password: string): Promise<Record<string, string>> {
  const response = await rig.post('/api/v1/session', { name, password });
  return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}
