import { describe, expect, test } from 'vitest';
import { loadMessages } from '../../src/chat/messages.ts';
import { plainText } from '../../src/chat/plain.ts';
import type { Card } from '../../src/chat/types.ts';
import { taskCard } from '../../src/tasks/card.ts';
import type { StepRecord, Task, TaskState } from '../../src/tasks/types.ts';
import { planOf, taskOf } from './cloud.ts';

const translate = loadMessages('templates/messages');
const NOW = 10 * 60_000;
const done = (id: string): StepRecord => ({
  id,
  state: 'verified',
  attempts: 1,
  intendedAt: 0,
  appliedAt: 1,
  endedAt: 60_000,
  result: { id: `${id}-1` },
});
const pending = (id: string): StepRecord => ({ id, state: 'pending', attempts: 0 });
const skipped = (id: string): StepRecord => ({ ...pending(id), state: 'skipped' });
const broken = (id: string, code: string, change: Partial<NonNullable<StepRecord['error']>> = {}): StepRecord => ({
  ...pending(id),
  state: 'failed',
  attempts: 1,
  intendedAt: 0,
  error: { code, message: 'The cloud said no', retryable: false, ambiguous: false, ...change },
});

const task = (state: TaskState, steps: StepRecord[], change: Partial<Task> = {}) =>
  taskOf('T-7K3F', planOf('p', 2), { state, steps, ...change });
const card = (shown: Task) => taskCard(shown, translate[shown.language], NOW, 1);
const buttons = ({ blocks }: Card) =>
  blocks.flatMap((block) => (block.type === 'buttons' ? block.items.map(({ id }) => id) : []));
const progress = ({ blocks }: Card) => blocks.flatMap((block) => (block.type === 'progress' ? [block] : []))[0];

const failedWith = (code: string, change?: Parameters<typeof broken>[2]) =>
  task('failed', [done('k1'), broken('k2', code, change), skipped('works')]);

const everyState: [string, Task, string[]][] = [
  ['queued', task('queued', ['k1', 'k2', 'works'].map(pending)), ['cancel:T-7K3F']],
  ['running', task('running', [done('k1'), pending('k2'), pending('works')]), ['cancel:T-7K3F']],
  ['stopped by the kill switch', task('waiting', [done('k1'), pending('k2')]), ['cancel:T-7K3F']],
  ['being cancelled', task('running', [done('k1'), pending('k2')], { cancelRequested: true }), []],
  ['succeeded', task('succeeded', [done('k1'), done('k2'), done('works')], { endedAt: NOW }), []],
  ['failed', failedWith('E_BOOT'), ['retry:T-7K3F', 'undo:T-7K3F']],
  ['failed before anything was made', task('failed', [broken('k1', 'InsufficientBalance')]), ['retry:T-7K3F']],
  ['cancelled', task('cancelled', [done('k1'), skipped('k2')], { endedAt: NOW }), ['retry:T-7K3F', 'undo:T-7K3F']],
  ['being undone', task('running', [done('k1'), broken('k2', 'X'), pending('undo.remove-k1')]), []],
  ['half undone', task('failed', [done('k1'), broken('k2', 'X'), broken('undo.remove-k1', 'Y')]), ['retry:T-7K3F']],
  ['undone', task('undone', [done('k1'), broken('k2', 'X'), done('undo.remove-k1')], { endedAt: NOW }), []],
];

describe.each(['en', 'zh'] as const)('the card of a task in %s', (language) => {
  test.each(everyState)('that is %s offers what can be done now and nothing else', (_, shown, wanted) => {
    const drawn = card({ ...shown, language });
    expect(buttons(drawn)).toEqual(wanted);
    expect(drawn.closed ?? false).toBe(wanted.length === 0);
    expect(plainText(drawn)).toContain(drawn.title);
    expect(progress(drawn)?.percent).toBeGreaterThanOrEqual(0);
    expect(progress(drawn)?.percent).toBeLessThanOrEqual(100);
  });

  test.each([
    ['OperationDenied.NoStock', 'hints.OperationDenied-NoStock'],
    ['InsufficientBalance', 'hints.InsufficientBalance'],
    ['ErrManagedAddonRoleNotAttach', 'hints.ErrManagedAddonRoleNotAttach'],
    ['STUCK', 'tasks.hint-stuck'],
    ['NO_LONGER_APPROVED', 'tasks.hint-approval'],
  ])('says what to do after %s', (code, key) => {
    expect(plainText(card({ ...failedWith(code), language }))).toContain(translate[language](key));
  });

  test('says that a stop holds it, and how it goes on', () => {
    const shown = { ...task('waiting', [done('k1'), pending('k2')]), language };
    expect(plainText(card(shown))).toContain(translate[language]('tasks.stopped'));
  });
});

describe('the card of a task', () => {
  test('shows the stage and progress of the cloud, how long steps took, and what was found again', () => {
    const waiting: StepRecord = {
      ...pending('k2'),
      state: 'waiting',
      intendedAt: 0,
      stage: 'create_ecs',
      percent: 40.4,
    };
    const shown = card(task('running', [{ ...done('k1'), adopted: true }, waiting, pending('works')]));
    expect(progress(shown)?.steps.map(({ status, detail }) => [status, detail])).toEqual([
      ['done', 'found from an earlier try · 60 s'],
      ['waiting', 'create_ecs · 40 %'],
      ['pending', undefined],
    ]);
    expect(shown.footer).toContain('about 1 minute left');
  });

  test('speaks of what still costs money only while it exists', () => {
    const costs = translate.en('tasks.exists');
    const says = (shown: Task) => plainText(card(shown)).includes(costs);
    const byName = new Map(everyState.map(([name, shown]) => [name, says(shown)]));
    expect([...byName].filter(([, said]) => said).map(([name]) => name)).toEqual([
      'failed',
      'cancelled',
      'half undone',
    ]);
  });

  test('is complete when the task is', () => {
    expect(progress(card(task('succeeded', [done('k1'), done('k2'), done('works')])))?.percent).toBe(100);
    expect(progress(card(task('undone', [{ ...done('k1'), state: 'undone' }, skipped('k2')])))?.percent).toBe(100);
  });

  test('renders what the cloud said as text, never as a link, a mention or emphasis', () => {
    const nasty = '[click](https://evil.example) <!channel> **urgent** @all';
    const { blocks } = card(failedWith('E*X*', { message: nasty, hint: nasty }));
    const markdown = blocks.flatMap((block) => (block.type === 'text' ? [block.markdown] : [])).join('\n');
    expect(markdown).not.toMatch(/(?<!\\)\[click|(?<!\\)<!|(?<!\\)@all|\*\*urgent|E\*X/);
    expect(markdown.match(/evil/g)).toHaveLength(2);
  });
});
