import { z } from 'zod';
import type { Block, Button } from '../../src/chat/types.ts';
import { defineFlow, type FlowContext, FlowError, type FlowRun, read, say } from '../../src/flow/kit.ts';

/** How tasks stand and what waits for a decision, read from the copilot's own views, which show only what the asker may see. */

const taskView = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'undone', 'cancelled']),
  steps: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      status: z.enum(['pending', 'running', 'waiting', 'done', 'failed', 'skipped', 'undone']),
      detail: z.string(),
    }),
  ),
});
const approvalView = z.object({
  id: z.string(),
  title: z.string(),
  requestedBy: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
});

type TaskView = z.infer<typeof taskView>;
type ApprovalView = z.infer<typeof approvalView>;

const LONGEST_LIST = 20;

/** With a task's id its progress, without one the asker's tasks, newest first. */
export const taskStatus = defineFlow({
  id: 'task-status',
  version: 1,
  input: z.object({ id: z.string().optional() }),
  *run({ id }, context) {
    if (id !== undefined) return yield* oneTask(id, context);
    const { items } = z.object({ items: z.array(taskView) }).parse(yield* read('copilot_task_list', { mine: true }));
    const blocks = items.length > 0 ? [taskTable(items, context), next(context, 'tasks.next', items)] : [];
    yield* say('tasks.list', { count: items.length }, blocks);
  },
});

/** What the asker may decide, or waits for himself. */
export const pendingApprovals = defineFlow({
  id: 'approvals',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { items } = z.object({ items: z.array(approvalView) }).parse(yield* read('copilot_approval_list'));
    const blocks = items.length > 0 ? [approvalTable(items, context), next(context, 'tasks.next-approval', items)] : [];
    yield* say('tasks.waiting-list', { count: items.length }, blocks);
  },
});

function* oneTask(id: string, context: FlowContext): FlowRun {
  try {
    const { task } = z.object({ task: taskView }).parse(yield* read('copilot_task_get', { id }));
    yield* say('tasks.one', { id: task.id }, progress(task, context));
  } catch (error) {
    if (!(error instanceof FlowError) || error.code !== 'NOT_FOUND') throw error;
    yield* say('tasks.said.not-found', { id });
  }
}

/** What to type next, with the id of the first in the list. */
function next({ t }: FlowContext, key: string, [first]: { id: string }[]): Block {
  return { type: 'text', markdown: t(key, { id: first?.id ?? '' }) };
}

function progress({ id, title, state, steps }: TaskView, { t }: FlowContext): Block[] {
  const failed = state === 'failed' || state === 'cancelled';
  const words = failed ? ['retry', 'undo'] : state === 'succeeded' || state === 'undone' ? [] : ['cancel'];
  const buttons = words.map((word): Button => ({ id: `${word}:${id}`, label: t(`tasks.${word}`) }));
  const shown = steps.map(({ detail, ...step }) => (detail ? { ...step, detail } : step));
  const percent = Math.round((100 * steps.filter(isOver).length) / Math.max(1, steps.length));
  return [
    { type: 'progress', title: `${title} · ${t(`tasks.state-${state}`)}`, percent, steps: shown },
    ...(buttons.length > 0 ? [{ type: 'buttons' as const, items: buttons }] : []),
  ];
}

function taskTable(tasks: TaskView[], { t }: FlowContext): Block {
  return {
    type: 'table',
    caption: t('tasks.list', { count: tasks.length }),
    head: ['task', 'what', 'state', 'progress'].map((column) => t(`tasks.column-${column}`)),
    rows: tasks
      .slice(0, LONGEST_LIST)
      .map(({ id, title, state, steps }) => [
        id,
        title,
        t(`tasks.state-${state}`),
        `${steps.filter(isOver).length}/${steps.length}`,
      ]),
  };
}

function approvalTable(approvals: ApprovalView[], { t }: FlowContext): Block {
  return {
    type: 'table',
    caption: t('tasks.waiting-list', { count: approvals.length }),
    head: ['approval', 'what', 'by', 'risk'].map((column) => t(`tasks.column-${column}`)),
    rows: approvals
      .slice(0, LONGEST_LIST)
      .map(({ id, title, requestedBy, risk }) => [id, title, requestedBy, t(`approvals.risk-${risk}`)]),
  };
}

const isOver = ({ status }: TaskView['steps'][number]) =>
  status === 'done' || status === 'undone' || status === 'skipped';
