import { api } from './api.js';
import { badge, board, empty } from './board.js';
import { h, icon } from './dom.js';
import { stepsNode } from './steps.js';
import { durationText, t, timeText } from './texts.js';

const TONES = {
  queued: 'neutral',
  running: 'info',
  waiting: 'warning',
  succeeded: 'success',
  failed: 'danger',
  undone: 'neutral',
  cancelled: 'neutral',
};
const STATUS = {
  pending: 'pending',
  intended: 'running',
  waiting: 'running',
  verified: 'done',
  failed: 'failed',
  skipped: 'skipped',
  undone: 'undone',
};
const GROUPS = [
  ['tasks.now', ['running', 'waiting', 'queued']],
  ['tasks.attention', ['failed']],
  ['tasks.done', ['succeeded', 'undone', 'cancelled']],
];

/** The task board: what runs, what failed, what is done. `open` is the id of the task to unfold. */
export function taskBoard(open) {
  const unfolded = new Set(open ? [open] : undefined);
  const render = (tasks) => {
    if (tasks.length === 0) return empty(t('tasks.none'), t('tasks.noneText'));
    if (!open && unfolded.size === 0) for (const task of tasks) if (isNow(task)) unfolded.add(task.id);
    return GROUPS.map(([title, states]) =>
      group(
        title,
        tasks.filter((task) => states.includes(task.state)),
        unfolded,
      ),
    );
  };
  return board({ title: 'nav.tasks', text: 'tasks.text', load: () => api.tasks(), render });
}

const isNow = (task) => task.state === 'running' || task.state === 'waiting';

function group(title, tasks, unfolded) {
  if (tasks.length === 0) return [];
  return h(
    'section',
    { class: 'group' },
    h('h2', {}, t(title), h('span', {}, String(tasks.length))),
    tasks.map((task) => taskNode(task, unfolded)),
  );
}

function taskNode(task, unfolded) {
  const done = task.steps.filter((step) => step.state === 'verified').length;
  const remember = (event) => (event.target.open ? unfolded.add(task.id) : unfolded.delete(task.id));
  return h(
    'details',
    { class: 'row task', open: unfolded.has(task.id), ontoggle: remember },
    h(
      'summary',
      { data: { nav: '', id: task.id } },
      icon('chevron'),
      h('code', { class: 'id' }, task.id),
      h('span', { class: 'row-title' }, task.title),
      h('span', { class: 'row-meta' }, durationOf(task)),
      h(
        'span',
        { class: 'segments', role: 'img', 'aria-label': t('tasks.steps', { done, all: task.steps.length }) },
        task.steps.map(segment),
      ),
      badge(t(`task.${task.state}`), TONES[task.state]),
    ),
    stepsNode(task.steps.map(stepOf)),
  );
}

const segment = (step) => h('i', { class: `segment segment-${STATUS[step.state]}` });

function stepOf({ title, state, detail, startedAt, endedAt }) {
  const took = startedAt && endedAt ? durationText(endedAt - startedAt) : startedAt && timeText(startedAt);
  return { title, status: STATUS[state], detail, meta: took };
}

function durationOf({ steps }) {
  const started = Math.min(...steps.map((step) => step.startedAt ?? Number.POSITIVE_INFINITY));
  const ended = Math.max(...steps.map((step) => step.endedAt ?? 0));
  return Number.isFinite(started) && ended > started ? durationText(ended - started) : '';
}
