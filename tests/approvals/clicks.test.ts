import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approvalSpec, createApprovals } from '../../src/approvals/approvals.ts';
import { approvalCard } from '../../src/approvals/card.ts';
import { createKillSwitch } from '../../src/approvals/kill-switch.ts';
import type { Policy } from '../../src/approvals/policy.ts';
import { AUTOPILOT, COPILOT } from '../../src/approvals/system-users.ts';
import { auditSpec, openAudit } from '../../src/audit/audit.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { createOutbox, outboxSpec } from '../../src/chat/outbox.ts';
import { type UserRef, userKey } from '../../src/chat/types.ts';
import { judgeClick } from '../../src/conversations/clicks.ts';
import { createControls } from '../../src/conversations/controls.ts';
import { runSpec } from '../../src/conversations/records.ts';
import { createTasks } from '../../src/tasks/tasks.ts';
import { planOf } from '../tasks/cloud.ts';
import { openBench } from '../tasks/support.ts';
import { asked, patchPlan, policyOf, slack, web } from './support.ts';

/** Clicks of all kinds on approvals, with the real runner behind them and a cloud that counts every write. */

const translate = loadMessages('templates/messages');
const AUTONOMIES = ['observe', 'copilot', 'autopilot'] as const;
const ACTIONS = [
  'workload.patch',
  'workload.rollback',
  'workload.restart',
  'workload.scale',
  'service.patch',
  'config.patch',
  'node.cordon',
  'node.drain',
  'nodepool.scale',
  'volume.expand',
  'finalizer.remove',
  'quota.patch',
  'incident.undo',
  'cluster.create',
];
/** Whether each may approve what ann asked for. */
const PEOPLE: [string, UserRef, boolean][] = [
  ['the asker', web('ann'), false],
  ['the asker under another account', slack('ann'), false],
  ['an approver', web('bob'), true],
  ['an approver through a group', slack('cy'), true],
  ['an operator', web('olly'), false],
  ['somebody with another role', web('dora'), false],
  ['a stranger', web('eve'), false],
  ['an approver’s name in another tenant', { ...slack('cy'), tenant: 'T2' }, false],
  ['an approver’s id on another platform', { ...web('bob'), platform: 'dingtalk' }, false],
  ['a stranger with an approver’s name', { ...web('eve'), name: 'bob' }, false],
  ['a chat bot', slack('B0BOT'), false],
  ['the bot itself', COPILOT, false],
  ['autopilot', AUTOPILOT, false],
];
const policyWith = (autonomy: string) =>
  policyOf(`groups: { sre: ['slack:T1:cy', 'slack:T1:ann'] }
roles:
  operator: ['web:console:ann', 'web:console:olly']
  approver: ['web:console:bob', 'group:sre', 'web:console:ann']
  auditor: ['web:console:dora']
aliases: { Ann: ['web:console:ann', 'slack:T1:ann'] }
rules:
${ACTIONS.map((action) => `  - { action: ${action}, autonomy: ${autonomy}, cooldownMinutes: 0, dailyCap: 1000 }`).join('\n')}`);

let bench: Awaited<ReturnType<typeof openBench>>;
let now: number;
beforeEach(async () => {
  bench = await openBench();
  now = 1_000_000;
});
afterEach(() => bench.store.dispose());

/** The parts from a click to the cloud, each as it is in the product. */
function open(policy: Policy) {
  const clock = () => now;
  const audit = openAudit({ collection: bench.store.collection(auditSpec), clock });
  const killSwitch = createKillSwitch({ store: bench.store, audit, clock });
  const documents = bench.store.collection(approvalSpec);
  const woken: string[] = [];
  const runner = bench.runner({ stillApproved: (id, plan) => approvals.stillApproved(id, plan) });
  const wake = (id: string) => void woken.push(id);
  const tasks = createTasks({ tasks: bench.tasks, audit, clock, wake, onChange: () => undefined });
  const approvals = createApprovals({
    approvals: documents,
    policy,
    audit,
    clock,
    stoppedBy: () => killSwitch.stoppedBy(),
    startTask: (approval) => tasks.start(approval),
    onChange: async () => undefined,
  });
  const controls = createControls({ approvals, tasks, killSwitch, policy, translate });
  const settle = async () => {
    for (const id of woken.splice(0)) await runner.drive(id);
  };
  return { approvals, controls, documents, settle };
}

