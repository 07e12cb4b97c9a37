import { amountText } from '/shared/amounts.js';
import { areUpright, barOption, barsHeight, barWords, drawableBars } from '/shared/bars.js';
import { tooltip } from './chart-tooltip.js';
import { h } from './dom.js';
import { t } from './texts.js';

/** How `<copilot-chart>` shows amounts side by side or upon each other. */

const GRID = { top: 22, right: 14, bottom: 24, left: 52 };
/** The part of the width that names beside bars may take. */
const NAMES = 0.4;

export const prepare = (chart) => drawableBars(chart, t('chart.others'));

export const height = (data) => barsHeight(data, 188) + 22;

/** What the chart says, in words: each category with its amounts. */
export const words = barWords;

export function legend({ series, left }) {
  const item = ({ name }, n) => h('li', {}, h('i', { class: `swatch swatch-bar series-${n}` }), h('span', {}, name));
  return h(
    'ul',
    { class: 'chart-legend' },
    series.map(item),
    left > 0 && h('li', {}, t('chart.left', { count: left })),
  );
}

/** The options of the library, for a chart that is so many pixels wide. */
export function option(data, { colours, text, width }) {
  const { unit, currency, categories, series } = data;
  const grid = areUpright(data) ? GRID : { ...GRID, top: 4, left: 14 };
  const row = (name, value) => `${name}  ${value === null ? '–' : amountText(value, unit, currency)}`;
  const said = ([{ dataIndex: n }]) => [categories[n], ...series.map(({ name, values }) => row(name, values[n]))];
  return {
    ...barOption(data, { colours, text, grid, room: Math.min(260, width * NAMES) }),
    tooltip: tooltip(said, { colours, text, pointer: 'shadow' }),
  };
}
