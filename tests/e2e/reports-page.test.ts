import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReportList, ReportRefusal, ReportSource, ReportSummary } from '../../adapters/console/wire.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { reportHtml } from '../../src/health/render/html.ts';
import type { Report } from '../../src/health/types.ts';
import { emptySources, type Rig, startRig } from '../adapters/console/fakes.ts';
import { bad, hostile, NOW, quiet } from '../health/render/reports.ts';

/** The page of reports in a real browser, over a fake of the console's port, and the document that a report is. */

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const FOUND = existsSync(CHROMIUM);
if (!FOUND) console.warn(`Skipped: no Chromium at ${CHROMIUM}. Install it, or set CHROMIUM_PATH.`);
/** Where pictures of the pages go, for whoever wants to look at them. */
const SHOTS = process.env.SCREENSHOTS;

const DAY = 86_400_000;
const words = loadMessages('templates/messages');
const rowOf = (report: Report, at = report.at): ReportSummary => ({
  id: report.id,
  cluster: report.cluster.id,
  clusterName: report.cluster.name,
  at,
  score: report.score,
  grade: report.grade,
  coverage: report.coverage,
  ruleSet: report.ruleSet,
  findings: { critical: 1, high: 1, medium: 1, low: 1 },
});
const older = (n: number): ReportSummary => ({
  ...rowOf(quiet, NOW - n * DAY),
  id: `H-0LD${n}`,
  score: 60 + ((n * 7) % 35),
  grade: 'B',
  findings: {},
});