let asks = 0;
async function propose({ approvals }: ReturnType<typeof open>, action: string) {
  const target = { namespace: 'shop', kind: 'Deployment', name: `app-${++asks}`, percent: 20 };
  const { steps } = planOf('x', 1);
  const plan = patchPlan('x', { action, target, steps: steps.map(({ until: _, ...step }) => step), verify: [] });
  return approvals.request(asked(web('ann'), plan, `run-${asks}.0`));
}

async function proposed(house: ReturnType<typeof open>, action = 'workload.patch') {
  const answer = await propose(house, action);
  if ('refused' in answer) throw new Error(answer.refused.key);
  return answer.approval;
}

describe.each(AUTONOMIES)('with autonomy %s', (autonomy) => {
  test.each(ACTIONS)('%s is written once by a click that may decide, and never by any other', async (action) => {
    const house = open(policyWith(autonomy));
    for (const [who, user, may] of PEOPLE) {
      const before = bench.cloud.calls.length;
      const answer = await propose(house, action);
      const id = 'approval' in answer ? answer.approval.id : 'none';
      const outcome = await house.controls.click(`approve:${id}`, user);
      await house.settle();
      const writes = { observe: 0, copilot: may ? 1 : 0, autopilot: 1 }[autonomy];
      expect(bench.cloud.calls.length - before, who).toBe(writes);
      expect(outcome.result, who).toBe(autonomy === 'copilot' && may ? 'accepted' : 'refused');
    }
    expect(bench.errors).toEqual([]);
  });
});

describe('a click that comes', () => {
  test('again, a thousand times, is one write', async () => {
    const house = open(policyWith('copilot'));
    const { id } = await proposed(house);
    const clicks = Array.from({ length: 1000 }, () => house.controls.click(`approve:${id}`, web('bob')));
    const accepted = (await Promise.all(clicks)).filter(({ result }) => result === 'accepted');
    await house.settle();
    expect([accepted.length, bench.cloud.calls.length]).toEqual([1, 1]);
    expect(await house.controls.click(`approve:${id}`, web('bob'))).toMatchObject({ code: 'decided' });
    await house.settle();
    expect(bench.cloud.calls).toHaveLength(1);
  });

  test('from two tabs with opposite verdicts has one outcome', async () => {
    for (const verdicts of [
      ['approve', 'reject'],
      ['reject', 'approve'],
    ]) {
      const house = open(policyWith('copilot'));
      const before = bench.cloud.calls.length;
      const { id } = await proposed(house);
      await Promise.all(verdicts.map((verdict) => house.controls.click(`${verdict}:${id}`, web('bob'))));
      await house.settle();
      expect(bench.cloud.calls.length - before).toBe(verdicts[0] === 'approve' ? 1 : 0);
    }
  });

  test('too late writes nothing', async () => {
    const house = open(policyWith('copilot'));
    const { id, expiresAt } = await proposed(house);
    now = expiresAt;
    expect(await house.controls.click(`approve:${id}`, web('bob'))).toMatchObject({ code: 'expired' });
    await house.settle();
    expect(bench.cloud.calls).toEqual([]);
  });

  test('on a button that was forwarded or made up writes nothing', async () => {
    const house = open(policyWith('copilot'));
    const { id } = await proposed(house);
    for (const forged of [
      `approve:${id}x`,
      `approve:${id} `,
      'approve:',
      'approve',
      `approve:__proto__`,
      `run:${id}`,
    ]) {
      const outcome = await house.controls.click(forged, web('bob')).catch(() => ({ result: 'refused' }));
      expect(outcome.result).toBe('refused');
    }
    expect(await house.controls.click(`approve:${id}`, web('eve'))).toMatchObject({ code: 'forbidden' });
    await house.settle();
    expect(bench.cloud.calls).toEqual([]);
  });

  test('on a plan that was altered in any one place writes nothing', async () => {
    const house = open(policyWith('copilot'));
    const approval = await proposed(house);
    let rev = approval.rev;
    const paths = leavesOf(approval.plan);
    expect(paths.length).toBeGreaterThan(25);
    for (const path of paths) {
      await house.documents.replace({ ...approval, rev: ++rev, plan: altered(approval.plan, path) });
      await house.controls.click(`approve:${approval.id}`, web('bob')).catch(() => undefined);
      await house.settle();
    }
    expect(bench.cloud.calls).toEqual([]);
    await house.documents.replace({ ...approval, rev: ++rev });
    expect(await house.controls.click(`approve:${approval.id}`, web('bob'))).toEqual({ result: 'accepted' });
    await house.settle();
    expect(bench.cloud.calls).toHaveLength(1);
  });

  test('from an approver who loses the role before the first write writes nothing', async () => {
    const policy = policyWith('copilot');
    const house = open(policy);
    const { id } = await proposed(house);
    expect(await house.controls.click(`approve:${id}`, web('bob'))).toEqual({ result: 'accepted' });
    policy.roles.approver = ['group:sre'];
    await house.settle();
    expect(bench.cloud.calls).toEqual([]);
    const [task] = await bench.tasks.find();
    expect(task?.steps[0]?.error?.code).toBe('NO_LONGER_APPROVED');
  });
});

