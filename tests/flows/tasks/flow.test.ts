import { describe, expect, test } from 'vitest';
import { pendingApprovals, taskStatus } from '../../../flows/tasks/flow.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Flow } from '../../../src/flow/kit.ts';
import { type JournalEntry, replay } from '../../../src/flow/replay.ts';

const { en } = loadMessages('templates/messages');
const user = { platform: 'web', tenant: 'console', id: 'operator' } as const;
const context = { t: en, language: 'en', user, startedAt: 0, text: '' } as const;
const step = (id: string, status: string) => ({ id, title: `Make ${id}`, status, detail: '' });
const task = { id: 'T-7K3F', title: 'Build shop', state: 'running', steps: [step('a', 'done'), step('b', 'waiting')] };

function said(flow: Flow, args: Record<string, string>, key: string, value: Parameters<typeof answer>[1]) {
  const position = replay(flow, args, context, [answer(key, value)]).position();
  if (position.kind !== 'asks' || position.command.verb !== 'say') throw new Error('It says nothing');
  return { text: en(position.command.message), blocks: position.command.blocks };
}
function answer(key: string, value: (JournalEntry['answer'] & { ok: true })['value']): JournalEntry {
  return { key: `read:${key}`, answer: { ok: true, value } };
}

describe('asking about tasks', () => {
  test('by id shows the steps and how to cancel', () => {
    const { text, blocks } = said(taskStatus, { id: 'T-7K3F' }, 'copilot_task_get', { task });
    expect(text).toBe('Task T-7K3F');
    expect(blocks).toMatchObject([
      { type: 'progress', percent: 50, steps: [{ status: 'done' }, { status: 'waiting' }] },
      { type: 'buttons', items: [{ id: 'cancel:T-7K3F' }] },
    ]);
  });

  test('by an id that is unknown, or not his to see, says so', () => {
    const unknown = { ok: false, code: 'NOT_FOUND', message: 'There is no task T-0000' } as const;
    const journal = [{ key: 'read:copilot_task_get', answer: unknown }];
    const position = replay(taskStatus, { id: 'T-0000' }, context, journal).position();
    expect(position).toMatchObject({ command: { message: { key: 'tasks.said.not-found', params: { id: 'T-0000' } } } });
  });

  test('that failed offers to retry and to undo', () => {
    const { blocks } = said(taskStatus, { id: 'T-7K3F' }, 'copilot_task_get', { task: { ...task, state: 'failed' } });
    expect(blocks[1]).toMatchObject({ items: [{ id: 'retry:T-7K3F' }, { id: 'undo:T-7K3F' }] });
  });

  test('without an id lists them', () => {
    const { blocks } = said(taskStatus, {}, 'copilot_task_list', { items: [task] });
    expect(blocks).toMatchObject([
      { type: 'table', rows: [['T-7K3F', 'Build shop', 'Under way', '1/2']] },
      { type: 'text', markdown: expect.stringContaining('status T-7K3F') },
    ]);
  });

  test('when there are none says what to do first', () => {
    const { text, blocks } = said(taskStatus, {}, 'copilot_task_list', { items: [] });
    expect([text, blocks]).toEqual([expect.stringContaining('No tasks yet'), []]);
  });
});

test('what waits for a decision is listed with who asked and the risk', () => {
  const waiting = { id: 'a2b3', title: 'Build shop', requestedBy: 'ann', expiresAt: 0, risk: 'high' };
  const { blocks } = said(pendingApprovals, {}, 'copilot_approval_list', { items: [waiting] });
  expect(blocks).toMatchObject([
    { rows: [['a2b3', 'Build shop', 'ann', 'high']] },
    { markdown: expect.stringContaining('approve a2b3') },
  ]);
});