describe.skipIf(!FOUND)('the reports of the page', () => {
  let browser: Browser;
  let rig: Rig;
  let page: Page;
  let problems: string[];
  let shown: Report[];
  let mayAct: boolean;
  let making: boolean;
  let refusal: ReportRefusal | undefined;
  let asked: unknown[];

  const source: ReportSource = {
    async list(): Promise<ReportList> {
      const reports = [rowOf(bad), ...Array.from({ length: 8 }, (_, n) => older(n + 1))];
      const clusters = [
        { id: 'c82e6987', name: 'shop-prod', environment: 'prod' as const, making },
        { id: 'c-new', name: 'shop-dev', environment: 'dev' as const, making: false },
      ];
      return { reports, clusters, mayAct };
    },
    async get(_viewer, id) {
      const report = shown.find((one) => one.id === id);
      const history = Array.from({ length: 9 }, (_, n) => ({ id: `${n}`, at: NOW - (9 - n) * DAY, score: 60 + n * 3 }));
      return report && { report, history, mayAct };
    },
    async page({ language }, id) {
      const report = shown.find((one) => one.id === id);
      return report && reportHtml(report, { t: words[language], language, timeZone: 'Asia/Shanghai' });
    },
    png: async () => undefined,
    async create(_viewer, wish) {
      asked.push(['create', wish]);
      if (!refusal) making = true;
      return refusal ?? { ok: true };
    },
    async snooze(_viewer, finding, { cluster, until }) {
      asked.push(['snooze', finding, cluster, until === undefined ? 'no more' : until > Date.now() + 6 * DAY]);
      return refusal ?? { ok: true };
    },
    async propose(_viewer, id, item) {
      asked.push(['propose', id, item]);
      return refusal ?? { conversation: 'plans' };
    },
  };

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    if (SHOTS) await mkdir(SHOTS, { recursive: true });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    shown = [bad, quiet, hostile()];
    mayAct = true;
    making = false;
    refusal = undefined;
    asked = [];
    rig = await startRig({ sources: { ...emptySources, reports: source } });
    page = await open('/#/reports');
  });
  afterEach(async () => {
    await page.context().close();
    await rig.console.stop();
    expect(problems).toEqual([]);
  });

  async function open(path: string, context: BrowserContextOptions = {}): Promise<Page> {
    const opened = await (await browser.newContext({ locale: 'en-GB', ...context })).newPage();
    problems = [];
    opened.setDefaultTimeout(8_000);
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (line) => line.text().includes('Content Security Policy') && problems.push(line.text()));
    await opened.goto(path.startsWith('file:') ? path : `${rig.url}${path}`);
    return opened;
  }

  async function reopen(path: string, context?: BrowserContextOptions): Promise<void> {
    await page.context().close();
    page = await open(path, context);
  }

  const shot = async (name: string) => {
    if (!SHOTS) return;
    // The boards scroll within the page.
    const { width = 1280 } = page.viewportSize() ?? {};
    await page.setViewportSize({ width, height: 3000 });
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  };
  const overflow = () => page.locator('html').evaluate((node) => node.scrollWidth - node.clientWidth);
  const radius = () => page.evaluate('getComputedStyle(document.querySelector(".score")).borderRadius');
  const article = (name: RegExp) => page.getByRole('article', { name });

  test('each cluster shows its scores, the newest first, and how they went', async () => {
    const cluster = page.getByRole('region', { name: 'shop-prod' });
    await cluster.getByRole('img', { name: '62 of 100, grade D' }).waitFor();
    expect(await cluster.getByRole('img', { name: /^Scores of shop-prod: \d+ … 62$/ }).count()).toBe(1);
    expect(await cluster.locator('a.report-row').count()).toBe(5);
    await cluster.getByText('▼ 5 since').waitFor();
    await cluster.getByRole('button', { name: '4 more' }).click();
    expect(await cluster.locator('a.report-row').count()).toBe(9);
    await page.getByText('No report of this cluster yet.').waitFor();
    await shot('list-light');
  });

  test('the key 8 leads here, j and Enter into a report, and one gets back', async () => {
    // Keys count once the page is there.
    await page.getByRole('region', { name: 'shop-prod' }).waitFor();
    await page.keyboard.press('2');
    await page.getByRole('heading', { name: 'Incidents' }).waitFor();
    await page.keyboard.press('8');
    await page.getByRole('link', { name: /62 of 100/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Why not 100' }).waitFor();
    expect(page.url()).toContain('#/reports/H-7K3F2Q');
    await page.getByRole('main').getByRole('link', { name: 'Reports' }).click();
    await page.getByRole('region', { name: 'shop-prod' }).waitFor();
  });

  test('a new report is asked for over some days, and one sees that it is being made', async () => {
    const cluster = page.getByRole('region', { name: 'shop-prod' });
    await cluster.getByRole('combobox').selectOption('30');
    await cluster.getByRole('button', { name: 'New report' }).click();
    await cluster.getByRole('button', { name: 'Being made…' }).waitFor();
    expect(asked).toEqual([['create', { cluster: 'c82e6987', days: 30 }]]);
    expect(await cluster.getByRole('combobox').inputValue()).toBe('30');
  });

  test('a report shows lines that sum up, changes, findings, advice with gates, charts and what was not seen', async () => {
    await reopen('/#/reports/H-7K3F2Q');
    const lines = page.locator('#report-lines');
    await lines.getByText('sum', { exact: true }).waitFor();
    const points = (await lines.locator('td span.number').allTextContents()).map((text) =>
      Number(text.replace('−', '-')),
    );
    expect(points.reduce((a, b) => a + b, 0)).toBeCloseTo(-38, 5);
    await page.getByText('At most 69: an active critical finding in production').waitFor();
    expect(await page.locator('#report-delta').getByText('67 → 62').count()).toBe(1);
    expect(await page.locator('#report-findings article').count()).toBe(5);
    await article(/Pool batch cannot shrink/)
      .getByText('not safe · G5')
      .waitFor();
    await article(/Pool batch/)
      .getByText('Why?')
      .click();
    await page.getByText('2 pods have no place').waitFor();
    expect(
      await article(/Pool batch/)
        .getByRole('button', { name: 'Plan it' })
        .count(),
    ).toBe(0);
    await page.getByText('Lost. It counts as bad as it could be.').waitFor();
    await page.locator('#report-charts').scrollIntoViewIfNeeded();
    await page.locator('copilot-chart[drawn]').first().waitFor();
    expect(await page.locator('copilot-chart').count()).toBe(3);
    await shot('report-light');
  });

  test('a plan is asked for, and one is led to where it waits', async () => {
    await reopen('/#/reports/H-7K3F2Q');
    await article(/Three nodes of pool default/)
      .getByRole('button', { name: 'Plan it' })
      .click();
    await page.waitForURL(/#\/c\/plans$/);
    expect(asked).toEqual([['propose', 'H-7K3F2Q', 'remove:np-default']]);
  });

  test('why no plan comes of it is said where one asked', async () => {
    refusal = { refused: 'impossible', why: 'Gate G5 does not pass any more.' };
    await reopen('/#/reports/H-7K3F2Q');
    const item = article(/Three nodes of pool default/);
    await item.getByRole('button', { name: 'Plan it' }).click();
    await item.getByText('No plan comes of it. Gate G5 does not pass any more.').waitFor();
  });

  test('a finding is put off for a week and taken up again', async () => {
    await reopen('/#/reports/H-7K3F2Q');
    const item = article(/data-orders-0 will be full/);
    await item.getByRole('button', { name: 'Snooze 7 d' }).click();
    await item.getByText(/^Put off until/).waitFor();
    await item.getByRole('button', { name: 'Take up again' }).click();
    await item.getByText('Taken up again.').waitFor();
    expect(asked).toEqual([
      ['snooze', 'S1:prod/data-orders-0', 'c82e6987', true],
      ['snooze', 'S1:prod/data-orders-0', 'c82e6987', 'no more'],
    ]);
  });

  test('who may only read sees everything and no button', async () => {
    mayAct = false;
    await reopen('/#/reports');
    await page.getByText('Only people with the role operator or approver').waitFor();
    expect(await page.getByRole('button', { name: 'New report' }).count()).toBe(0);
    await reopen('/#/reports/H-7K3F2Q');
    await article(/killed for memory/).waitFor();
    for (const name of ['Plan it', 'Snooze 7 d']) expect(await page.getByRole('button', { name }).count()).toBe(0);
  });

  test('strangers’ words are only text', async () => {
    await reopen('/#/reports/H-H0ST1E');
    await page.locator('#report-findings article').first().waitFor();
    expect(await page.locator('main').locator('img, font, script').count()).toBe(0);
    expect(await page.locator('main a[href*="evil"]').count()).toBe(0);
    expect(await overflow()).toBe(0);
  });

  test('on a narrow screen, in Chinese and dark, all of it fits', async () => {
    const phone = { viewport: { width: 360, height: 740 }, locale: 'zh-CN', colorScheme: 'dark' } as const;
    await reopen('/#/reports', phone);
    await page.getByRole('button', { name: '新报告' }).first().waitFor();
    expect(await overflow()).toBe(0);
    await shot('list-phone-zh-dark');
    for (const id of ['H-7K3F2Q', 'H-H0ST1E']) {
      await reopen(`/#/reports/${id}`, phone);
      await page.getByRole('heading', { name: '为何不是 100' }).waitFor();
      expect(await overflow()).toBe(0);
      await shot(`report-phone-zh-dark-${id}`);
    }
  });

  test('the document is styled, runs nothing and loads nothing, in both languages and on a phone', async () => {
    for (const [lang, colorScheme, width] of [
      ['en', 'light', 1100],
      ['zh', 'dark', 360],
    ] as const) {
      await reopen(`/reports/H-7K3F2Q?lang=${lang}`, { viewport: { width, height: 800 }, colorScheme });
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await radius()).toBe('50%');
      expect(await overflow()).toBe(0);
      await page.locator('nav a').last().click();
      await page.waitForURL(/#unknown/);
      await shot(`document-${lang}-${colorScheme}`);
    }
  });

  test('as a file of its own the document is the same, and makes a whole PDF', async () => {
    const file = join(tmpdir(), `copilot-report-${process.pid}.html`);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><rect width="4" height="2"/></svg>';
    const look = { t: words.en, language: 'en', timeZone: 'UTC', pictures: { score: { light: { svg } } } } as const;
    await writeFile(file, reportHtml(bad, look));
    await reopen(pathToFileURL(file).href);
    expect(await radius()).toBe('50%');
    expect(await page.evaluate('document.querySelector("img").naturalWidth')).toBeGreaterThan(0);
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    if (SHOTS) await writeFile(join(SHOTS, 'document.pdf'), pdf);
  });
});
