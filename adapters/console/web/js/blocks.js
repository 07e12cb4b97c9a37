import { copyButton } from './card.js';
import { chartNode } from './chart.js';
import { h } from './dom.js';
import { downloadIcon, fileName } from './download.js';
import { foldNode } from './folds.js';
import { inputsNode } from './inputs.js';
import { markdown } from './markdown.js';
import { stepsNode } from './steps.js';
import { t } from './texts.js';

/** The node of one block; undefined for a control of a closed card. */
export function blockNode(block, actions) {
  switch (block.type) {
    case 'text':
      return h('div', { class: 'prose' }, markdown(block.markdown));
    case 'code':
      return codeNode(block, actions);
    case 'divider':
      return h('hr');
    case 'fields':
      return h('dl', { class: 'fields' }, block.items.map(fieldNode));
    case 'table':
      return tableNode(block);
    case 'chart':
      return chartNode(block);
    case 'details':
      return detailsNode(block, actions);
    case 'progress':
      return progressNode(block);
    case 'buttons':
      return actions.closed ? undefined : buttonsNode(block.items, actions);
    case 'inputs':
      return actions.closed ? undefined : inputsNode(block, actions);
    default:
      return undefined;
  }
}

/** What has more lines than this can be taken along as a file. */
const LONG_LINES = 40;

function codeNode({ text, end }, { title }) {
  const isLong = text.split('\n', LONG_LINES + 1).length > LONG_LINES;
  const pre = h('pre', { tabindex: '0' }, h('code', {}, text));
  // Once it is in the page.
  if (end) requestAnimationFrame(() => (pre.scrollTop = pre.scrollHeight));
  return h(
    'div',
    { class: 'code' },
    pre,
    h(
      'div',
      { class: 'code-tools' },
      isLong && downloadIcon(t('download'), { name: fileName(title, 'txt'), text }),
      copyButton(text),
    ),
  );
}

/** Nothing to unfold is left out, such as the form of a closed card. */
function detailsNode({ summary, blocks }, actions) {
  const inside = blocks.map((block) => blockNode(block, actions)).filter(Boolean);
  return inside.length > 0 ? foldNode(summary, inside) : undefined;
}

const NUMBER = /^[≈~]?\s*[¥$€]?\s*\d[\d,.]*\s*(%|\p{L}{0,5})(\/\p{L}+)?$/u;

/** A table with a caption; texts of cells stay texts. */
export function tableNode({ caption, head, rows }) {
  const numeric = head.map((_, column) => column > 0 && rows.every((row) => NUMBER.test((row[column] ?? '').trim())));
  const cell = (text, column) =>
    column === 0 ? h('th', { scope: 'row' }, text) : h('td', { class: numeric[column] && 'number' }, text);
  return h(
    'div',
    { class: 'table', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((text, column) => h('th', { scope: 'col', class: numeric[column] && 'number' }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) => h('tr', {}, row.map(cell))),
      ),
    ),
  );
}

function progressNode({ title, percent, steps }) {
  return h(
    'section',
    { class: 'progress' },
    h(
      'div',
      { class: 'progress-head' },
      h('span', {}, title),
      percent !== undefined && h('output', {}, `${Math.round(percent)}%`),
    ),
    percent !== undefined && h('progress', { max: '100', value: percent, 'aria-label': title }),
    stepsNode(steps),
  );
}

/** Buttons in a row; with hints, or many of them, as a list of choices. */
function buttonsNode(items, actions) {
  const choices = items.some((button) => button.hint);
  const nodes = items.map((button) => buttonNode(button, choices, actions));
  return h(
    'div',
    { class: choices ? 'choices' : 'actions', role: 'group', 'aria-label': t('card.actions'), data: { arrows: '' } },
    nodes,
  );
}

function buttonNode(button, choice, actions) {
  const kind = choice ? 'choice' : 'button';
  const style = button.style && button.style !== 'default' ? ` ${kind}-${button.style}` : '';
  return h(
    'button',
    { type: 'button', class: kind + style, data: { key: button.id }, onclick: () => actions.act(button) },
    h('span', { class: 'label' }, button.label),
    choice && h('span', { class: 'hint' }, button.hint ?? ''),
  );
}

/** A long value takes two columns, so that a list does not become a tower. */
const LONG_VALUE = 48;

function fieldNode({ label, value }) {
  return h('div', value.length > LONG_VALUE ? { class: 'wide' } : {}, h('dt', {}, label), h('dd', {}, value));
}
