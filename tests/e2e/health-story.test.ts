import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReportDetail, ReportList } from '../../adapters/console/wire.ts';
import type { reportJson } from '../../src/health/render/json.ts';
import type { Report } from '../../src/health/types.ts';
import { type Chat, client, dataFolder, type Running, run, until } from './support/copilot.ts';

/**
 * Health reports of the real bot over the demo, as people meet them: asked for in a chat, on the console's pages, on the command line
 * and in the digest; a saving that is planned, approved, carried out and watched.
 */

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'k8s-copilot.cjs');
const SPEED = '120';
const REPORT_MS = 120_000;
/** Half an hour of watching is a quarter of a minute there. */
const REMOVAL_MS = 300_000;

let folder: Awaited<ReturnType<typeof dataFolder>>;
let world: Running;
let running: Running;
let chat: Chat;
const bot = client(() => running.url);

const start = () =>
  run(['start'], {
    DATA_DIR: folder.path,
    CONSOLE_PORT: '0',
    SANDBOX_URL: world.url,
    SANDBOX_SPEED: SPEED,
    TIMEZONE: 'UTC',
  });
const command = (...args: string[]) =>
  promisify(execFile)(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: folder.path, SANDBOX_URL: world.url, LOG_LEVEL: 'warn' },
    maxBuffer: 64 * 1024 * 1024,
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
const json = async <T>(path: string): Promise<T> => (await (await bot.api(path)).json()) as T;
const cardsOf = async (at: Chat, prefix: string) =>
  (await at.entries()).flatMap(({ card }) => (card?.id.startsWith(prefix) ? [card] : []));

beforeAll(async () => {
  folder = await dataFolder();
  world = await run(['sandbox', '--demo', '--port', '0', '--speed', SPEED], { DATA_DIR: folder.path }, 60_000);
  running = await start();
  chat = await bot.chat();
});
afterAll(async () => {
  await running.stop();
  await world.kill();
  await folder.remove();
});

let report: Report;

