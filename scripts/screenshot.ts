import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { client, run, until } from '../tests/e2e/support/copilot.ts';

/** Takes the READMEs' pictures of the real thing: `node scripts/screenshot.ts [FOLDER]`, with Debian's Chromium. */

const folder = process.argv[2] ?? 'docs/images';
const data = await mkdtemp(join(tmpdir(), 'k8s-copilot-picture-'));
const copilot = await run(['start'], { DATA_DIR: data, CONSOLE_PORT: '0', SANDBOX_SPEED: '40' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});

/** Says the sentence, takes the recommended plan, approves it, and waits until the node pool is being made. */
async function build(page: Page, sentence: string, file: string): Promise<void> {
  await page.goto(copilot.url);
  const composer = page.getByRole('textbox').first();
  await composer.fill(sentence);
  await composer.press('Enter');
  await page
    .getByRole('button', { name: /Recommended|推荐/ })
    .first()
    .click();
  await page
    .getByRole('button', { name: /^(Approve|批准)$/ })
    .first()
    .click();
  await page
    .getByText(/nodes|节点|\d+ %/i)
    .last()
    .waitFor();
  await page.waitForTimeout(22_000);
  await page.screenshot({ path: join(folder, file) });
}

interface Summary {
  id: string;
  cause?: string;
  state: string;
}
interface Waiting {
  id: string;
  cardId: string;
  cardRev: number;
  title: string;
}

const bot = client(() => copilot.url);

/** Breaks the demo, approves what the bot proposes, and waits until the incident is over: its id. */
async function heal(): Promise<string> {
  await bot.api('/demo/oom/break', {});
  const read = async <T>(path: string) => (await (await bot.api(path)).json()) as T;
  const plan = await until('a plan', 120_000, async () =>
    (await read<Waiting[]>('/approvals')).find(({ title }) => title.includes('memory limit')),
  );
  await bot.api(`/cards/${plan.cardId}/actions`, { actionId: `approve:${plan.id}`, rev: plan.cardRev });
  const over = await until('the end of the incident', 180_000, async () =>
    (await read<Summary[]>('/incidents?state=all')).find(
      ({ cause, state }) => cause === 'OOMKilled' && state === 'resolved',
    ),
  );
  return over.id;
}

async function picture(page: Page, place: string, file: string): Promise<void> {
  await page.goto(`${copilot.url}/#/${place}`);
  await page.reload();
  await page.waitForTimeout(4000);
  await page.screenshot({ path: join(folder, file) });
}

try {
  const english = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'en-US' });
  await build(
    english,
    'I need a production HA ACK cluster in Hangzhou, medium budget, for a Node.js shop',
    'console.png',
  );
  const chinese = await browser.newPage({
    viewport: { width: 1280, height: 860 },
    locale: 'zh-CN',
    colorScheme: 'dark',
  });
  await build(chinese, '华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK', 'console.zh-CN.png');
  const id = await heal();
  await picture(english, `incidents/${id}`, 'incident.png');
  await picture(chinese, `incidents/${id}`, 'incident.zh-CN.png');
} finally {
  await browser.close();
  await copilot.stop();
  await rm(data, { recursive: true, force: true });
}
