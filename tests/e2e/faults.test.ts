import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainText } from '../../src/chat/plain.ts';
import type { Card } from '../../src/chat/types.ts';
import {
  buttonsOf,
  type Chat,
  client,
  dataFolder,
  type Running,
  run,
  SEED,
  type TaskView,
  until,
} from './support/copilot.ts';

/** The real bot beside a simulated cloud in which something goes wrong after the plan was made. */

const SPEED = '600';
let folder: Awaited<ReturnType<typeof dataFolder>>;
let sandbox: Running;
let running: Running;
let chat: Chat;
const bot = client(() => running.url);

beforeAll(async () => {
  folder = await dataFolder();
  sandbox = await run(['sandbox', '--port', '0', '--speed', SPEED], { DATA_DIR: folder.path });
  const env = { DATA_DIR: folder.path, CONSOLE_PORT: '0', SANDBOX_URL: sandbox.url, SANDBOX_SPEED: SPEED };
  running = await run(['start'], env);
});
afterAll(async () => {
  await running.stop();
  await sandbox.stop();
  await folder.remove();
});
beforeEach(async () => {
  chat = await bot.chat();
});
afterEach(async () => {
  await faults({});
  await fetch(`${sandbox.url}/_sandbox/reset`, { method: 'POST' });
});

async function faults(body: object): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

interface World {
  clusters: { state: string; nodePools: { name: string; healthy_nodes: number }[] }[];
  vpcs: object[];
  accepted: Record<string, number>;
}
const world = async (): Promise<World> => (await (await fetch(`${sandbox.url}/_sandbox/state`)).json()) as World;

/** Plans the seed case, lets `change` happen to the cloud, approves, and waits for the end. */
async function build(change: object): Promise<TaskView> {
  await chat.say(SEED);
  const offer = await chat.waitForButton('ask:recommended');
  await chat.click(offer.card, offer.button.id);
  const plan = await chat.waitForButton('approve:');
  await faults(change);
  return approve(plan);
}

async function approve({ card, button }: Awaited<ReturnType<Chat['waitForButton']>>): Promise<TaskView> {
  const known = new Set((await bot.tasks()).map(({ id }) => id));
  expect(await chat.click(card, button.id)).toBe(200);
  const id = await until('a task', 10_000, async () => (await bot.tasks()).find((task) => !known.has(task.id))?.id);
  return ended(id);
}

const ended = (id: string) =>
  until(`${id} to end`, 40_000, async () => {
    const task = await bot.task(id);
    return ['succeeded', 'failed'].includes(task.state) && task;
  });

/** The task's card once it shows that the task ended so. */
const cardOf = (id: string, tone: Card['tone']) =>
  until(`a card of ${id}`, 5000, async () => {
    const card = (await chat.entries()).map((entry) => entry.card).findLast((one) => one?.id === `task-${id}`);
    return card?.tone === tone && card;
  });

async function retry(id: string): Promise<TaskView> {
  const { card, button } = await chat.waitForButton(`retry:${id}`);
  expect(await chat.click(card, button.id)).toBe(200);
  await until('the task to go on', 5000, async () => (await bot.task(id)).state !== 'failed');
  return ended(id);
}

const stateOf = ({ steps }: TaskView, id: string) => steps.find((step) => step.id === id)?.state;
const soldOut = {
  noStock: [
    { zone: 'cn-hangzhou-k', instanceType: 'ecs.g7.xlarge' },
    { zone: 'cn-hangzhou-k', instanceType: 'ecs.g8i.xlarge' },
    { zone: 'cn-hangzhou-k', instanceType: 'ecs.g8a.xlarge' },
  ],
};

describe('nodes that are sold out in one zone', () => {
  test('the card says so and offers a way on, and another type finishes the cluster', async () => {
    const task = await build(soldOut);
    expect(stateOf(task, 'pool-default')).toBe('failed');
    expect(plainText(await cardOf(task.id, 'danger'))).toMatch(
      /OperationDenied\.NoStock[\s\S]*cn-hangzhou-k[\s\S]*请换一种机型或可用区/,
    );
    const way = await chat.waitForButton('ask:other-types');
    await chat.click(way.card, way.button.id);
    const rest = await approve(await chat.waitForButton('approve:'));
    expect([rest.state, rest.steps.map(({ state }) => state)]).toEqual(['succeeded', rest.steps.map(() => 'verified')]);
    const { clusters } = await world();
    expect(clusters).toMatchObject([{ state: 'running' }]);
    expect(clusters[0]?.nodePools.find(({ name }) => name === 'default-2')?.healthy_nodes).toBe(3);
  });

  test('once they are sold again, a retry buys what is missing and finishes the cluster', async () => {
    const failed = await build(soldOut);
    expect(stateOf(failed, 'pool-default')).toBe('failed');
    await faults({});
    const task = await retry(failed.id);
    expect(task.steps.map(({ state }) => state)).toEqual(task.steps.map(() => 'verified'));
    const { clusters, accepted } = await world();
    expect(clusters).toMatchObject([{ state: 'running', nodePools: [{ healthy_nodes: 3 }] }]);
    expect(accepted).toMatchObject({ CreateCluster: 1, CreateClusterNodePool: 1, CreateVpc: 1 });
  });
});

describe('an account that is not ready', () => {
  test('without balance it says to top up, and a retry after that goes on', async () => {
    const task = await build({ insufficientBalance: true });
    expect(stateOf(task, 'cluster')).toBe('failed');
    expect(plainText(await cardOf(task.id, 'danger'))).toContain('请先充值');
    await faults({});
    expect((await retry(task.id)).state).toBe('succeeded');
  });

  test('without the service roles it shows where to authorise them', async () => {
    const task = await build({ roleNotAttached: true });
    expect(stateOf(task, 'cluster')).toBe('failed');
    const card = plainText(await cardOf(task.id, 'danger'));
    expect(card).toMatch(/https:\/\/\S*(?:ram|role)/i);
    expect(card).toContain('服务角色尚未授权');
  });
});

test('throttled calls only make it slower', async () => {
  const task = await build({ throttleEvery: 5 });
  expect(task.steps.map(({ state }) => state)).toEqual(task.steps.map(() => 'verified'));
});

test('a cluster half built by work that hangs is undone under an approval of its own, and nothing is left', async () => {
  const task = await build({ taskStuck: { taskType: 'nodepool_create' } });
  const card = await cardOf(task.id, 'danger');
  expect(plainText(card)).toContain('STUCK');
  expect(buttonsOf(card).map(({ id }) => id)).toEqual([`retry:${task.id}`, `undo:${task.id}`]);
  await faults({});
  await chat.click(card, `undo:${task.id}`);
  const undone = await approve(await chat.waitForButton('approve:'));
  expect(undone.steps.map(({ state }) => state)).toEqual(undone.steps.map(() => 'verified'));
  const { clusters, vpcs } = await world();
  expect({ clusters, vpcs }).toEqual({ clusters: [], vpcs: [] });
});
