import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHome, type HomeOptions } from '../../src/channels/home.ts';
import type { SeenApproval } from '../../src/channels/ports.ts';
import { hasControl } from '../../src/chat/blocks.ts';
import type { Card, Outgoing } from '../../src/chat/types.ts';
import { planOf } from '../tasks/cloud.ts';
import { ANN, type ChannelRig, EVE, incident, openRig, place, policy, task, translate } from './room.ts';

const BOB = { platform: 'slack' as const, tenant: 'T1', id: 'U2' };
let rig: ChannelRig;
let pending: SeenApproval[];
let broken: Set<string>;

beforeEach(async () => {
  rig = await openRig();
  pending = [];
  broken = new Set();
});
afterEach(() => rig.close());

const unless = <T>(name: string, value: T): Promise<T> =>
  broken.has(name) ? Promise.reject(new Error(`${name} is away`)) : Promise.resolve(value);

function home(more: Partial<HomeOptions> = {}) {
  return createHome({
    readings: {
      incidents: { list: () => unless('incidents', rig.readings.incidents) },
      tasks: { list: () => unless('tasks', rig.readings.tasks) },
      approvals: { pending: () => unless('approvals', pending) },
    },
    clusters: () =>
      unless('clusters', [
        { name: 'shop-prod', environment: 'prod' },
        { name: 'quiet-dev', environment: 'dev' },
      ]),
    policy,
    outbox: rig.outbox,
    translate,
    onError: (error) => rig.errors.push(error),
    ...more,
  });
}

async function show(id: string, rev: number, button: string): Promise<void> {
  const card: Card = {
    id,
    rev,
    title: id,
    tone: 'info',
    blocks: [{ type: 'buttons', items: [{ id: button, label: 'x' }] }],
  };
  for (let at = 1; at <= rev; at++)
    await rig.outbox.put(id, place('C1'), { text: id, language: 'en', card: { ...card, rev: at } });
}

const titles = (page: Outgoing[]) => page.map(({ card }) => card?.title);

describe('a person sees on his own page', () => {
  test('what waits for his decision, as the living card whose buttons work, and nothing that another has to decide', async () => {
    pending = [{ id: 'a2b3', plan: planOf('p-a2b3', 1), requestedBy: ANN }];
    await show('approval-a2b3', 3, 'approve:a2b3');
    const page = await home()(BOB, 'en');
    const card = page.map(({ card }) => card).find((one) => one?.id === 'approval-a2b3');
    expect(card?.rev).toBe(3);
    expect(card && hasControl(card, 'approve:a2b3')).toBe(true);
    expect(titles(page)[0]).toBe('One plan waits for your decision');
    expect(titles(await home()(EVE, 'en'))).not.toContain('approval-a2b3');
  });

  test('his tasks: those under way as cards, the others as lines', async () => {
    rig.readings.tasks = [
      task('T-RUNS', { state: 'running', requestedBy: BOB }),
      task('T-DONE', { requestedBy: BOB }),
      task('T-MINE', { state: 'running', requestedBy: ANN }),
    ];
    await show('task-T-RUNS', 2, 'cancel:T-RUNS');
    await show('task-T-MINE', 2, 'cancel:T-MINE');
    const page = await home()(BOB, 'en');
    expect(titles(page)).toContain('task-T-RUNS');
    expect(titles(page)).not.toContain('task-T-MINE');
    expect(JSON.stringify(page)).toContain(String.raw`Build T\\-DONE`);
  });

  test('how the clusters are: each with what is open, by severity', async () => {
    rig.readings.incidents = [incident('I-1'), incident('I-2', { severity: 'warning' })];
    const page = await home()(BOB, 'en');
    const table = page.flatMap(({ card }) => card?.blocks ?? []).find((block) => block.type === 'table');
    expect(table).toMatchObject({
      rows: [
        ['shop-prod', '1', '1', '0'],
        ['quiet-dev', '0', '0', '0'],
      ],
    });
    expect(titles(page)).toContain('2 incidents are open');
  });

  test('that something is not known, where it cannot be read: never that there is nothing', async () => {
    for (const name of ['incidents', 'tasks', 'approvals', 'clusters']) broken.add(name);
    const page = await home()(BOB, 'en');
    expect(titles(page)).toEqual([
      'What waits for your decision cannot be read at the moment',
      'Your tasks cannot be read at the moment',
      'How the clusters are cannot be read at the moment',
      'What you can say',
    ]);
    broken = new Set(['clusters']);
    rig.readings.incidents = [incident('I-1')];
    expect(JSON.stringify(await home()(BOB, 'en'))).toContain('unknown, not healthy');
  });

  test('a few cards, and how many there are besides', async () => {
    rig.readings.tasks = Array.from({ length: 9 }, (_, at) => task(`T-${at}`, { state: 'running', requestedBy: BOB }));
    for (const { id } of rig.readings.tasks) await show(`task-${id}`, 1, `cancel:${id}`);
    const page = await home()(BOB, 'en');
    expect(page.filter(({ card }) => card?.id.startsWith('task-'))).toHaveLength(5);
    expect(JSON.stringify(page)).toContain('and 4 more');
  });

  test('everything in his language', async () => {
    expect(titles(await home()(BOB, 'zh'))).toEqual([
      '没有等你审批的方案',
      '你没有进行中的任务',
      '没有发现问题',
      '你可以这样说',
    ]);
  });
});
