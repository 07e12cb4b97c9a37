import type { PlanBlock, TaskCardBlock } from '@slack/types';
import { visibleText } from '../../src/chat/plain.ts';
import type { Block, ProgressStep } from '../../src/chat/types.ts';
import { cut, type Drawing, jsonSize, oneText, type Piece } from './render-shapes.ts';
import { contentOf, drawRich } from './render-texts.ts';
import { section, words, wordsIn } from './rich-text.ts';

/** Steps as a `plan` with its task cards, or as lines where that kind is not to be had or would be too large. */

type Progress = Extract<Block, { type: 'progress' }>;
/** Undocumented limits; these are guesses that leave room. */
const STEPS = 40;
const PLAN_ROOM = 6000;
const LINES_ROOM = 5000;
const TITLE = 150;
const SHORT_DETAIL = 100;

export function drawProgress(drawing: Drawing, progress: Progress): Piece[] {
  const plan = drawing.kinds === 'all' && progress.steps.length <= STEPS ? planOf(drawing, progress) : undefined;
  return plan && jsonSize(plan) <= PLAN_ROOM ? [contentOf(plan)] : drawLines(drawing, progress);
}

/** https://docs.slack.dev/reference/block-kit/blocks/plan-block and task-card-block; undefined when a text would be cut. */
function planOf(drawing: Drawing, { title, percent, steps }: Progress): PlanBlock | undefined {
  const tasks = steps.map((step) => taskOf(drawing, step));
  const line = titleOf(title, percent);
  const isCut = line.length > TITLE || tasks.some((task) => task.title.length > TITLE * 2);
  return isCut ? undefined : { type: 'plan', title: line, tasks };
}

function taskOf({ t, card }: Drawing, { id, title, status, detail = '' }: ProgressStep): TaskCardBlock {
  const said = visibleText(detail).trim();
  const inTitle = said.length > 0 && said.length <= SHORT_DETAIL;
  const state = status === 'skipped' || status === 'undone' ? t(`slack.render-step-${status}`) : '';
  return {
    type: 'task_card',
    task_id: cut(`${card.id}-${id}`, 255),
    title: [oneText(title), state, inTitle ? said : ''].filter(Boolean).join(' · '),
    status: STATUS[status],
    ...(said && !inTitle && { details: { type: 'rich_text', elements: [section(words(said))] } }),
  };
}

const STATUS: Record<ProgressStep['status'], TaskCardBlock['status']> = {
  pending: 'pending',
  running: 'in_progress',
  waiting: 'in_progress',
  done: 'complete',
  failed: 'error',
  skipped: 'complete',
  undone: 'complete',
};

const MARK: Record<ProgressStep['status'], string> = {
  pending: '⚪',
  running: '🔵',
  waiting: '🟡',
  done: '✅',
  failed: '❌',
  skipped: '➖',
  undone: '↩️',
};

function titleOf(title: string, percent: number | undefined): string {
  return percent === undefined ? oneText(title) : `${oneText(title)} · ${Math.round(bounded(percent))} %`;
}

const bounded = (percent: number): number => Math.min(100, Math.max(0, percent));

function drawLines(drawing: Drawing, { title, percent, steps }: Progress): Piece[] {
  const filled = Math.round(bounded(percent ?? 0) / 10);
  const bar =
    percent === undefined ? '' : `\n${'▓'.repeat(filled)}${'░'.repeat(10 - filled)} ${Math.round(bounded(percent))} %`;
  const lines = steps.map(({ title, status, detail }) => {
    const said = detail ? ` · ${oneText(detail)}` : '';
    return section(words(`${MARK[status]} ${oneText(title)}${said}`));
  });
  const content = () => [title, ...lines.map(wordsIn)].join('\n');
  const elements = [section(words(oneText(title), { bold: true }), ...(bar ? [words(bar)] : [])), ...lines];
  return drawRich(drawing, elements, { room: LINES_ROOM, what: 'steps', ext: 'txt', content });
}
