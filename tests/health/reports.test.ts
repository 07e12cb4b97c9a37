import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtInPolicy } from '../../src/approvals/policy.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { UserRef } from '../../src/chat/types.ts';
import { createHealthControls, reportAction } from '../../src/health/controls.ts';
import type { ReportRequest } from '../../src/health/ports.ts';
import { reportSpec, scoreSpec, snoozeSpec } from '../../src/health/records.ts';
import { createReports, type Reports } from '../../src/health/reports.ts';
import type { Finding, Report } from '../../src/health/types.ts';
import { temporaryStore } from '../support/store.ts';

const DAY = 24 * 3600_000;
const T0 = Date.parse('2026-11-25T08:00:00Z');
const cluster = { id: 'c1', name: 'shop', environment: 'prod' as const };
const operator: UserRef = { platform: 'web', tenant: 'console', id: 'operator', name: 'Ann' };
const stranger: UserRef = { platform: 'slack', tenant: 'T1', id: 'U9' };
const at = { conversation: { platform: 'web', tenant: 'console', id: 'x', kind: 'dm' }, language: 'en' } as const;
const translate = loadMessages(join(import.meta.dirname, '../../templates/messages'));

const finding = (id: string): Finding => ({
  id,
  code: id.split(':')[0] ?? '',
  category: 'workloads',
  severity: 'high',
  confidence: 1,
  points: 10,
  objects: [],
  count: 1,
  text: { en: id, zh: id },
  evidence: [],
  next: { en: '', zh: '' },
});

let store: Awaited<ReturnType<typeof temporaryStore>>;
let now: number;
let score: number;
let asked: ReportRequest[];
let told: { action: string; subject: string }[];
let reports: Reports;
let begun: string[];
let controls: ReturnType<typeof createHealthControls>;

const reportOf = (id: string, request: ReportRequest): Report => ({
  schemaVersion: 1,
  id,
  cluster: request.cluster,
  at: now,
  window: { from: now - request.days * DAY, to: now },
  ruleSet: '2026-11',
  inputs: 'x',
  score,
  grade: 'B',
  coverage: 1,
  scoreWithoutSnoozed: score,
  lines: [],
  findings: [finding('W3:prod/api'), finding('N1:node-1')],
  advice: [],
  insights: [],
  charts: [],
  unknown: [],
  tookMs: 1,
});

beforeEach(async () => {
  store = await temporaryStore();
  [now, score, asked, told, begun] = [T0, 85, [], [], []];
  reports = createReports({
    scores: store.collection(scoreSpec),
    reports: store.collection(reportSpec),
    snoozes: store.collection(snoozeSpec),
    ports: {
      async compute(request, { id }) {
        asked.push(request);
        return reportOf(id, request);
      },
    },
    audit: {
      async append(entry) {
        told.push(entry);
        return { ...entry, id: '1', rev: 1, seq: 1, at: now, prevHash: '', hash: '' };
      },
    },
    clock: () => now,
  });
  const ports = {
    propose(_report: Report, itemId: string) {
      begun.push(itemId);
      return { begun: true } as const;
    },
  };
  controls = createHealthControls({ reports, ports, policy: builtInPolicy(), translate, clock: () => now });
});
afterEach(() => store.dispose());

