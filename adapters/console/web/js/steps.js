import { h, icon } from './dom.js';
import { t } from './texts.js';

const ICONS = { done: 'check', failed: 'cross', skipped: 'dash', undone: 'undo', waiting: 'clock' };

/** A list of steps, each with its state as a sign and as a word. `meta` is a short text at the right. */
export function stepsNode(steps) {
  return h('ol', { class: 'steps' }, steps.map(stepNode));
}

function stepNode({ title, status, detail, meta }) {
  const sign = h('span', { class: 'step-sign' }, ICONS[status] && icon(ICONS[status]));
  const text = h(
    'div',
    { class: 'step-text' },
    h('span', { class: 'step-title' }, title, h('span', { class: 'hidden-text' }, `, ${t(`step.${status}`)}`)),
    detail && h('span', { class: 'step-detail' }, detail),
  );
  const current = status === 'running' || status === 'waiting' ? 'step' : undefined;
  return h(
    'li',
    { class: `step step-${status}`, 'aria-current': current },
    sign,
    text,
    meta && h('span', { class: 'step-meta' }, meta),
  );
}
