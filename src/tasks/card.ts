import type { Message, Translate } from '../chat/messages.ts';
import { escapeMarkdown } from '../chat/plain.ts';
import type { Block, Button, Card, Language, ProgressStep, Tone } from '../chat/types.ts';
import { definitionOf, isUndo, undoSteps } from './definitions.ts';
import { isEnded } from './lease.ts';
import { mayCancel, mayRetry } from './tasks.ts';
import type { StepRecord, StepState, Task } from './types.ts';

const STATUS: Record<StepState, ProgressStep['status']> = {
  pending: 'pending',
  intended: 'running',
  waiting: 'waiting',
  verified: 'done',
  failed: 'failed',
  skipped: 'skipped',
  undone: 'undone',
};
const TONE: Record<Task['state'], Tone> = {
  queued: 'info',
  running: 'info',
  waiting: 'warning',
  succeeded: 'success',
  failed: 'danger',
  undone: 'warning',
  cancelled: 'neutral',
};

/** The living card of a task: each step with the cloud's own stage, the time left, what went wrong and the ways on. */
export function taskCard(task: Task, t: Translate, now: number, pace: number): Card {
  const { language } = task;
  const failed = task.steps.find(({ state }) => state === 'failed');
  const buttons = buttonsOf(task, t);
  const blocks: Block[] = [
    {
      type: 'progress',
      title: t(`tasks.state-${task.state}`),
      percent: percentOf(task),
      steps: stepsOf(task, t, language, now),
    },
    ...notes(task, failed, t).map((markdown) => ({ type: 'text' as const, markdown })),
    ...(buttons.length > 0 ? [{ type: 'buttons' as const, items: buttons }] : []),
  ];
  return {
    id: `task-${task.id}`,
    rev: task.rev,
    title: `${task.id} · ${task.plan.title[language]}`,
    tone: TONE[task.state],
    blocks,
    footer: footer(task, t, now, pace),
    ...(buttons.length === 0 && { closed: true }),
  };
}

/** The steps with their state and one line of detail each. */
export function stepsOf(task: Task, t: Translate, language: Language, now: number): ProgressStep[] {
  return task.steps.map((record) => {
    const definition = definitionOf(task, record.id);
    const { title } = definition.kind === 'step' ? definition.step : definition.check;
    const detail = detailOf(record, t, now);
    const status = isUndo(record.id) && record.state === 'verified' ? 'undone' : STATUS[record.state];
    return { id: record.id, title: title[language], status, ...(detail && { detail }) };
  });
}

function detailOf(record: StepRecord, t: Translate, now: number): string {
  if (record.error) return `${record.error.code}: ${record.error.message}`;
  const seconds =
    record.intendedAt === undefined
      ? undefined
      : Math.max(0, Math.round(((record.endedAt ?? now) - record.intendedAt) / 1000));
  const parts = [
    record.state === 'verified' || !record.stage ? undefined : (wordOf('stages', record.stage, t) ?? record.stage),
    record.percent === undefined || record.state === 'verified' ? undefined : `${Math.round(record.percent)} %`,
    record.adopted ? t('tasks.adopted') : undefined,
    record.state === 'verified' && seconds !== undefined ? t('tasks.seconds', { seconds }) : undefined,
  ];
  return parts.filter(Boolean).join(' · ');
}

function percentOf(task: Task): number {
  const weights = task.steps.map((record) => {
    const definition = definitionOf(task, record.id);
    const weight = definition.kind === 'step' ? Math.max(0.5, definition.step.expectMinutes) : 0.5;
    const done =
      record.state === 'verified' || record.state === 'skipped' || record.state === 'undone'
        ? 1
        : record.state === 'pending'
          ? 0
          : (record.percent ?? 10) / 100;
    return { weight, done: weight * done };
  });
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  return Math.round((100 * weights.reduce((sum, { done }) => sum + done, 0)) / total);
}

