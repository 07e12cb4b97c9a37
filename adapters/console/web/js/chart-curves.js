import { amountText } from '/shared/amounts.js';
import { curveOption, drawable, lastOf, peakOf, topOf } from '/shared/curves.js';
import { tooltip } from './chart-tooltip.js';
import { h } from './dom.js';
import { axisTimeText, clockText, t } from './texts.js';

/** How `<copilot-chart>` shows curves over time. */

export { topOf };
export const prepare = drawable;

const GRID = { top: 22, right: 14, bottom: 24, left: 52 };

export const height = () => 210;

/** What the chart says, in words: each curve with its peak and where it is now. */
export const words = ({ series, unit }) => series.map((each) => wordsOf(each, unit));

function wordsOf({ name, points }, unit) {
  const [peak, last] = [peakOf(points), lastOf(points)].map((value) => amountText(value, unit));
  return `${name}: ${t('chart.peakAndLast', { peak, last })}`;
}

export function legend({ series, limits, unit }) {
  const item = (each, n) => h('li', {}, h('i', { class: `swatch series-${n}` }), h('span', {}, wordsOf(each, unit)));
  const limit = ({ name, value }) =>
    h('li', {}, h('i', { class: 'swatch series-limit' }), h('span', {}, `${name}: ${amountText(value, unit)}`));
  return h('ul', { class: 'chart-legend' }, series.map(item), limits.map(limit));
}

/** The options of the library. `top` is the highest value of the scale, where several charts share one. */
export function option(data, { colours, text, top }) {
  const { unit } = data;
  const look = { top: top ?? topOf(data), colours, text, grid: GRID, timeText: axisTimeText };
  const row = ({ seriesName, value }) => value[1] !== null && `${seriesName}  ${amountText(value[1], unit)}`;
  const said = (items) => [clockText(items[0].value[0], true), ...items.map(row).filter(Boolean)];
  return { ...curveOption(data, look), tooltip: tooltip(said, { colours, text, pointer: 'line' }) };
}
