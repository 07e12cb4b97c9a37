import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Asked, type FakeOpenAi, type Reply, startFakeOpenAi } from '../fakes/openai/openai.ts';
import { client, dataFolder, type Running, run, until } from './support/copilot.ts';
import { pictures } from './support/pictures.ts';
import { RELEASE_POLICY } from './support/releases.ts';

/** What a person does by mouse in a day, with the real bot, a quick world, a scripted model and a real browser. */

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const FOUND = existsSync(CHROMIUM);
const SPEED = '120';
const TOKEN = 'mouse';
const HELLO = 'registry.cn-hangzhou.aliyuncs.com/demo/hello';
if (!FOUND) console.warn(`Skipped: no Chromium at ${CHROMIUM}. Install it, or set CHROMIUM_PATH.`);

describe.skipIf(!FOUND)('by mouse', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let world: Running;
  let running: Running;
  let endpoint: FakeOpenAi;
  let browser: Browser;
  let page: Page;
  let demo = '';
  let problems: string[];
  /** What the small model makes of a sentence, and what the main one does. */
  let reads: () => Reply;
  let answers: (asked: Asked) => Reply | Promise<Reply>;

  beforeAll(async () => {
    folder = await dataFolder();
    const policy = join(folder.path, 'policy.yaml');
    await writeFile(policy, RELEASE_POLICY);
    endpoint = await startFakeOpenAi((asked) => (asked.model === 'big' ? answers(asked) : reads()));
    world = await run(['sandbox', '--demo', '--port', '0', '--speed', SPEED], { DATA_DIR: folder.path }, 60_000);
    const made = await fetch(`${world.url}/_sandbox/demo`, { method: 'POST', body: '{}' });
    demo = String(((await made.json()) as { cluster: string }).cluster);
    const model = {
      LLM_BASE_URL: endpoint.baseUrl,
      LLM_API_KEY: endpoint.apiKey,
      LLM_MODEL: 'big',
      LLM_SMALL_MODEL: 'small',
    };
    const places = { DATA_DIR: folder.path, CONSOLE_PORT: '0', SANDBOX_URL: world.url, SANDBOX_SPEED: SPEED };
    running = await run(['start'], { ...places, ...model, POLICY_FILE: policy, HOOK_TOKEN: TOKEN }, 60_000);
    const bot = client(() => running.url);
    await until('the cluster to be known', 30_000, async () => {
      const known = await bot.api('/clusters');
      return known.ok && ((await known.json()) as unknown[]).length > 0;
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    await world?.kill();
    await endpoint?.close();
    await folder?.remove();
  });
  beforeEach(async () => {
    reads = () => ({ text: JSON.stringify({ intent: 'none' }) });
    answers = () => ({ status: 400, message: 'not asked for' });
    page = await (await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })).newPage();
    page.setDefaultTimeout(40_000);
    problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    await page.goto(running.url);
  });
  afterEach(async () => {
    await page.context().close();
    expect(problems).toEqual([]);
  });

  const card = (title: string | RegExp): Locator => page.locator('copilot-card').filter({ hasText: title });
  const shot = (name: string) => pictures(page, name);

  async function say(text: string): Promise<void> {
    await page.locator('[data-compose]').click();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  }

  /** By the mouse, on a button of the newest card that has one of this name. */
  async function press(name: string | RegExp): Promise<void> {
    const button = page.getByRole('button', { name, exact: typeof name === 'string' }).last();
    await button.waitFor();
    await button.click();
  }

  test('an incident that no rule explains is investigated, and the investigation is stopped', async () => {
    let stopped: () => void = () => {};
    const patience = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    answers = async ({ messages }) => {
      if (!messages.some(({ role }) => role === 'tool'))
        return { calls: [{ name: 'k8s_list', args: { clusterId: demo, kind: 'Pod', namespace: 'prod', limit: 5 } }] };
      await patience;
      return { calls: [{ name: 'finish', args: { summary: 'too late', claims: [], notChecked: [], remedies: [] } }] };
    };
    await alert('CheckoutIsSlow');
    await page.getByRole('link', { name: '# incidents' }).click();
    await press('Investigate');
    const look = card(/^Investigation/).last();
    await look.getByText('k8s_list Pod prod').waitFor();
    await shot('investigation-running');
    await look.getByRole('button', { name: 'Stop' }).click();
    await look.getByText('Stopped.').waitFor();
    expect(await look.getByRole('button', { name: 'Stop' }).count()).toBe(0);
    await shot('investigation-stopped');
    stopped();
  });

  test('a model’s suggestion is chosen, approved and done, and each card says what became of it', async () => {
    const target = { kind: 'Deployment', namespace: 'prod', name: 'checkout' };
    answers = ({ messages }) => {
      const seen = messages.flatMap((one) => (one.role === 'tool' ? [one.content] : []));
      if (seen.length === 0) return { calls: [{ name: 'k8s_get', args: { clusterId: demo, ...target } }] };
      const cites = [/\bE\d+\b/.exec(seen[0] ?? '')?.[0] ?? 'E0'];
      const claims = [
        { text: 'Deployment prod/checkout is there.', cites },
        { text: 'Deployment prod/checkout waits for its database.', cites: ['E9999'] },
      ];
      const remedies = [{ id: 'restart', target, why: 'new pods begin with fresh connections' }];
      return {
        calls: [{ name: 'finish', args: { summary: 'It may hang.', claims, notChecked: ['its log'], remedies } }],
      };
    };
    await say('investigate checkout');
    await press(/^Restart · Deployment/);
    await shot('investigation-ended');
    await card(/Should one of these/)
      .getByText('✓ Restart · Deployment prod/checkout')
      .waitFor();
    await press('Approve');
    await card(/^T-/).getByText('Done', { exact: true }).waitFor();
    await card(/A model chose this change/)
      .getByText(/Approved by/)
      .waitFor();
    await shot('investigation-done');
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
  });

  test('a release is asked for its namespace, allowed to be root, approved, and leads on', async () => {
    await say('deploy nginx:1.27 as edge to shopp on port 80');
    await page.getByRole('button', { name: 'Make shopp' }).waitFor();
    await shot('release-namespace');
    await say('staging');
    await card(/There is no namespace shopp/)
      .getByText('✓ staging')
      .waitFor();
    await page.getByRole('button', { name: 'Run it as root' }).waitFor();
    await shot('release-root');
    await press('Run it as root');
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();
    await shot('release-plan');
    await press('Approve');
    await press('releases of edge');
    await page.locator('.table', { hasText: 'nginx:1.27' }).last().waitFor();
    await shot('release-history');
  });

  test('a canary is looked at again, taken away, tried once more and given to all', async () => {
    await say(`deploy ${HELLO}:1.0.0 as hello to staging with 2 replicas on port 8080`);
    await press('Approve');
    await page.getByRole('button', { name: 'releases of hello' }).waitFor();
    await say('canary hello 1.1.0 25%');
    await press('Approve');
    await page.getByRole('button', { name: 'Promote to all' }).waitFor();
    await shot('canary');
    await press('Look again');
    await card(/What now/)
      .first()
      .getByText('✓ Look again')
      .waitFor();
    await press('Abort the canary');
    await press('Approve');
    await page.locator('.log').getByText('The canary of hello is gone').waitFor();
    await say('canary hello 1.1.0 25%');
    await press('Approve');
    await press('Promote to all');
    await press('Approve');
    await card(/^T-.*Give 1\.1\.0 to all/)
      .getByText('Done', { exact: true })
      .waitFor();
    await shot('canary-promoted');
  });

  test('a question that no model answers leads to what comes nearest, and a click goes on from there', async () => {
    reads = () => ({ text: JSON.stringify({ intent: 'ask' }) });
    await say('compare what staging and prod may use');
    const nearest = card(/What comes nearest/);
    await nearest.getByRole('button', { name: 'runbook for OOM' }).waitFor();
    await shot('ask-nearest');
    await nearest.getByRole('button', { name: 'runbook for OOM' }).click();
    await card(/^Runbook: Out of memory/).waitFor();
    await page.locator('copilot-card[busy]').waitFor({ state: 'detached' });
  });

  test('runbooks are opened from their list, and one leads to others', async () => {
    await say('which runbooks are there');
    await press('Out of memory and memory leaks');
    await card(/^Runbook/)
      .last()
      .waitFor();
    await shot('runbook');
  });

  async function alert(alertname: string): Promise<void> {
    const labels = { alertname, severity: 'critical', cluster: 'demo', namespace: 'prod', deployment: 'checkout' };
    const reply = await fetch(`${running.url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({
        version: '4',
        status: 'firing',
        receiver: 'copilot',
        groupKey: alertname,
        truncatedAlerts: 0,
        groupLabels: {},
        commonLabels: labels,
        commonAnnotations: {},
        externalURL: '',
        alerts: [
          {
            status: 'firing',
            labels,
            annotations: {},
            startsAt: new Date().toISOString(),
            endsAt: '0001-01-01T00:00:00Z',
            fingerprint: alertname,
          },
        ],
      }),
    });
    expect(reply.status).toBeLessThan(300);
  }
});
