import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Approvals, approvalSpec, createApprovals } from '../../src/approvals/approvals.ts';
import { createKillSwitch } from '../../src/approvals/kill-switch.ts';
import { parsePolicy } from '../../src/approvals/policy.ts';
import { auditSpec, openAudit } from '../../src/audit/audit.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { UserRef } from '../../src/chat/types.ts';
import { createControls } from '../../src/conversations/controls.ts';
import type { Asker } from '../../src/conversations/ports.ts';
import { createProposals, runOf } from '../../src/conversations/proposals.ts';
import { createViews } from '../../src/conversations/views.ts';
import type { Collection } from '../../src/storage/store.ts';
import { taskSpec } from '../../src/tasks/runner.ts';
import { createTasks, type Tasks } from '../../src/tasks/tasks.ts';
import type { StepRecord, Task } from '../../src/tasks/types.ts';
import { temporaryStore } from '../support/store.ts';
import { planOf } from '../tasks/cloud.ts';

const translate = loadMessages('templates/messages');
const person = (id: string): UserRef => ({ platform: 'web', tenant: 'console', id });
const policy = parsePolicy(
  `roles:
  operator: ['web:console:ann', 'web:console:bob']
  approver: ['web:console:bob', 'web:console:cy']`,
  'policy.yaml',
);
const asker = (id: string, room = 'c1'): Asker => ({
  user: person(id),
  conversation: { platform: 'web', tenant: 'console', id: room, kind: 'group' },
  language: 'en',
});

let store: Awaited<ReturnType<typeof temporaryStore>>;
let documents: Collection<Task>;
let approvals: Approvals;
let tasks: Tasks;
let house: ReturnType<typeof open>;
let now: number;

beforeEach(async () => {
  store = await temporaryStore();
  now = 1_000_000;
  house = open();
});
afterEach(() => store.dispose());

function open() {
  const clock = () => now;
  const audit = openAudit({ collection: store.collection(auditSpec), clock });
  const quiet = { audit, clock, onChange: async () => undefined };
  documents = store.collection(taskSpec);
  tasks = createTasks({ ...quiet, tasks: documents, wake: () => undefined });
  const startTask = (approval: Parameters<Tasks['start']>[0]) => tasks.start(approval);
  approvals = createApprovals({ ...quiet, approvals: store.collection(approvalSpec), policy, startTask });
  const killSwitch = createKillSwitch({ store, audit, clock });
  return {
    killSwitch,
    controls: createControls({ approvals, tasks, killSwitch, policy, translate }),
    proposals: createProposals({ approvals, tasks }),
    views: createViews({ approvals, tasks, policy, translate, clock }),
  };
}

/** Asks for a plan the way a flow does; returns the approval's id. */
async function propose(who = 'ann', key = 'r-1.0', room = 'c1'): Promise<string> {
  const { id: _, expiresAt: __, ...plan } = planOf('x', 2);
  const asked = await house.proposals.request(key, plan, [], asker(who, room));
  if ('refused' in asked) throw new Error(asked.refused.key);
  return asked.approvalId;
}

const command = async (words: string, who: string, room?: string) => {
  const [word = '', id] = words.split(' ');
  const said = await house.controls.command(word, id ? { id } : {}, asker(who, room));
  return said?.say.key;
};

/** An approved task that ended with its first step made and its second one refused. */
async function failedTask(): Promise<string> {
  const approvalId = await propose();
  await command(`approve ${approvalId}`, 'bob');
  const id = (await approvals.get(approvalId))?.taskId ?? '';
  const task = await tasks.get(id);
  if (!task) throw new Error('No task');
  const made: StepRecord = {
    id: 'k1',
    state: 'verified',
    attempts: 1,
    intendedAt: 1,
    appliedAt: 2,
    result: { id: 'k1-1' },
  };
  const error = { code: 'NoStock', message: 'none left', hint: 'Another type', retryable: false, ambiguous: false };
  const refused: StepRecord = { id: 'k2', state: 'failed', attempts: 1, intendedAt: 3, error };
  await documents.replace({ ...task, rev: task.rev + 1, state: 'failed', fence: 1, steps: [made, refused] });
  return id;
}

describe('words about a plan', () => {
  test('mean the only one that waits here, whatever waits elsewhere', async () => {
    expect(await command('approve', 'bob')).toBe('approvals.said.none');
    const elsewhere = await propose('ann', 'r-2.0', 'c2');
    const here = await propose();
    expect(await command('approve', 'bob')).toBe('approvals.said.approved');
    expect((await approvals.get(here))?.state).toBe('used');
    expect((await approvals.get(elsewhere))?.state).toBe('pending');
  });

  test('ask which one where several wait, and take its id in any case', async () => {
    const first = await propose();
    await propose('ann', 'r-2.0');
    expect(await command('reject', 'bob')).toBe('approvals.said.which');
    expect(await command(`reject ${first.toUpperCase()}`, 'bob')).toBe('approvals.said.rejected');
    expect(await command(`approve ${first}`, 'bob')).toBe('approvals.said.decided');
    expect(await command('approve nope', 'bob')).toBe('approvals.said.not-found');
  });

  test('have the rights of a click', async () => {
    const id = await propose('bob');
    expect(await command(`approve ${id}`, 'bob')).toBe('approvals.refused.self');
    const refused = { result: 'refused', code: 'forbidden', message: translate.en('approvals.refused.self') };
    expect(await house.controls.click(`approve:${id}`, person('bob'))).toEqual(refused);
    expect(await house.controls.click(`approve:${id}`, person('cy'))).toEqual({ result: 'accepted' });
    expect(await house.controls.click(`approve:${id}`, person('cy'))).toMatchObject({ code: 'decided' });
  });

  test('say that time ran out', async () => {
    const id = await propose();
    now += 16 * 60_000;
    expect(await command(`approve ${id}`, 'bob')).toBe('approvals.said.expired');
    expect(await house.controls.whyClosed(`approve:${id}`)).toBe('expired');
  });
});

