import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '../../adapters/console/auth.ts';
import type { Card } from '../../src/chat/types.ts';
import { memoryStore, openConversation, type Rig, startRig } from '../adapters/console/fakes.ts';
import { failed, options, plan, progress, question, sources } from './console-scene.ts';

/** The page in a real browser, over fakes at the console's ports. */

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const FOUND = existsSync(CHROMIUM);
if (!FOUND) console.warn(`Skipped: no Chromium at ${CHROMIUM}. Install it, or set CHROMIUM_PATH.`);

describe.skipIf(!FOUND)('the console page', () => {
  let browser: Browser;
  let rig: Rig;
  let page: Page;
  let problems: string[];
  let waiting = true;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [...ARGS, '--disable-component-update', '--disable-sync'],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    waiting = true;
    rig = await startRig({ sources: sources(() => waiting) });
    page = await open();
  });
  afterEach(async () => {
    await page.context().close();
    await rig.console.stop();
  });

  async function open(context: BrowserContextOptions = {}): Promise<Page> {
    const opened = await (await browser.newContext({ locale: 'en-GB', ...context })).newPage();
    problems = [];
    opened.setDefaultTimeout(8_000);
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (line) => line.text().includes('Content Security Policy') && problems.push(line.text()));
    opened.on('request', (request) => request.url().startsWith(rig.url) || problems.push(`left: ${request.url()}`));
    return opened;
  }

  async function show(id: string): Promise<void> {
    for (const [key, card] of Object.entries({ question, options, plan: plan(1), progress, failed }))
      await rig.say(id, key, { text: card.title, card, language: 'en' });
  }

  test('a sentence typed becomes a conversation, and the answer appears', async () => {
    rig.onMessage = (message) =>
      rig.say(message.conversation.id, 'k1', { text: question.title, card: question, language: 'en' });
    await page.goto(rig.url);
    await page.getByRole('button', { name: /Plan a production HA/ }).click();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: question.title }).waitFor();
    await page.locator('.talks a', { hasText: 'Plan a production HA' }).waitFor();
    expect(await page.locator('.said-user').count()).toBe(1);
    expect(rig.messages).toMatchObject([{ text: expect.stringContaining('Hangzhou') }]);
    expect(problems).toEqual([]);
  });

  test('a button with a question asks once more, then the card follows its revisions and drops its controls', async () => {
    const id = await openConversation(rig);
    await show(id);
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('button', { name: 'Not yet' }).click();
    expect(rig.actions).toEqual([]);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.locator('dialog').getByRole('button', { name: 'Approve' }).click();
    await expect.poll(() => rig.actions).toMatchObject([{ cardId: 'plan-1', actionId: 'approve', rev: 1 }]);
    await rig.say(id, 'plan', { text: 'Approved', card: plan(2), language: 'en' });
    await page.getByRole('heading', { name: 'Approved by Alice' }).waitFor();
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
    // The button that had the focus is gone: keys go on from its card.
    expect(await page.evaluate('document.activeElement?.textContent')).toContain('Approved by Alice');
    expect(problems).toEqual([]);
  });

  test('a refused click says why, and the buttons come back', async () => {
    const id = await openConversation(rig);
    await show(id);
    rig.outcome = () => ({ result: 'refused', code: 'decided', message: 'Bob was first.' });
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.getByRole('button', { name: /^Three zones/ }).click();
    await page.getByText('Bob was first.').first().waitFor();
    expect(await page.locator('copilot-card[busy]').count()).toBe(0);
  });

  test('a click that leaves its card as it is holds the buttons until it is answered', async () => {
    const id = await openConversation(rig);
    await show(id);
    await page.goto(`${rig.url}/#/c/${id}`);
    const card = page.locator('copilot-card', { hasText: options.title });
    await card.getByRole('button', { name: 'Cheaper' }).click();
    await expect.poll(() => rig.actions.length).toBe(1);
    await page.locator('copilot-card[busy]').waitFor({ timeout: 2000 });
    await rig.say(id, 'answer', { text: 'I look at it …', language: 'en' });
    await page.locator('.log').getByText('I look at it …').waitFor();
    await page.locator('copilot-card[busy]').waitFor({ state: 'detached', timeout: 2000 });
    await card.getByRole('button', { name: 'Stronger' }).click();
    await expect.poll(() => rig.actions.length).toBe(2);
  });

  test('a long text is folded, and saved as a file with every line of it', async () => {
    const id = await openConversation(rig);
    const lines = Array.from({ length: 2000 }, (_, n) => `${n} <b>line</b> 行 ${'x'.repeat(n % 90)}`).join('\n');
    const blocks: Card['blocks'] = [
      { type: 'code', text: lines.split('\n').slice(-40).join('\n') },
      { type: 'details', summary: 'All 2000 lines', blocks: [{ type: 'code', text: lines }] },
    ];
    const title = 'Log of prod/web-1, container app: 2000 lines';
    const log: Card = { id: 'log-1', rev: 1, title, tone: 'neutral', blocks };
    await rig.say(id, 'log', { text: title, card: log, language: 'en' });
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.getByText('All 2000 lines').click();
    const save = page.getByRole('button', { name: 'Download as a file' });
    expect(await save.count()).toBe(1);
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
    expect(download.suggestedFilename()).toBe('Log-of-prod-web-1-container-app-2000-lines.txt');
    expect(await readFile(await download.path(), 'utf8')).toBe(lines);
    expect(problems.filter((one) => !one.startsWith('left: blob:'))).toEqual([]);
  });

  test('what is being typed into a card survives its next revision', async () => {
    const id = await openConversation(rig);
    await show(id);
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.getByLabel('Note for the audit log').fill('before the sale');
    await rig.say(id, 'plan', { text: 'plan', card: { ...plan(1), rev: 2, title: 'Revised' }, language: 'en' });
    await page.getByRole('heading', { name: 'Revised' }).waitFor();
    expect(await page.getByLabel('Note for the audit log').inputValue()).toBe('before the sale');
    await page.getByRole('button', { name: 'Save note' }).click();
    await expect.poll(() => rig.actions).toMatchObject([{ actionId: 'annotate', inputs: { note: 'before the sale' } }]);
  });

  test('untrusted text becomes neither markup nor a control', async () => {
    const id = await openConversation(rig);
    const text =
      '<button id="evil">Approve</button> <img src=x> ![i](http://a.example/x.png) [bad](javascript:1) [good](https://a.example)';
    await rig.say(id, 'k1', { text, language: 'en' });
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.getByText('<button id="evil">').waitFor();
    const said = page.locator('.said-bot .prose');
    expect(await said.locator('button, img').count()).toBe(0);
    const links = await said
      .locator('a[href]')
      .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]));
    expect(links).toEqual([['https://a.example', 'noopener noreferrer']]);
    expect(problems).toEqual([]);
  });

  test('a message that did not get through says so and can be sent again, once', async () => {
    const id = await openConversation(rig);
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.locator('#pill[data-state="connected"]').waitFor();
    await page.route('**/messages', (route) => route.abort());
    await page.getByRole('textbox').fill('hello');
    await page.keyboard.press('Enter');
    await page.getByText('Not sent.').waitFor();
    await page.unroute('**/messages');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => rig.messages.length).toBe(1);
    await page.getByText('Not sent.').waitFor({ state: 'detached' });
    expect(await page.locator('.said-user').count()).toBe(1);
  });

  test('after a restart of the server the page reconnects and shows what it missed', async () => {
    const store = memoryStore();
    const first = await startRig({ store });
    const id = await openConversation(first);
    await page.goto(`${first.url}/#/c/${id}`);
    await page.locator('#pill[data-state="connected"]').waitFor();
    const { port } = new URL(first.url);
    await first.console.stop();
    await page.locator('#pill[data-state="reconnecting"]').waitFor();
    const second = await startRig({ store, port: Number(port) });
    await second.say(id, 'k1', { text: 'Still here', language: 'en' });
    await page.locator('.log').getByText('Still here').waitFor();
    await second.console.stop();
  });

  test('an approval is decided from its list, and the task board shows every step', async () => {
    const id = await openConversation(rig);
    await show(id);
    await page.goto(`${rig.url}/#/approvals`);
    await page.getByText('Medium risk').waitFor();
    waiting = false;
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Nothing waits for you').waitFor();
    expect(rig.actions).toMatchObject([{ cardId: 'plan-1', actionId: 'reject', rev: 1 }]);
    await page.keyboard.press('3');
    await page.getByText('2 of 3 nodes joined').waitFor();
    for (const view of ['5', '6']) await page.keyboard.press(view);
    await page.getByText('shop-dev').waitFor();
    expect(problems).toEqual([]);
  });

  test('the keyboard reaches everything: the sheet, the composer, the items of a list, the buttons of a card', async () => {
    const id = await openConversation(rig);
    await show(id);
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.getByRole('heading', { name: question.title }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    // It gives the focus back once it is gone.
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA');
    await page.getByRole('button', { name: /^Three zones/ }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('document.activeElement?.textContent')).toContain('Two zones');
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement?.textContent')).toContain('Three ways to build it');
  });

  test('the page speaks Chinese where the browser does, and switches', async () => {
    await page.context().close();
    page = await open({ locale: 'zh-CN' });
    await page.goto(rig.url);
    await page.getByText('一句话，得到一个运行中的集群').waitFor();
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await page.getByText('From a sentence to a running cluster').waitFor();
    await page.reload();
    await page.getByText('From a sentence to a running cluster').waitFor();
  });

  test('at 360 pixels nothing is wider than the screen, and the rail opens and closes', async () => {
    await page.context().close();
    page = await open({ viewport: { width: 360, height: 740 } });
    const id = await openConversation(rig);
    await show(id);
    for (const hash of ['', `#/c/${id}`, '#/incidents', '#/tasks', '#/approvals', '#/audit', '#/clusters']) {
      await page.goto(`${rig.url}/${hash}`);
      await page.locator('#pill[data-state="connected"]').waitFor({ state: 'attached' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
    await page.getByRole('button', { name: 'Navigation' }).click();
    await page.getByRole('link', { name: 'Tasks' }).click();
    await page.locator('.shell:not([data-rail])').waitFor();
  });

  test('who reads at the end stays there when the window changes, who reads above it does not', async () => {
    const id = await openConversation(rig);
    await show(id);
    await page.setViewportSize({ width: 1000, height: 800 });
    await page.goto(`${rig.url}/#/c/${id}`);
    await page.getByRole('heading', { name: failed.title }).waitFor();
    const fromEnd = () =>
      page.locator('.scroll').evaluate((node) => Math.round(node.scrollHeight - node.scrollTop - node.clientHeight));
    await expect.poll(fromEnd).toBeLessThan(2);
    await page.setViewportSize({ width: 400, height: 500 });
    await expect.poll(() => page.locator('.scroll').evaluate((node) => node.clientWidth)).toBeLessThan(500);
    await expect.poll(fromEnd).toBeLessThan(2);
    await page.locator('.scroll').evaluate((node) => node.scrollTo(0, 0));
    await page.setViewportSize({ width: 400, height: 450 });
    await expect.poll(() => page.locator('.scroll').evaluate((node) => node.clientHeight)).toBeLessThan(450);
    expect(await page.locator('.scroll').evaluate((node) => node.scrollTop)).toBeLessThan(2);
  });

  test('with users the page asks for a login first, and the theme that was chosen stays', async () => {
    await rig.console.stop();
    rig = await startRig({ users: `alice:${await hashPassword('correct horse')}` });
    await page.goto(rig.url);
    await page.getByLabel('Name').fill('alice');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Name or password is wrong.').waitFor();
    await page.getByLabel('Password').fill('correct horse');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('From a sentence to a running cluster').waitFor();
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(problems).toEqual([]);
  });
});
