import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChannelRefusal, ChannelSource, ChannelView, ConnectionView } from '../../adapters/console/wire.ts';
import { emptySources, type Rig, startRig } from '../adapters/console/fakes.ts';

/** The page of channels in a real browser, over fakes at the console's ports. */

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const FOUND = existsSync(CHROMIUM);
if (!FOUND) console.warn(`Skipped: no Chromium at ${CHROMIUM}. Install it, or set CHROMIUM_PATH.`);

const HOSTILE = '<img src=x onerror="document.title=1">';
const ops = (): ChannelView => ({
  key: 'slack:T1:C0OPS',
  rev: 3,
  name: 'ops',
  platform: 'slack',
  kind: 'group',
  incidents: true,
  clusters: ['prod'],
  namespaces: [],
  severities: ['critical', 'warning'],
  quietHours: { from: '22:00', to: '08:00' },
  digest: { at: '09:00', days: ['mon', 'fri'], timeZone: 'Asia/Shanghai' },
  updatedBy: 'ann',
  updatedAt: Date.now(),
});
const connections = (): ConnectionView[] => [
  { platform: 'slack', ok: true, detail: '2 sockets', since: Date.now() - 3_600_000 },
  { platform: 'dingtalk', ok: false, detail: `authFailed ${HOSTILE}`, since: Date.now() - 60_000 },
];

describe.skipIf(!FOUND)('the channels of the page', () => {
  let browser: Browser;
  let rig: Rig;
  let page: Page;
  let problems: string[];
  let channels: ChannelView[];
  let mayChange: boolean;
  let refusal: ChannelRefusal | undefined;
  let sent: unknown[];

  const source: ChannelSource = {
    list: async () => ({ channels, mayChange, timeZone: 'UTC' }),
    async set(_viewer, key, form) {
      sent.push([key, form]);
      const before = channels.find((one) => one.key === key);
      if (refusal || !before) return refusal ?? { refused: 'unknown' };
      const { key: id, platform, kind, updatedBy, updatedAt } = before;
      const after = { ...form, key: id, platform, kind, updatedBy, updatedAt, rev: form.rev + 1 };
      channels = channels.map((one) => (one.key === key ? after : one));
      return after;
    },
    async remove(_viewer, key) {
      channels = channels.filter((one) => one.key !== key);
      return { ok: true };
    },
  };

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    channels = [ops(), { ...ops(), key: `slack:T1:${HOSTILE}`, name: HOSTILE, incidents: false }];
    mayChange = true;
    refusal = undefined;
    sent = [];
    rig = await startRig({ sources: { ...emptySources, channels: source, connections } });
    page = await open();
  });
  afterEach(async () => {
    await page.context().close();
    await rig.console.stop();
    expect(problems).toEqual([]);
  });

  async function open(context: BrowserContextOptions = {}): Promise<Page> {
    const opened = await (await browser.newContext({ locale: 'en-GB', ...context })).newPage();
    problems = [];
    opened.setDefaultTimeout(8_000);
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (line) => line.text().includes('Content Security Policy') && problems.push(line.text()));
    await opened.goto(`${rig.url}/#/channels`);
    return opened;
  }

  test('each connection shows its state and since when, each channel what is told there', async () => {
    await page.getByText('2 sockets').waitFor();
    expect(await page.getByText('not connected', { exact: true }).count()).toBe(1);
    const row = page.getByRole('article', { name: 'ops', exact: true });
    for (const text of [
      'Incidents are told',
      'Critical, Warning',
      '22:00 – 08:00 (UTC)',
      '09:00 Mon, Fri (Asia/Shanghai)',
    ])
      await row.getByText(text).waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });

  test('the form changes what it shows, by keyboard alone', async () => {
    await page.getByRole('article', { name: 'ops', exact: true }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('Clusters').fill('shop-prod, staging');
    await page.getByLabel('Quiet from').fill('');
    await page.getByLabel('Language').selectOption('zh');
    await page.getByLabel('Language').press('Tab');
    await page.getByRole('button', { name: 'Save' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('shop-prod, staging').waitFor();
    const { quietHours: _, key, platform, kind, updatedBy, updatedAt, ...rest } = ops();
    expect(sent).toEqual([[key, { ...rest, clusters: ['shop-prod', 'staging'], language: 'zh' }]]);
    expect([platform, kind, updatedBy, typeof updatedAt]).toEqual(['slack', 'group', 'ann', 'number']);
  });

  test('a refusal is said in the form, which stays open with what was typed', async () => {
    refusal = { refused: 'stale' };
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.getByLabel('Name in this list').fill('other');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').filter({ hasText: 'Somebody has changed these settings meanwhile.' }).waitFor();
    expect(await page.getByLabel('Name in this list').inputValue()).toBe('other');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('removing asks once more', async () => {
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(channels).toHaveLength(2);
    await page.getByRole('button', { name: 'Remove' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('article', { name: 'ops', exact: true }).waitFor({ state: 'detached' });
  });

  test('who may change nothing sees what holds, and who may', async () => {
    await page.context().close();
    mayChange = false;
    page = await open();
    await page.getByText('Only people with the role operator').waitFor();
    expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
  });

  test('on a narrow screen, in Chinese and dark, all of it fits, the form too', async () => {
    await page.context().close();
    page = await open({ viewport: { width: 360, height: 740 }, locale: 'zh-CN', colorScheme: 'dark' });
    await page.getByRole('heading', { name: '连接' }).waitFor();
    const overflow = () => page.locator('html').evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(await overflow()).toBe(0);
    await page.getByRole('button', { name: '编辑' }).first().click();
    const save = page.getByRole('button', { name: '保存' });
    await save.scrollIntoViewIfNeeded();
    expect(await save.isVisible()).toBe(true);
    expect(await overflow()).toBe(0);
    const dialog = page.getByRole('dialog');
    expect(await dialog.evaluate((node) => node.scrollWidth - node.clientWidth)).toBe(0);
  });
});
