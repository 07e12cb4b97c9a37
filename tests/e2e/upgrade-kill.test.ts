import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { client, dataFolder, type Running, run, until } from './support/copilot.ts';
import { type OlderCluster, openOlderCluster } from './support/older-cluster.ts';

/**
 * Upgrades of which the bot never hears that they were begun: it is killed after the cloud has accepted the call and
 * before its answer, and comes back while the cloud's task runs, or when it is over.
 */

const SPEED = '240';
const PATIENCE_MS = 90_000;
let folder: Awaited<ReturnType<typeof dataFolder>>;
let sandbox: Running;
let running: Running;
let old: OlderCluster;
const bot = client(() => running.url);
const environment = () => ({
  DATA_DIR: folder.path,
  CONSOLE_PORT: '0',
  SANDBOX_URL: sandbox.url,
  SANDBOX_SPEED: SPEED,
});

beforeAll(async () => {
  folder = await dataFolder();
  sandbox = await run(['sandbox', '--port', '0', '--speed', SPEED], { DATA_DIR: folder.path }, 60_000);
  old = await openOlderCluster(sandbox.url, 'older');
  running = await run(['start'], environment(), 60_000);
}, 300_000);
afterAll(async () => {
  await old.close();
  await running.kill();
  await sandbox.kill();
  await folder.remove();
}, 60_000);

const control = (path: string, init?: RequestInit) => fetch(`${sandbox.url}/_sandbox/${path}`, init);
const faults = (body: object) =>
  control('faults', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
async function accepted(action: string): Promise<number> {
  const { accepted: calls } = (await (await control('state')).json()) as { accepted: Record<string, number> };
  return calls[action] ?? 0;
}
async function underWay(): Promise<unknown[]> {
  const { items } = await old.call('task_list', { clusterId: old.id, state: 'running' });
  return Array.isArray(items) ? items : [];
}
const ended = (id: string) =>
  until(`${id} to end`, PATIENCE_MS, async () => {
    const task = await bot.task(id);
    return !['queued', 'running', 'waiting'].includes(task.state) && task;
  });

/** Asks, approves, and kills the bot once the cloud has accepted the call that it will not answer. */
async function begunAndKilled(sentence: string, action: string): Promise<string> {
  const before = await accepted(action);
  await faults({ hangAfterAccept: { action, times: 1 } });
  const chat = await bot.chat();
  await chat.say(sentence);
  await chat.press('approve:', PATIENCE_MS);
  await until(`${action} to be accepted`, PATIENCE_MS, async () => (await accepted(action)) > before);
  const id = await until(
    'the task to be shown',
    PATIENCE_MS,
    async () => (await chat.entries()).flatMap(({ card }) => /^task-(T-\w+)$/.exec(card?.id ?? '')?.[1] ?? [])[0],
  );
  await running.kill();
  await faults({});
  return id;
}

describe('an upgrade whose begin was not written down', () => {
  test.each([
    ['upgrade the control plane of cluster older', 'UpgradeCluster', 'over'],
    ['upgrade the node pool workers', 'UpgradeClusterNodepool', 'under way'],
    ['upgrade all add-ons of cluster older', 'UpgradeClusterAddons', 'over'],
  ])(
    '"%s": %s is called once, and its task, which is %s by then, is taken up',
    async (sentence, action, when) => {
      const before = await accepted(action);
      const id = await begunAndKilled(sentence, action);
      if (when === 'over')
        await until('the cloud to be done', PATIENCE_MS, async () => (await underWay()).length === 0);
      running = await run(['start'], environment(), 60_000);
      const task = await ended(id);
      expect(task.state, JSON.stringify(task.steps)).toBe('succeeded');
      expect(task.steps[0]).toMatchObject({ detail: expect.stringContaining('found from an earlier try') });
      expect(await accepted(action)).toBe(before + 1);
    },
    300_000,
  );
});
