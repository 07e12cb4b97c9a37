import { h } from './dom.js';
import { limitsNode } from './preview-parts.js';
import { richNode, textNode } from './preview-slack-text.js';

/** Slack's blocks as HTML, close enough to judge a message by: https://docs.slack.dev/reference/block-kit/blocks */

/** One message with the limits it keeps. */
export function slackNode({ text, blocks, limits }) {
  return h(
    'article',
    { class: 'slack' },
    h('p', { class: 'slack-notice' }, text),
    blocks.map(blockNode),
    limitsNode(limits),
  );
}

/** A window that a button opens: a form, or a part that was folded away. */
export function slackWindowNode({ title, blocks, submit, close }) {
  const foot = [close, submit].filter(Boolean).map(({ text }) => h('span', { class: 'slack-button' }, text));
  return h(
    'article',
    { class: 'slack slack-window' },
    h('h3', {}, title.text),
    blocks.map(blockNode),
    foot.length > 0 && h('div', { class: 'slack-actions' }, foot),
  );
}

const DRAW = {
  header: ({ text }) => h('h3', { class: 'slack-header' }, text.text),
  divider: () => h('hr'),
  section: ({ text, fields = [], accessory }) =>
    h(
      'div',
      { class: 'slack-section' },
      text && textNode(text),
      fields.length > 0 && h('div', { class: 'slack-fields' }, fields.map(textNode)),
      accessory && elementNode(accessory),
    ),
  rich_text: ({ elements }) => h('div', { class: 'slack-rich' }, elements.map(richNode)),
  context: ({ elements }) => h('div', { class: 'slack-context' }, elements.map(textNode)),
  actions: ({ elements }) => h('div', { class: 'slack-actions' }, elements.map(elementNode)),
  input: ({ label, element, optional }) =>
    h('div', { class: 'slack-input' }, h('strong', {}, label.text, optional ? '' : ' *'), elementNode(element)),
  table: ({ rows: [head = [], ...rows] }) =>
    h(
      'div',
      { class: 'slack-table' },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            head.map((cell) => h('th', {}, cellNode(cell))),
          ),
        ),
        h(
          'tbody',
          {},
          rows.map((row) =>
            h(
              'tr',
              {},
              row.map((cell) => h('td', {}, cellNode(cell))),
            ),
          ),
        ),
      ),
    ),
  plan: ({ title, tasks }) => h('div', { class: 'slack-plan' }, h('strong', {}, title), tasks.map(taskNode)),
  task_card: (task) => taskNode(task),
  data_visualization: ({ title, chart }) =>
    h('figure', { class: 'slack-chart' }, h('figcaption', {}, title), chartNodes(chart)),
};

function blockNode(block) {
  const draw = DRAW[block.type];
  return draw ? draw(block) : h('pre', { class: 'slack-unknown' }, JSON.stringify(block, undefined, 2));
}

const cellNode = (cell) => (cell.type === 'rich_text' ? cell.elements.map(richNode) : cell.text);

const MARKS = { pending: '○', in_progress: '◔', complete: '✓', error: '!' };

function taskNode({ title, status = 'pending', details }) {
  return h(
    'div',
    { class: `slack-task slack-${status}` },
    h('i', { 'aria-hidden': 'true' }, MARKS[status]),
    h('span', {}, title),
    details && h('div', { class: 'slack-detail' }, details.elements.map(richNode)),
  );
}

/** Buttons and inputs. What asks whether one is sure says so below the pointer. */
function elementNode(element) {
  const { type, text, style, confirm, placeholder, options = [], initial_value: value } = element;
  if (type === 'button') {
    const title = confirm && [confirm.title, confirm.text, confirm.confirm].map((part) => part.text).join('\n');
    return h(
      'span',
      { class: `slack-button${style ? ` slack-${style}` : ''}`, title },
      text.text,
      confirm && h('sup', {}, '?'),
    );
  }
  if (type === 'checkboxes')
    return h(
      'div',
      {},
      options.map((option) => h('p', {}, '☐ ', textNode(option.text))),
    );
  const said = value ?? placeholder?.text ?? options.map((option) => option.text.text).join(' ▾ ');
  return h('div', { class: 'slack-field' }, said);
}

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT] = [320, 120];

/** A chart as Slack draws it, roughly: lines, or bars in groups. */
function chartNodes({ type, series, axis_config: axis = {} }) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  const values = series.flatMap(({ data }) => data.map(({ value }) => value));
  const [bottom, top] = [Math.min(0, ...values), Math.max(1e-9, ...values)];
  const y = (value) => HEIGHT - 4 - ((value - bottom) / (top - bottom)) * (HEIGHT - 8);
  svg.append(
    ...series.flatMap((each, n) => (type === 'bar' ? barsOf(each, { n, of: series.length, y }) : [lineOf(each, n, y)])),
  );
  const labels = axis.categories ?? series[0]?.data.map(({ label }) => label) ?? [];
  const names = series.map(({ name }, n) => h('span', { class: `series-${n}` }, `— ${name}`));
  const shown =
    type === 'bar' ? labels.join(' · ') : `${labels[0] ?? ''} … ${labels.at(-1) ?? ''} (${axis.x_label ?? ''})`;
  const ends = `${shown} · ${bottom} … ${top} ${axis.y_label ?? ''}`;
  return [svg, h('p', { class: 'slack-context' }, ends), h('p', { class: 'slack-names' }, names)];
}

function lineOf({ data }, n, y) {
  const x = (index) => (index / Math.max(1, data.length - 1)) * WIDTH;
  return shape('polyline', n, { points: data.map(({ value }, index) => `${x(index)},${y(value)}`).join(' ') });
}

function barsOf({ data }, { n, of, y }) {
  const group = WIDTH / data.length;
  const width = (group * 0.7) / of;
  return data.map(({ value }, index) => {
    const [from, to] = [y(Math.max(0, value)), y(Math.min(0, value))];
    return shape('rect', n, { x: index * group + group * 0.15 + n * width, y: from, width, height: to - from });
  });
}

function shape(kind, n, attributes) {
  const node = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries({ ...attributes, class: `series-${n}` })) node.setAttribute(name, value);
  return node;
}
