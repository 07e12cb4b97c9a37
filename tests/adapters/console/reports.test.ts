import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '../../../adapters/console/auth.ts';
import type { ReportDetail, ReportList, ReportRefusal, ReportSource } from '../../../adapters/console/wire.ts';
import { bad } from '../../health/render/reports.ts';
import { emptySources, type Rig, startRig } from './fakes.ts';

const list: ReportList = {
  reports: [
    {
      id: bad.id,
      cluster: 'c82e6987',
      clusterName: 'shop-prod',
      at: bad.at,
      score: 62,
      grade: 'D',
      coverage: 0.93,
      ruleSet: '2026-11',
      findings: { high: 1 },
    },
  ],
  clusters: [{ id: 'c82e6987', name: 'shop-prod', environment: 'prod', making: false }],
  mayAct: true,
};
const detail: ReportDetail = { report: bad, history: [{ id: bad.id, at: bad.at, score: 62 }], mayAct: true };

let rig: Rig;
let asked: unknown[];
let refusal: ReportRefusal | undefined;

const reports: ReportSource = {
  async list({ user }, of) {
    asked.push(['list', user.id, of]);
    return list;
  },
  get: async (_viewer, id) => (id === bad.id ? detail : undefined),
  page: async ({ language }, id) => (id === bad.id ? `<!doctype html><title>${language}</title>` : undefined),
  png: async (_viewer, id, { name, theme }) =>
    id === bad.id && name === 'score' ? new TextEncoder().encode(theme) : undefined,
  async create({ user }, wish) {
    asked.push(['create', user.id, wish]);
    return refusal ?? { ok: true };
  },
  async snooze({ user }, finding, wish) {
    asked.push(['snooze', user.id, finding, wish]);
    return refusal ?? { ok: true };
  },
  async propose({ user }, id, item) {
    asked.push(['propose', user.id, id, item]);
    return refusal ?? { conversation: 'c-1' };
  },
};

beforeEach(async () => {
  asked = [];
  refusal = undefined;
  rig = await startRig({ sources: { ...emptySources, reports } });
});
afterEach(() => rig.console.stop());

const json = async (response: Response): Promise<unknown> => JSON.parse(await response.text());

