import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { client, dataFolder, type Running, run, until } from './support/copilot.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const TOKEN = 'a-token-of-this-test';

interface Summary {
  id: string;
  cause?: string;
  confidence?: string;
  state: string;
  object?: { kind: string; namespace?: string; name: string };
}

interface Waiting {
  id: string;
  title: string;
  cardId: string;
  cardRev: number;
}

/** From an alert to a proven cause to a verified fix, as a team meets it: real bot, simulated cluster, real browser. */
describe.skipIf(!existsSync(CHROMIUM))(`an incident from its alert to its end (needs ${CHROMIUM})`, () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let running: Running;
  let browser: Browser;
  let page: Page;
  let sandbox: string;
  const bot = client(() => running.url);
  const incidents = async () => (await (await bot.api('/incidents?state=all')).json()) as Summary[];
  const problems: string[] = [];

  beforeAll(async () => {
    folder = await dataFolder();
    const env = { DATA_DIR: folder.path, CONSOLE_PORT: '0', SANDBOX_SPEED: '60', HOOK_TOKEN: TOKEN };
    running = await run(['start'], env);
    sandbox = /http:\/\/127\.0\.0\.1:\d+/.exec(await readFile(join(folder.path, 'sandbox/address'), 'utf8'))?.[0] ?? '';
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    });
    page = await browser.newPage({ locale: 'en-US' });
    page.on('pageerror', (error) => problems.push(error.message));
  });
  afterAll(async () => {
    await browser.close();
    await running.stop();
    await folder.remove();
  });

  const control = (path: string, body: object) =>
    fetch(`${sandbox}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });

  async function cluster(): Promise<string> {
    const state = (await (await fetch(`${sandbox}/_sandbox/state`)).json()) as { clusters: { id: string }[] };
    return state.clusters[0]?.id ?? '';
  }

  async function memoryLimit(): Promise<string> {
    const path = `kubernetes/${await cluster()}/apis/apps/v1/namespaces/prod/deployments/app-xyz`;
    const deployment = (await (await fetch(`${sandbox}/${path}`)).json()) as {
      spec: { template: { spec: { containers: { resources: { limits: { memory: string } } }[] } } };
    };
    return deployment.spec.template.spec.containers[0]?.resources.limits.memory ?? '';
  }

  /** A careless change by somebody else. */
  async function setMemory(memory: string): Promise<void> {
    const path = `kubernetes/${await cluster()}/apis/apps/v1/namespaces/prod/deployments/app-xyz`;
    const containers = [{ name: 'app-xyz', resources: { requests: { memory }, limits: { memory } } }];
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    const body = JSON.stringify({ spec: { template: { spec: { containers } } } });
    const answer = await fetch(`${sandbox}/${path}`, { method: 'PATCH', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }

  function alert(status: 'firing' | 'resolved', pod: string): Promise<Response> {
    const labels = { alertname: 'KubePodCrashLooping', namespace: 'prod', pod, severity: 'critical' };
    const body = {
      version: '4',
      groupKey: '{}',
      status,
      receiver: 'copilot',
      alerts: [
        {
          status,
          labels,
          annotations: {},
          startsAt: new Date().toISOString(),
          fingerprint: `f-${pod}`,
          generatorURL: '',
        },
      ],
    };
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };
    return fetch(`${running.url}/hooks/alertmanager`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  test('an alert without the token is refused, and with it answered at once', async () => {
    const refused = await fetch(`${running.url}/hooks/alertmanager`, { method: 'POST', body: '{}' });
    expect(refused.status).toBe(401);
    await control('demo', {});
    const began = performance.now();
    expect((await alert('firing', 'nobody-1')).status).toBe(202);
    expect(performance.now() - began).toBeLessThan(1000);
    await alert('resolved', 'nobody-1');
  });

  test('an OOM is proven, the raise approved, verified, and the incident closed', async () => {
    await control('break', { scenario: 'oom' });
    await alert('firing', 'app-xyz-5d4f8c7b9d-abcde');
    const found = await until('the incident', 60_000, async () =>
      (await incidents()).find(({ cause }) => cause === 'OOMKilled'),
    );
    expect(found).toMatchObject({
      confidence: 'proven',
      object: { kind: 'Deployment', namespace: 'prod', name: 'app-xyz' },
    });

    await page.goto(`${running.url}/#/incidents`);
    await page.getByText('app-xyz').first().waitFor({ timeout: 20_000 });
    await page.goto(`${running.url}/#/c/incidents`);
    await page.getByText('OOMKilled · Deployment prod/app-xyz').first().waitFor({ timeout: 20_000 });
    await page.getByText('memory: 512Mi').first().waitFor({ timeout: 30_000 });
    expect(await memoryLimit()).toBe('256Mi');
    await page.getByRole('button', { name: 'Approve', exact: true }).first().click();

    const over = await until('the end of the incident', 150_000, async () =>
      (await incidents()).find(({ id, state }) => id === found.id && state === 'resolved'),
    );
    expect(over.state).toBe('resolved');
    expect(await memoryLimit()).toBe('512Mi');
    await page.goto(`${running.url}/#/incidents/${found.id}`);
    await page.getByText('verified').first().waitFor({ timeout: 20_000 });
    expect(problems).toEqual([]);
  });

  test('a raise that does not help is taken back, and a person is asked', async () => {
    await setMemory('96Mi');
    const found = await until('the incident', 90_000, async () =>
      (await incidents()).find(({ cause, state }) => cause === 'OOMKilled' && state !== 'resolved'),
    );
    const proposed = await until('the plan', 60_000, async () => {
      const waiting = (await (await bot.api('/approvals')).json()) as Waiting[];
      return waiting.find(({ title }) => title.includes('from 96Mi to 192Mi'));
    });
    await bot.api(`/cards/${proposed.cardId}/actions`, { actionId: `approve:${proposed.id}`, rev: proposed.cardRev });
    await until('the undo', 170_000, async () =>
      (await incidents()).find(({ id, state }) => id === found.id && state === 'handed-over'),
    );
    expect(await memoryLimit()).toBe('96Mi');
    await page.goto(`${running.url}/#/incidents/${found.id}`);
    await page.getByText('taken back').first().waitFor({ timeout: 20_000 });
  });
});