describe('a health report', () => {
  test('is asked for in a sentence, and comes as a card whose lines sum to what is missing from 100', async () => {
    await chat.say('集群健康报告，最近7天');
    const [card] = await until('the report', REPORT_MS, async () => {
      const found = await cardsOf(chat, 'report-');
      return found.length > 0 && found;
    });
    expect(card?.title).toContain('demo');
    const { reports, mayAct } = await json<ReportList>('/reports');
    expect(mayAct).toBe(true);
    report = (await json<ReportDetail>(`/reports/${reports[0]?.id}`)).report;
    const lost = report.lines.reduce((sum, { points }) => sum + points, 0);
    expect(Math.round(lost * 10)).toBe((100 - report.score) * 10);
    expect(report.coverage).toBeGreaterThan(0.8);
    expect(report.score).toBeGreaterThanOrEqual(80);
    expect(report.charts.length).toBeGreaterThanOrEqual(3);
  });

  test('is a page of its own, with its charts as pictures', async () => {
    const page = await fetch(`${running.url}/reports/${report.id}`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html).toContain('data:image/png;base64,');
    expect(html).not.toContain('<script');
    const picture = await bot.api(`/reports/${report.id}/charts/${report.charts[0]?.name}.png`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  });

  test('puts a finding off, which the next one shows and counts in only one of two scores', async () => {
    const [finding] = report.findings.filter(({ points }) => points > 0);
    if (!finding) throw new Error('the demo has no finding that costs points');
    const until7 = { cluster: report.cluster.id, until: Date.now() + 7 * 24 * 3600_000 };
    const put = await bot.api(`/findings/${encodeURIComponent(finding.id)}/snooze`, until7);
    expect(put.status).toBe(200);
    await bot.api('/reports', { cluster: report.cluster.id, days: 7 });
    const next = await until('the next report', REPORT_MS, async () => {
      const { reports } = await json<ReportList>('/reports');
      return reports[0]?.id !== report.id && (await json<ReportDetail>(`/reports/${reports[0]?.id}`)).report;
    });
    expect(next.findings.find(({ id }) => id === finding.id)?.snoozed?.by).toBeTruthy();
    expect(next.scoreWithoutSnoozed).toBeGreaterThanOrEqual(next.score);
    expect(next.delta?.against.id).toBe(report.id);
    report = next;
  });

  test('is told as metrics of the bot', async () => {
    const text = await (await fetch(`${running.url}/metrics`)).text();
    expect(text).toContain(`k8s_copilot_health_score{cluster="demo"} ${report.score}`);
    expect(text).toMatch(/k8s_copilot_health_findings\{cluster="demo",severity="\w+"\} \d/);
  });
});

describe('on the command line', () => {
  test('the same cluster has the same kind of report as JSON, which keeps the contract', async () => {
    const { code, stdout } = await command('report', '-o', 'json');
    const made = JSON.parse(stdout) as ReturnType<typeof reportJson>;
    expect(code).toBe(0);
    expect(made).toMatchObject({ schemaVersion: 1, cluster: { name: 'demo' }, score: expect.any(Number) });
    expect(Math.round(made.lines.reduce((sum, { points }) => sum + points, 0) * 10)).toBe((100 - made.score) * 10);
    expect(made.charts[0]).toMatchObject({
      name: expect.any(String),
      title: expect.anything(),
      series: expect.any(Array),
    });
  });

  test('every format is written to a folder, and bad health is an exit code', async () => {
    const out = join(folder.path, 'out');
    const snapshot = join(import.meta.dirname, '../fixtures/snapshots/oom');
    const { code } = await command('report', '--snapshot', snapshot, '--out', out, '--fail-on', 'high');
    expect(code).toBe(3);
    expect(readdirSync(out).toSorted()).toEqual(['report.html', 'report.json', 'report.junit.xml', 'report.txt']);
    expect((await command('report', '--snapshot', join(folder.path, 'nowhere'))).code).toBe(1);
    expect((await command('report', '--days', '0')).code).toBe(2);
    expect(existsSync(join(folder.path, 'nowhere'))).toBe(false);
  });
});

describe('three nodes to two', () => {
  test(
    'is advised with every gate passed, planned by a click, approved, carried out, watched, and the node is gone',
    async () => {
      const advice = report.advice.find(({ kind }) => kind === 'remove-nodes');
      expect(advice).toMatchObject({ verdict: 'SAFE', saving: { currency: 'CNY', amount: expect.any(Number) } });
      expect(advice?.gates.map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'passed'));
      const asked = await bot.api(`/reports/${report.id}/plans`, { item: advice?.id });
      expect(asked.status).toBe(201);
      const { conversation } = (await asked.json()) as { conversation: string };
      const place = bot.chatOf(conversation);
      const plan = await place.waitForButton('approve:', REPORT_MS);
      expect(await place.click(plan.card, plan.button.id)).toBe(200);
      const id = await until('its task', 20_000, async () => (await bot.tasks())[0]?.id);
      const task = await until('the task to end', REMOVAL_MS, async () => {
        const now = await bot.task(id);
        return ['succeeded', 'failed', 'undone'].includes(now.state) && now;
      });
      expect(
        task.steps.map(({ id: step, state, detail = '' }) => (state === 'verified' ? state : `${step} ${detail}`)),
      ).toEqual(task.steps.map(() => 'verified'));
      expect(task.state).toBe('succeeded');
      const { stdout } = await command('report', '-o', 'json');
      const after = JSON.parse(stdout) as Report;
      expect(after.advice.find(({ kind, verdict }) => kind === 'remove-nodes' && verdict === 'SAFE')).toBeUndefined();
      expect(after.findings.filter(({ severity }) => severity === 'critical')).toEqual([]);
    },
    REMOVAL_MS + 3 * REPORT_MS,
  );
});

describe('the daily digest', () => {
  test('says first how healthy the cluster is', async () => {
    const at = new Date(Math.ceil((Date.now() + 10_000) / 60_000) * 60_000).toISOString().slice(11, 16);
    await chat.say(`digest at ${at}`);
    const [digest] = await until('the digest', 240_000, async () => {
      const found = await cardsOf(chat, 'digest-');
      return found.length > 0 && found;
    });
    expect(JSON.stringify(digest?.blocks[0])).toMatch(/\d+/);
    expect(JSON.stringify(digest?.blocks.slice(0, 3))).toContain('demo');
  }, 300_000);
});