test('the second of two approvers may click on the card as it was before the first, and is told of the count', async () => {
  const policy = policyOf(`roles: { operator: ['web:console:ann'], approver: ['web:console:bob', 'slack:T1:cy'] }
rules: [{ action: workload.*, approvals: 2 }]`);
  const house = open(policy);
  const { outbox, click } = shownThrough(house);
  const { id, conversation } = await proposed(house);
  const show = async () => {
    const approval = await house.approvals.get(id);
    if (!approval) throw new Error('No approval');
    const look = { t: translate.en, language: 'en' as const, timeZone: 'UTC', pace: 1, selfApproval: false };
    const card = approvalCard(approval, { ...look, approvals: 2 });
    await outbox.put(card.id, conversation, { text: '', card, language: 'en' });
    return card;
  };
  const { rev } = await show();
  const asker = { user: web('bob'), conversation, language: 'en' as const };
  expect(await house.controls.command('approve', { id }, asker)).toEqual({
    say: { key: 'approvals.said.counted', params: { count: 1, needed: 2 } },
  });
  await show();
  expect(await click(id, rev, web('bob'))).toMatchObject({ message: translate.en('approvals.refused.twice') });
  expect(await click(id, rev, slack('cy'))).toEqual({ result: 'accepted' });
  await show();
  expect(await click(id, rev, slack('cy'))).toMatchObject({ code: 'decided' });
  await house.settle();
  expect(bench.cloud.calls).toHaveLength(1);
  await outbox.stop();
});

test('an undo that autopilot may run is begun by the click that asks for it', async () => {
  const policy = policyWith('autopilot');
  const house = open(policy);
  await proposed(house, 'workload.patch');
  await house.settle();
  const [task] = await bench.tasks.find();
  expect(task?.state).toBe('succeeded');
  expect(await house.controls.click(`undo:${task?.id}`, web('ann'))).toEqual({ result: 'accepted' });
  await house.settle();
  expect((await bench.tasks.get(task?.id ?? ''))?.state).toBe('undone');
  expect(bench.cloud.removed).toHaveLength(1);
});

/** Cards in a real outbox that nothing leaves, and clicks judged as the product does. */
function shownThrough({ controls }: ReturnType<typeof open>) {
  const outbox = createOutbox({
    rows: bench.store.collection(outboxSpec),
    port: () => undefined,
    clock: () => now,
    onError: (error) => bench.errors.push(error),
  });
  const runs = bench.store.collection(runSpec);
  const options = { outbox, runs, controls, translate, take: async () => true };
  const click = (id: string, rev: number, actor: UserRef) =>
    judgeClick(options, {
      type: 'action',
      deliveryId: `${userKey(actor)}-${rev}`,
      cardId: `approval-${id}`,
      rev,
      actor,
      actionId: `approve:${id}`,
      inputs: {},
    });
  return { outbox, click };
}

type Path = (string | number)[];

/** Every text, number and truth value of the plan, as a path. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** The same plan with one leaf changed within its type, so that it can still be read from the store. */
function altered<T>(value: T, [key, ...rest]: Path): T {
  const change = (inner: unknown): unknown => {
    if (rest.length > 0) return altered(inner, rest);
    if (typeof inner === 'number') return inner + 1;
    if (typeof inner === 'boolean') return !inner;
    return ENUM_TWINS[String(inner)] ?? `${inner}x`;
  };
  if (Array.isArray(value)) return value.map((inner, at) => (at === Number(key) ? change(inner) : inner)) as T;
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [name, name === key ? change(inner) : inner]),
  ) as T;
}

const ENUM_TWINS: Record<string, string> = { dev: 'prod', low: 'high', ask: 'automatic' };