describe('reports in the console', () => {
  test('are listed, of one cluster where that is asked for, and shown whole', async () => {
    expect(await json(await rig.fetch('/api/v1/reports'))).toEqual(list);
    await rig.fetch('/api/v1/reports?cluster=c82e6987');
    expect(asked).toEqual([
      ['list', 'operator', {}],
      ['list', 'operator', { cluster: 'c82e6987' }],
    ]);
    expect(await json(await rig.fetch('/api/v1/reports/H-7K3F2Q'))).toEqual(detail);
    expect((await rig.fetch('/api/v1/reports/H-NONE')).status).toBe(404);
  });

  test('are one document that may style itself and run nothing, in the language that is asked for', async () => {
    const page = await rig.fetch('/reports/H-7K3F2Q?lang=zh');
    expect(await page.text()).toContain('<title>zh</title>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('sandbox');
    expect(policy).not.toContain('script-src');
    expect(page.headers.get('content-disposition')).toBeNull();
    const file = await rig.fetch('/reports/H-7K3F2Q?download');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="health-H-7K3F2Q.html"');
    expect((await rig.fetch('/reports/H-NONE')).status).toBe(404);
    expect((await rig.fetch('/')).headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  test('have charts as pictures, light and dark', async () => {
    const at = '/api/v1/reports/H-7K3F2Q/charts/score.png';
    const light = await rig.fetch(at);
    expect(light.headers.get('content-type')).toBe('image/png');
    expect(await light.text()).toBe('light');
    expect(await (await rig.fetch(`${at}?theme=dark`)).text()).toBe('dark');
    for (const none of ['/api/v1/reports/H-7K3F2Q/charts/nope.png', '/api/v1/reports/H-7K3F2Q/charts/score.svg'])
      expect((await rig.fetch(none)).status).toBe(404);
  });

  test('are asked for, planned from and put off', async () => {
    const finding = encodeURIComponent('S1:prod/data-orders-0');
    const done = [
      await rig.post('/api/v1/reports', { cluster: 'c82e6987', days: 7 }),
      await rig.post('/api/v1/reports/H-7K3F2Q/plans', { item: 'remove:np-default' }),
      await rig.post(`/api/v1/findings/${finding}/snooze`, { cluster: 'c82e6987', until: 99 }),
      await rig.fetch(`/api/v1/findings/${finding}/snooze?cluster=c82e6987`, { method: 'DELETE' }),
    ];
    expect(done.map(({ status }) => status)).toEqual([202, 201, 200, 200]);
    expect(asked).toEqual([
      ['create', 'operator', { cluster: 'c82e6987', days: 7 }],
      ['propose', 'operator', 'H-7K3F2Q', 'remove:np-default'],
      ['snooze', 'operator', 'S1:prod/data-orders-0', { cluster: 'c82e6987', until: 99 }],
      ['snooze', 'operator', 'S1:prod/data-orders-0', { cluster: 'c82e6987', until: undefined }],
    ]);
  });

  test.each([
    [{ refused: 'operator' }, 403],
    [{ refused: 'unknown' }, 404],
    [{ refused: 'invalid' }, 400],
    [{ refused: 'impossible', why: 'Gate G5 does not pass' }, 409],
  ] satisfies [ReportRefusal, number][])('refused as %j is %d, with a word in both languages', async (why, status) => {
    refusal = why;
    for (const lang of ['en', 'zh']) {
      const answer = await rig.post(`/api/v1/reports/H-7K3F2Q/plans?lang=${lang}`, { item: 'x' });
      expect(answer.status).toBe(status);
      const body = JSON.parse(await answer.text()) as { code: string; message: string; hint: string };
      expect(body.message).not.toBe(body.code);
      expect(body.hint).toBeTruthy();
      if ('why' in why) expect(body.hint).toBe('Gate G5 does not pass');
    }
  });

  test.each([
    ['/api/v1/reports', { cluster: 'c', days: 0 }],
    ['/api/v1/reports', { cluster: 'c', days: 400 }],
    ['/api/v1/reports', { cluster: '', days: 7 }],
    ['/api/v1/reports', { cluster: 'c', days: 7, surprise: 1 }],
    ['/api/v1/reports/H-7K3F2Q/plans', {}],
    ['/api/v1/findings/W3/snooze', { cluster: 'c', until: 'Friday' }],
    ['/api/v1/findings/W3/snooze', 'nonsense'],
  ])('%s with %j never arrives', async (path, body) => {
    expect((await rig.post(path, body)).status).toBe(400);
    expect(asked).toEqual([]);
  });

  test('another site asks for nothing', async () => {
    const foreign = { origin: 'https://evil.example' };
    expect((await rig.post('/api/v1/reports', { cluster: 'c', days: 7 }, foreign)).status).toBe(403);
    expect(asked).toEqual([]);
  });
});

test('with users, nobody reads a report before he has logged in', async () => {
  await rig.console.stop();
  rig = await startRig({ sources: { ...emptySources, reports }, users: `ann:${await hashPassword('secret words')}` });
  expect((await rig.fetch('/api/v1/reports')).status).toBe(401);
  const page = await rig.fetch('/reports/H-7K3F2Q');
  expect([page.status, page.headers.get('location')]).toEqual([302, '/login.html']);
});

test('where there is no source the list is empty', async () => {
  await rig.console.stop();
  rig = await startRig({});
  expect(await json(await rig.fetch('/api/v1/reports'))).toEqual({ reports: [], clusters: [], mayAct: false });
  expect((await rig.post('/api/v1/reports', { cluster: 'c', days: 7 })).status).toBe(404);
});
