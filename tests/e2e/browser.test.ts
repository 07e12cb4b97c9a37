import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataFolder, type Running, run } from './support/copilot.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** The whole product as a newcomer meets it: the real bot, the simulated cloud, a real browser. */
describe.skipIf(!existsSync(CHROMIUM))(`the first three minutes of a newcomer (needs ${CHROMIUM})`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let running: Running;
  let browser: Browser;

  beforeAll(async () => {
    folder = await dataFolder();
    running = await run(['start'], { DATA_DIR: folder.path, CONSOLE_PORT: '0', SANDBOX_SPEED: '300' });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await running.stop();
    await folder.remove();
  });

  test('a suggested sentence becomes a plan, an approval and a running cluster', async () => {
    const page = await browser.newPage({ locale: 'en-US' });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(running.url);
    await page.getByRole('button', { name: /production HA ACK cluster in Hangzhou/ }).click();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Recommended/ }).click({ timeout: 30_000 });
    await page
      .getByText(/3,046 CNY a month/)
      .first()
      .waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('The API server answers').last().waitFor({ timeout: 30_000 });
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 });
    await page
      .getByRole('link', { name: 'Clusters' })
      .or(page.getByRole('button', { name: 'Clusters' }))
      .first()
      .click();
    await page.getByText('nodejs-prod').first().waitFor();
    expect(problems).toEqual([]);
  });
});