function footer(task: Task, t: Translate, now: number, pace: number): string {
  if (task.endedAt !== undefined)
    return t('tasks.took', { seconds: Math.round((task.endedAt - task.createdAt) / 1000) });
  const left = task.steps.reduce((sum, record) => sum + minutesLeft(task, record, now, pace), 0);
  return `${t('tasks.time-left', { minutes: Math.max(1, Math.ceil(left)) })} · ${t('tasks.ask', { id: task.id })}`;
}

/** What a step still takes, in real minutes. */
function minutesLeft(task: Task, record: StepRecord, now: number, pace: number): number {
  const definition = definitionOf(task, record.id);
  if (definition.kind !== 'step' || record.state === 'verified' || record.state === 'skipped') return 0;
  const expected = definition.step.expectMinutes / pace;
  return record.intendedAt === undefined ? expected : Math.max(0, expected - (now - record.intendedAt) / 60_000);
}

function failureText({ error }: StepRecord, t: Translate): string {
  if (!error) return '';
  const hint = OWN_HINTS[error.code] ?? hintOf(error, t);
  const lines = [`**${t('tasks.failed', { code: escapeMarkdown(error.code) })}**`, escapeMarkdown(error.message)];
  if (hint) lines.push(t(hint));
  return lines.join('\n\n');
}

/** What a reader has to know besides the steps. */
function notes(task: Task, failed: StepRecord | undefined, t: Translate): string[] {
  const left = (task.state === 'failed' || task.state === 'cancelled') && anythingMade(task);
  return [
    ...(task.state === 'waiting' ? [t('tasks.stopped')] : []),
    ...(task.cancelRequested && !isEnded(task) ? [t('tasks.said.cancelling', { id: task.id })] : []),
    ...(failed ? [failureText(failed, t)] : []),
    ...(left ? [t('tasks.exists')] : []),
  ];
}

/** What to do next in the reader's language where the code is known, else in the tool's own words. */
function hintOf({ code, hint }: NonNullable<StepRecord['error']>, t: Translate): Message | undefined {
  const words = wordOf('hints', code, t) ?? (hint && escapeMarkdown(hint));
  return words ? { key: 'tasks.hint', params: { hint: words } } : undefined;
}

/** The text for a vendor's code in one of the catalogues that hold them, or undefined. */
function wordOf(catalogue: 'hints' | 'stages', code: string, t: Translate): string | undefined {
  const key = `${catalogue}.${code.replaceAll('.', '-')}`;
  return t.has(key) ? t(key) : undefined;
}

/** The next step for the runner's own codes. */
const OWN_HINTS: Record<string, Message> = {
  STUCK: { key: 'tasks.hint-stuck' },
  NO_LONGER_APPROVED: { key: 'tasks.hint-approval' },
};

function buttonsOf(task: Task, t: Translate): Button[] {
  const { id } = task;
  if (mayCancel(task)) {
    return [{ id: `cancel:${id}`, label: t('tasks.cancel'), style: 'danger', confirm: confirmCancel(id, t) }];
  }
  if (!mayRetry(task)) return [];
  const retry: Button = { id: `retry:${id}`, label: t('tasks.retry'), style: 'primary' };
  return mayUndo(task) ? [retry, { id: `undo:${id}`, label: t('tasks.undo'), style: 'danger' }] : [retry];
}

function confirmCancel(id: string, t: Translate): Button['confirm'] & object {
  return {
    title: t('tasks.confirm', { id }),
    text: t('tasks.confirm-text'),
    ok: t('tasks.cancel'),
    cancel: t('tasks.keep'),
  };
}

/** An automatic undo that failed is retried, not undone. */
function mayUndo(task: Task): boolean {
  return anythingMade(task) && !task.steps.some(({ id }) => isUndo(id));
}

function anythingMade(task: Task): boolean {
  return undoSteps(task).length > 0;
}
