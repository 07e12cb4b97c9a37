import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { run } from '../tests/e2e/support/copilot.ts';

/** Takes the README's picture of the real thing: `node scripts/screenshot.ts [FOLDER]`, with Debian's Chromium. */

const folder = process.argv[2] ?? 'docs/images';
const data = await mkdtemp(join(tmpdir(), 'k8s-copilot-picture-'));
const copilot = await run(['start'], { DATA_DIR: data, CONSOLE_PORT: '0', SANDBOX_SPEED: '40' });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});

async function open(options: { width: number; height: number; dark: boolean; locale: string }): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: options.width, height: options.height },
    colorScheme: options.dark ? 'dark' : 'light',
    locale: options.locale,
  });
  await page.goto(copilot.url);
  return page;
}

async function plan(page: Page, sentence: string, name: string): Promise<void> {
  const composer = page.getByRole('textbox').first();
  await composer.fill(sentence);
  await composer.press('Enter');
  await page
    .getByRole('button', { name: /Recommended|推荐/ })
    .first()
    .click();
  const approve = page.getByRole('button', { name: /^(Approve|批准)$/ }).first();
  await approve.waitFor();
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}-plan.png`) });
  await approve.click();
  await page
    .getByText(/T-[0-9A-Z]{4}/)
    .first()
    .waitFor();
  await page.waitForTimeout(6000);
  await page.screenshot({ path: join(folder, `${name}-task.png`) });
}

try {
  await plan(
    await open({ width: 1360, height: 900, dark: false, locale: 'en-US' }),
    'I need a production HA ACK cluster in Hangzhou, medium budget, for a Node.js shop',
    'light',
  );
  await plan(
    await open({ width: 1360, height: 900, dark: true, locale: 'zh-CN' }),
    '华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK，名字 shop-2',
    'dark',
  );
} finally {
  await browser.close();
  await copilot.stop();
  await rm(data, { recursive: true, force: true });
}