describe('health reports', () => {
  test('are kept, found by what people type, and remembered by the next one', async () => {
    const first = await reports.make(cluster, { days: 7 });
    expect(first.id).toMatch(/^H-[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(await reports.get(first.id.toLowerCase())).toEqual(first);
    now += DAY;
    score = 80;
    await reports.make(cluster, { days: 7 });
    expect(asked[1]?.previous).toEqual(first);
    expect(asked[1]?.history).toEqual([{ at: T0, score: 85 }]);
    const rows = await reports.scores({ cluster: 'c1', limit: 10 });
    expect(rows.map((row) => [row.score, row.findings])).toEqual([
      [80, { high: 2 }],
      [85, { high: 2 }],
    ]);
  });

  test('who asks while one is made gets the same one', async () => {
    const [a, b] = await Promise.all([reports.make(cluster, { days: 7 }), reports.make(cluster, { days: 7 })]);
    expect(a).toBe(b);
    expect(asked).toHaveLength(1);
    expect((await reports.make(cluster, { days: 7 })).id).not.toBe(a.id);
  });

  test('who stops waiting stops nobody else', async () => {
    const stop = new AbortController();
    const mine = reports.make(cluster, { days: 7, signal: stop.signal });
    const others = reports.make(cluster, { days: 7 });
    stop.abort(new Error('stopped'));
    await expect(mine).rejects.toThrow('stopped');
    expect((await others).score).toBe(85);
  });

  test('one that cannot be made leaves nothing behind, and the next try is a new one', async () => {
    let fails = true;
    const flaky = createReports({
      scores: store.collection(scoreSpec),
      reports: store.collection(reportSpec),
      snoozes: store.collection(snoozeSpec),
      ports: {
        async compute(request, { id }) {
          if (fails) throw new Error('no API server');
          return reportOf(id, request);
        },
      },
      audit: { append: async () => Promise.reject(new Error('not asked')) },
      clock: () => now,
    });
    await expect(flaky.make(cluster, { days: 7 })).rejects.toThrow('no API server');
    expect(await flaky.scores({ limit: 10 })).toEqual([]);
    fails = false;
    expect((await flaky.make(cluster, { days: 7 })).score).toBe(85);
  });

  test('the newest is used again while it is fresh', async () => {
    const made = await reports.make(cluster, { days: 7 });
    expect(await reports.latest('c1', now - 60_000)).toEqual(made);
    now += 3600_000;
    expect(await reports.latest('c1', now - 60_000)).toBeUndefined();
    expect(await reports.latest('other', 0)).toBeUndefined();
  });

  test('what is put off is told to the next report until its time is over', async () => {
    await reports.snooze('c1', 'W3:prod/api', { until: now + 2 * DAY, by: operator });
    await reports.make(cluster, { days: 7 });
    expect(asked[0]?.snoozes).toEqual([{ findingId: 'W3:prod/api', by: 'Ann', until: T0 + 2 * DAY }]);
    now += 3 * DAY;
    await reports.make(cluster, { days: 7 });
    expect(asked[1]?.snoozes).toEqual([]);
    expect(await reports.snooze('c1', 'W3:prod/api', { until: now, by: operator })).toBe(false);
  });

  test('old ones are forgotten, their scores later', async () => {
    const made = await reports.make(cluster, { days: 7 });
    now += 100 * DAY;
    await reports.sweep();
    expect(await reports.get(made.id)).toBeUndefined();
    expect(await reports.scores({ limit: 10 })).toHaveLength(1);
    now += 400 * DAY;
    await reports.sweep();
    expect(await reports.scores({ limit: 10 })).toEqual([]);
  });
});

describe('buttons and words of a report', () => {
  test('put a finding off and take it up again, once for each, in the audit log', async () => {
    const { id } = await reports.make(cluster, { days: 7 });
    const click = (action: string) => controls.click(action, operator, {}, at);
    expect(await click(reportAction.snooze(id, 'W3:prod/api', 7))).toEqual({ result: 'accepted' });
    await reports.make(cluster, { days: 7 });
    expect(asked[1]?.snoozes).toMatchObject([{ findingId: 'W3:prod/api', until: T0 + 7 * DAY }]);
    expect(await click(reportAction.unsnooze(id, 'W3:prod/api'))).toEqual({ result: 'accepted' });
    expect(told.map(({ action, subject }) => [action, subject])).toEqual([
      ['report.snooze', 'c1 W3:prod/api'],
      ['report.unsnooze', 'c1 W3:prod/api'],
    ]);
  });

  test('typed words mean the newest report, and a code is enough', async () => {
    await reports.make(cluster, { days: 7 });
    const said = await controls.command('snooze', { item: 'w3', days: '3' }, { user: operator, ...at });
    expect(said?.say).toEqual({ key: 'health.said.snoozed', params: { id: 'W3:prod/api', days: 3 } });
    expect(await controls.command('something', {}, { user: operator, ...at })).toBeUndefined();
  });

  test('nobody acts without the right to', async () => {
    const { id } = await reports.make(cluster, { days: 7 });
    for (const action of [reportAction.snooze(id, 'W3:prod/api', 7), reportAction.plan(id, 'x')])
      expect(await controls.click(action, stranger, {}, at)).toMatchObject({ result: 'refused', code: 'forbidden' });
    expect([begun, told]).toEqual([[], []]);
  });

  test('a plan is begun for the very item, whose id may hold colons', async () => {
    const { id } = await reports.make(cluster, { days: 7 });
    expect(await controls.click(reportAction.plan(id, 'remove:np-1:2'), operator, {}, at)).toEqual({
      result: 'accepted',
    });
    expect(begun).toEqual(['remove:np-1:2']);
  });

  test.each([
    ['report-snooze:H-000000:7:W3', 'not-found'],
    ['report-snooze:ID:0:W3:prod/api', 'invalid'],
    ['report-snooze:ID:91:W3:prod/api', 'invalid'],
    ['report-snooze:ID:x:W3:prod/api', 'invalid'],
    ['report-snooze:ID:7:ZZ', 'not-found'],
    ['report-plan', 'not-found'],
  ])('%s changes nothing: %s', async (action, code) => {
    const { id } = await reports.make(cluster, { days: 7 });
    expect(controls.owns(action)).toBe(true);
    expect(await controls.click(action.replace('ID', id), operator, {}, at)).toMatchObject({ result: 'refused', code });
    expect([begun, told]).toEqual([[], []]);
  });
});
