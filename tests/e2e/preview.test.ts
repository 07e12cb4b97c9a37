import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptySources, type Rig, startRig } from '../adapters/console/fakes.ts';
import { HOSTILE_WORDS, sampleMessages } from '../support/cards.ts';
import { previewOf } from '../support/preview.ts';

/** The preview page in a real browser: the real renderers over the sample messages. `SHOTS=FOLDER` keeps pictures. */

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const FOUND = existsSync(CHROMIUM);
const SHOTS = process.env.SHOTS;
if (!FOUND) console.warn(`Skipped: no Chromium at ${CHROMIUM}. Install it, or set CHROMIUM_PATH.`);

describe.skipIf(!FOUND)('the preview page', () => {
  let browser: Browser;
  let rig: Rig;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    rig = await startRig({ sources: { ...emptySources, preview: await previewOf(sampleMessages) } });
  });
  afterAll(async () => {
    await browser?.close();
    await rig?.console.stop();
  });
  beforeEach(() => open());
  afterEach(() => page.context().close());

  async function open(context: BrowserContextOptions = {}): Promise<void> {
    page = await (await browser.newContext({ locale: 'en-GB', ...context })).newPage();
    page.setDefaultTimeout(10_000);
    problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
  }

  async function show(id: string): Promise<void> {
    await page.goto(`${rig.url}/preview#${id}`);
    await page.locator(`.preview-stage[data-shown="${id}"] .preview-column`).nth(3).waitFor();
  }

  test('shows a card in four renderings with its limits, and the list of cards', async () => {
    await show('approval-en');
    expect(await page.locator('.preview-column > h2').allInnerTexts()).toEqual([
      'Console',
      'Slack',
      'DingTalk, with a card template',
      'DingTalk, without a template',
    ]);
    const title = sampleMessages['approval-en']?.card?.title ?? '';
    for (const place of ['copilot-card h3', '.slack-header', '.dingtalk-card', '.dingtalk:not(.dingtalk-card)'])
      expect(await page.locator(place).first().innerText()).toContain(title);
    expect(await page.locator('.slack .preview-limits').first().innerText()).toMatch(/Blocks \d+ \/ 50/);
    expect(await page.locator('.slack-unknown').count()).toBe(0);
    await page.locator('.preview-bar select').selectOption('task-en');
    await page
      .getByRole('heading', { name: sampleMessages['task-en']?.card?.title ?? '' })
      .first()
      .waitFor();
    expect(problems).toEqual([]);
  });

  test('nothing on the card can be pressed', async () => {
    await show('incident-en');
    await page.locator('copilot-card button[data-key]').first().click();
    await page.locator('copilot-card summary').first().click();
    await page.locator('copilot-card details[open]').first().waitFor();
    expect(await page.locator('copilot-card[busy]').count()).toBe(0);
    expect(rig.actions).toEqual([]);
  });

  test.each(['chart-bars-en', 'chart-stacked-zh', 'chart-money-zh', 'chart-band-en'])(
    'draws %s in the console, and says in words what it shows',
    async (id) => {
      await show(id);
      const chart = page.locator('copilot-card copilot-chart[drawn]');
      await chart.locator('canvas').waitFor();
      const block = sampleMessages[id]?.card?.blocks[0];
      if (block?.type !== 'chart') throw new Error('No chart');
      const said = await chart.locator('.chart-canvas').getAttribute('aria-label');
      const names = 'kind' in block.chart ? block.chart.categories : block.chart.series.map(({ name }) => name);
      for (const name of names) expect(said).toContain(name);
      await chart.locator('canvas').hover();
      if (SHOTS) await page.locator('.preview-stage').screenshot({ path: `${SHOTS}/${id}.png` });
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(problems).toEqual([]);
    },
  );

  test('a chart that was not yet drawn for a narrower page does not widen it', async () => {
    await page.addInitScript('ResizeObserver = class { observe() {} disconnect() {} }');
    await show('chart-band-en');
    const wide = await page.locator('copilot-card copilot-chart[drawn] canvas').evaluate((node) => node.clientWidth);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(wide).toBeGreaterThan(320);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  test('bars that Slack draws itself are drawn as bars', async () => {
    await show('chart-bars-en');
    expect(await page.locator('.slack-chart rect').count()).toBe(6);
    expect(await page.locator('.preview-column').nth(1).locator('.preview-picture').count()).toBe(0);
  });

  test('stacks, which Slack has none of, are a picture there', async () => {
    await show('chart-stacked-en');
    expect(await page.locator('.preview-column').nth(1).locator('.preview-picture copilot-chart').count()).toBe(1);
    expect(await page.locator('.slack-chart').count()).toBe(0);
  });

  test('the words of strangers are no markup in any of them', async () => {
    await show('hostile');
    expect(await page.locator('.preview-stage').innerText()).toContain(HOSTILE_WORDS[0] ?? '');
    expect(await page.locator('.preview-stage img, .preview-stage script, .slack-mention').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('is one click away from a card in the console', async () => {
    const task = sampleMessages['task-en'];
    if (!task) throw new Error('The sample has another name');
    const { id } = (await (await rig.post('/api/v1/conversations', {})).json()) as { id: string };
    await rig.say(id, 'task-en', task);
    await page.goto(`${rig.url}/#/c/${id}`);
    const more = page.getByRole('link', { name: 'As other platforms show it' });
    expect(await more.getAttribute('href')).toBe(`/preview#${task.card?.id}`);
  });

  test('what is pasted is shown, and what is wrong is said', async () => {
    await show('task-en');
    await page.locator('.preview-paste > summary').click();
    const box = page.getByRole('textbox', { name: 'Paste a card as JSON' });
    await box.fill('{"id":"a","rev":1,"title":"Pasted","tone":"info","blocks":[]}');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('heading', { name: 'Pasted' }).first().waitFor();
    await box.fill('{"id":"a"}');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    expect(await page.getByRole('alert').innerText()).not.toBe('');
  });

  test('every sample is drawn whole, also dark, in Chinese and at 360 pixels', async () => {
    await page.context().close();
    await open({ viewport: { width: 360, height: 800 }, colorScheme: 'dark', locale: 'zh-CN' });
    for (const id of Object.keys(sampleMessages).filter((name) => !name.endsWith('-en'))) {
      await show(id);
      expect(await page.locator('.slack-unknown').count(), id).toBe(0);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(wide, id).toBeLessThanOrEqual(360);
      expect(problems, id).toEqual([]);
      if (SHOTS && !id.includes('huge')) await page.screenshot({ path: `${SHOTS}/${id}.png`, fullPage: true });
    }
  });
});