describe('words about a task', () => {
  test('are taken from who asked for it and from approvers only', async () => {
    const id = await failedTask();
    expect(await command(`retry ${id}`, 'eve')).toBe('tasks.said.not-yours');
    expect(await command(`retry ${id.toLowerCase()}`, 'ann')).toBe('tasks.said.retrying');
    expect(await command(`retry ${id}`, 'ann')).toBe('tasks.said.ended');
    expect(await command(`cancel ${id}`, 'cy')).toBe('tasks.said.cancelling');
    expect(await command('cancel T-0000', 'cy')).toBe('tasks.said.not-found');
    expect(await command('cancel', 'cy')).toBe('tasks.said.which');
  });

  test('an undo is refused while the task is under way', async () => {
    const id = await failedTask();
    await command(`retry ${id}`, 'ann');
    expect(await command(`undo ${id}`, 'ann')).toBe('tasks.said.undo-running');
    expect(await approvals.pending()).toEqual([]);
  });

  test('an undo is asked for once, again after it was rejected, and never beside a retry', async () => {
    const id = await failedTask();
    expect(await command(`undo ${id}`, 'ann')).toBe('tasks.said.undo-asked');
    expect(await command(`undo ${id}`, 'ann')).toBe('tasks.said.undo-asked');
    const [first] = await approvals.pending();
    expect(first?.plan).toMatchObject({ undoes: id, steps: [{ tool: 'remove', args: { id: 'k1-1' } }] });
    expect(await approvals.pending()).toHaveLength(1);
    await command(`reject ${first?.id}`, 'bob');
    expect(await command(`undo ${id}`, 'ann')).toBe('tasks.said.undo-asked');
    const [second] = await approvals.pending();
    expect(second?.id).not.toBe(first?.id);
    await command(`approve ${second?.id}`, 'bob');
    expect(await command(`undo ${id}`, 'ann')).toBe('tasks.said.undo-begun');
    expect(await command(`retry ${id}`, 'ann')).toBe('tasks.said.ended');
  });
});

describe('stopping all changes', () => {
  test('takes an approver, and so does going on', async () => {
    expect(await command('stop', 'ann')).toBe('approvals.stop.refused');
    expect(await command('stop', 'bob')).toBe('approvals.stop.stopped');
    expect(await house.killSwitch.stoppedBy()).toBe('bob');
    expect(await command('resume', 'ann')).toBe('approvals.stop.refused');
    expect(await command('resume', 'cy')).toBe('approvals.stop.resumed');
    expect(await house.killSwitch.stoppedBy()).toBeUndefined();
  });
});

describe('the outcome of a proposal', () => {
  test('is open until the decision, and after an approval until the end of the task', async () => {
    const id = await propose();
    expect(await house.proposals.outcome(id)).toBeUndefined();
    await command(`approve ${id}`, 'bob');
    expect(await house.proposals.outcome(id)).toBeUndefined();
  });

  test.each([
    ['reject', 'rejected'],
    ['change', 'change-requested'],
  ])('after %s is %s', async (verdict, kind) => {
    const id = await propose();
    await house.controls.click(`${verdict}:${id}`, person('bob'));
    expect(await house.proposals.outcome(id)).toEqual({ kind });
  });

  test('of a task that failed names the step, the reason and the next move, and keeps what was made', async () => {
    const id = await failedTask();
    const approval = await approvals.get((await tasks.get(id))?.approvalId ?? '');
    expect(await house.proposals.outcome(approval?.id ?? '')).toEqual({
      kind: 'failed',
      taskId: id,
      results: { k1: { id: 'k1-1' } },
      failure: { stepId: 'k2', code: 'NoStock', message: 'none left', hint: 'Another type' },
    });
    expect(approval && runOf(approval)).toBe('r-1');
  });

  test('is a refusal with its reason for who may not even ask', async () => {
    const { id: _, expiresAt: __, ...plan } = planOf('x', 2);
    expect(await house.proposals.request('r-9.0', plan, [], asker('eve'))).toMatchObject({
      refused: { key: 'approvals.refused.requester' },
    });
  });
});

describe('what a person may see', () => {
  const list = async (view: string, who: string) => {
    const result = await house.views[view]?.({}, asker(who));
    return result?.ok && Array.isArray(result.data.items) ? result.data.items.length : 'nothing';
  };

  test('are his own tasks, and with a role all of them', async () => {
    const id = await failedTask();
    expect(await list('copilot_task_list', 'eve')).toBe(0);
    expect(await list('copilot_task_list', 'ann')).toBe(1);
    expect(await list('copilot_task_list', 'cy')).toBe(1);
    const get = house.views.copilot_task_get;
    expect(await get?.({ id: id.toLowerCase() }, asker('ann'))).toMatchObject({
      data: { task: { id, state: 'failed' } },
    });
    expect(await get?.({ id }, asker('eve'))).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('are the plans he asked for or may decide', async () => {
    await propose('bob');
    expect(await list('copilot_approval_list', 'bob')).toBe(1);
    expect(await list('copilot_approval_list', 'cy')).toBe(1);
    expect(await list('copilot_approval_list', 'ann')).toBe(0);
  });
});
