import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTranscript, EVERYBODY } from '../../src/chat/transcript.ts';
import { memoryStore, type Rig, startRig } from '../adapters/console/fakes.ts';
import { HOSTILE, incidentCard, incidentSources, type Scene, scene } from './incident-scene.ts';

/** The incidents of the page in a real browser, over fakes at the console's ports. */

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const FOUND = existsSync(CHROMIUM);
if (!FOUND) console.warn(`Skipped: no Chromium at ${CHROMIUM}. Install it, or set CHROMIUM_PATH.`);

describe.skipIf(!FOUND)('the incidents of the page', () => {
  let browser: Browser;
  let rig: Rig;
  let page: Page;
  let now: Scene;
  let problems: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  });
  afterAll(() => browser?.close());
  beforeEach(() => start(scene()));
  afterEach(stop);

  async function start(given: Scene): Promise<void> {
    now = given;
    const store = memoryStore();
    await createTranscript(store, Date.now).open('incidents', EVERYBODY);
    rig = await startRig({ store, sources: incidentSources(now) });
    page = await open();
  }

  async function stop(): Promise<void> {
    await page.context().close();
    await rig.console.stop();
  }

  async function open(context: BrowserContextOptions = {}): Promise<Page> {
    const opened = await (await browser.newContext({ locale: 'en-GB', ...context })).newPage();
    problems = [];
    opened.setDefaultTimeout(8_000);
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    opened.on(
      'request',
      (request) =>
        /^(blob:)?http/.test(request.url()) &&
        !request.url().includes(rig.url) &&
        problems.push(`left: ${request.url()}`),
    );
    return opened;
  }

  const goTo = (hash: string) => page.goto(`${rig.url}/#/${hash}`);

  test('the board shows what is open, the worst first, and on demand what is over', async () => {
    await goTo('incidents');
    await page.getByText('Memory limit too low').waitFor();
    const rows = page.locator('.incident');
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-id')))).toEqual([
      'I-7K3F',
      'I-2B8N',
    ]);
    expect(await rows.first().innerText()).toMatch(
      /Deployment shop\/checkout[\s\S]*14 alerts[\s\S]*3 objects affected[\s\S]*came back 2 times/,
    );
    // The rail asks for itself.
    await expect.poll(() => page.locator('.nav[data-view="incidents"] .count').innerText()).toBe('2');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByText('Image does not exist').waitFor();
    await page.reload();
    await page.getByText('Image does not exist').waitFor();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByText('Image does not exist').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  test('the page of an incident tells everything: card, curves, evidence, actions, what was not seen, the draft', async () => {
    await goTo('incidents');
    await page.keyboard.press('j');
    await page.locator('.incident').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'I-7K3F · OOMKilled' }).waitFor();
    for (const title of [
      'Curve',
      'Actions taken',
      'Evidence',
      'Affected objects',
      'What was not looked at',
      'Patch',
      'Post-mortem draft',
      'Timeline',
    ])
      expect(await page.getByRole('heading', { name: title, exact: true }).first().isVisible(), title).toBe(true);
    const actions = page.locator('.attempt').first();
    expect(await actions.innerText()).toMatch(/Undone[\s\S]*asked by alice[\s\S]*approved by bob[\s\S]*killed again/);
    expect(await actions.getByRole('link').getAttribute('href')).toBe('#/tasks/T-7K3F');
    expect(await page.getByText('92% of what the rules ask for').isVisible()).toBe(true);
    expect(await page.locator('.curves copilot-chart').count()).toBe(2);
    expect(problems).toEqual([]);
  });

  test('charts are drawn within the policy of the page, say in words what they show, and follow the theme', async () => {
    const wanted: string[] = [];
    page.on('request', (request) => request.url().includes('echarts') && wanted.push(request.url()));
    await goTo('incidents');
    await page.locator('.incident').first().waitFor();
    expect(wanted).toEqual([]);
    await page.locator('.incident').first().click();
    const chart = page.locator('.card copilot-chart[drawn]');
    await chart.locator('canvas').waitFor();
    expect(await chart.locator('.chart-canvas').getAttribute('aria-label')).toMatch(
      /^Memory of the containers\. .*peak 255Mi, last/,
    );
    expect(await chart.locator('.chart-legend').innerText()).toContain('limit app: 256Mi');
    const colours = () =>
      chart.locator('canvas').evaluate((canvas) => {
        const { data } = (
          canvas as unknown as { getContext(kind: string): { getImageData(...box: number[]): { data: Uint8Array } } }
        )
          .getContext('2d')
          .getImageData(0, 0, 600, 200);
        return [...new Set(Array.from({ length: data.length / 4 }, (_, n) => data.slice(n * 4, n * 4 + 3).join()))]
          .length > 3
          ? data.reduce((sum, value, n) => (sum * 31 + value * (n % 7)) % 1_000_003, 7)
          : 0;
      });
    const light = await colours();
    expect(light).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await expect.poll(colours).not.toBe(light);
    await chart.locator('canvas').hover();
    expect(problems).toEqual([]);
  });

  test('text out of clusters stays text: in evidence, names of curves, symptoms and the draft', async () => {
    await rig.say('incidents', 'k1', { text: 'incident', card: incidentCard(1), language: 'en' });
    for (const place of ['incidents/I-7K3F', 'c/incidents']) {
      await goTo(place);
      await page
        .getByText(/^Evidence \(/)
        .first()
        .click();
      await page.locator('copilot-chart[drawn]').first().waitFor();
      const shown = await page.getByText(HOSTILE.slice(0, 20)).count();
      expect(shown).toBeGreaterThan(0);
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
      expect(await page.locator('main a[href*="evil"]').count()).toBe(0);
      expect(await page.locator('main strong', { hasText: /^bold$/ }).count()).toBe(0);
    }
    expect(await page.title()).toContain('K8s-Copilot');
    expect(problems).toEqual([]);
  });

  test('the card is clicked from the page as in the chat, and keeps folds and typing through its revisions', async () => {
    await goTo('incidents/I-7K3F');
    await page.locator('summary', { hasText: 'Evidence (4)' }).click();
    await page.getByText('Mute', { exact: true }).first().click();
    await page.getByLabel('Why').fill('known, a new image comes at noon');
    now.card = incidentCard(2);
    await page.locator('summary', { hasText: 'Evidence (5)' }).waitFor();
    expect(
      await page
        .locator('.card .fold')
        .first()
        .evaluate((fold) => fold.hasAttribute('open')),
    ).toBe(true);
    expect(await page.getByLabel('Why').inputValue()).toBe('known, a new image comes at noon');
    expect(await page.evaluate('document.activeElement?.name')).toBe('reason');
    await page.getByRole('button', { name: 'Raise the limit to 512Mi' }).click();
    await expect
      .poll(() => rig.actions)
      .toMatchObject([{ cardId: 'incident-I-7K3F', actionId: 'heal:I-7K3F:raise-memory-limit', rev: 2 }]);
    // Nothing on the card has changed: the page says where the answer is, and the card can be clicked again.
    expect(await page.getByRole('status').getByRole('link', { name: '# incidents' }).getAttribute('href')).toBe(
      '#/c/incidents',
    );
    await page.locator('copilot-card[busy]').waitFor({ state: 'detached', timeout: 4000 });
    now.card = incidentCard(3, true);
    await page.locator('.card.closed').waitFor();
    expect(await page.locator('.card').getByText('Mute').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('the draft and the patch can be taken along as files', async () => {
    await goTo('incidents/I-7K3F');
    const save = async (name: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')];
    };
    expect(await save('Download as .md')).toEqual(['I-7K3F.md', expect.stringContaining('# I-7K3F: OOMKilled')]);
    expect(await save('Download the patch')).toEqual(['I-7K3F.patch.yaml', expect.stringContaining('containers: []')]);
    expect(problems).toEqual([]);
  });

  test('an incident that nobody knows says so, with a way back', async () => {
    await goTo('incidents/I-0000');
    await page.getByText('There is nothing here.').waitFor();
    await page.locator('.back').click();
    await page.getByText('Memory limit too low').waitFor();
  });

  test('in the sandbox faults are switched on and off, and a refusal is told', async () => {
    now.incidents = [];
    await goTo('incidents');
    await page.getByText('Nothing is wrong').waitFor();
    await page.locator('.empty').getByRole('button', { name: 'Break something' }).click();
    const oom = page.getByRole('switch', { name: /A memory limit that is too small/ });
    await oom.click();
    await page.getByText('On. To be found as OOMKilled').waitFor();
    expect(await oom.isChecked()).toBe(true);
    await page.getByRole('searchbox').fill('KubeletDown');
    await expect.poll(() => page.locator('.demo-row:visible').count()).toBe(1);
    await page.getByRole('switch', { name: /A node that stops/ }).click();
    await page.getByText('the node is gone').first().waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'Switch all off' }).click();
    await expect.poll(() => oom.isChecked()).toBe(false);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(problems.filter((problem) => !problem.includes('409'))).toEqual([]);
  });

  test('where the world is real nothing offers to break it', async () => {
    await stop();
    await start({ ...scene(), incidents: [], demo: false });
    await goTo('incidents');
    await page.getByText('Nothing is wrong').waitFor();
    expect(await page.getByRole('button', { name: 'Break something' }).count()).toBe(0);
  });

  test('the shared conversation is in the rail, says who spoke, and is empty in words', async () => {
    await goTo('c/incidents');
    await page.getByText('Nothing has been said here yet.').waitFor();
    await page.getByRole('textbox').fill('I look at it');
    await page.keyboard.press('Enter');
    await page.locator('.said-by', { hasText: 'operator' }).waitFor();
    expect(await page.locator('.talks .channel').innerText()).toBe('# incidents');
    expect(rig.messages).toMatchObject([{ conversation: { id: 'incidents', kind: 'group' }, text: 'I look at it' }]);
    expect(problems).toEqual([]);
  });

  test('at 360 pixels nothing is wider than the screen, in Chinese and in the dark as well', async () => {
    await rig.say('incidents', 'k1', { text: 'incident', card: incidentCard(1), language: 'en' });
    for (const context of [{}, { locale: 'zh-CN', colorScheme: 'dark' as const }]) {
      await page.context().close();
      page = await open({ viewport: { width: 360, height: 740 }, ...context });
      for (const hash of ['incidents', 'incidents/I-7K3F', 'c/incidents']) {
        await goTo(hash);
        await page
          .locator(hash === 'incidents' ? '.incident' : 'copilot-chart')
          .first()
          .waitFor();
        await page.evaluate("for (const fold of document.querySelectorAll('.fold')) fold.open = true");
        expect(await page.evaluate('document.documentElement.scrollWidth'), hash).toBe(360);
        const wide = await page.evaluate(
          "[...document.querySelectorAll('.board, .scroll')].some((each) => each.scrollWidth > each.clientWidth)",
        );
        expect(wide, hash).toBe(false);
      }
    }
    await page.getByText('故障').first().waitFor({ state: 'attached' });
    expect(problems).toEqual([]);
  });
});
