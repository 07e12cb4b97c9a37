import { amountText, plain, scaleOf, shortened, widthOf } from './amounts.js';
import { COLOURS } from './curves.js';

/** What the console's bars and the pictures have in common. The page is given this file as it is, so it is JavaScript. */

/** Categories that have room; of more, the first are drawn. */
const CATEGORIES = 40;
/** Half the width of a Chinese character in the text of an axis. */
const HALF = 6.8;

/**
 * Bars without what cannot be drawn. Where stacked series are more than colours, the last ones become one called `others`, so that stacks
 * keep their height. `left` counts what is not shown.
 */
export function drawableBars({ unit, currency, stacked, categories, series }, others) {
  const count = Math.min(categories.length, CATEGORIES);
  const whole = series.map(({ name, values }) => ({
    name,
    values: Array.from({ length: count }, (_, n) => (Number.isFinite(values[n]) ? values[n] : null)),
  }));
  const filled = whole.filter(({ values }) => values.some((value) => value !== null));
  const few = stacked ? gathered(filled, others) : filled.slice(0, COLOURS);
  return {
    kind: 'bars',
    unit,
    ...(currency && { currency }),
    stacked: stacked && few.length > 1,
    categories: categories.slice(0, count),
    series: few,
    left: categories.length - count + (stacked ? 0 : filled.length - few.length),
  };
}

function gathered(series, name) {
  if (series.length <= COLOURS) return series;
  const rest = series.slice(COLOURS - 1);
  return [...series.slice(0, COLOURS - 1), { name, values: sumsOf(rest) }];
}

/** What stands in each category, together; null where nothing does. */
function sumsOf(series) {
  return series[0].values.map((_, n) => {
    const known = series.map(({ values }) => values[n]).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}

/** One line of words for each category. */
export function barWords({ unit, currency, categories, series }) {
  const said = (value) => (value === null ? '–' : amountText(value, unit, currency));
  return categories.map((category, n) => {
    const amounts = series.map(({ name, values }) => `${series.length > 1 ? `${name} ` : ''}${said(values[n])}`);
    return `${category}: ${amounts.join(', ')}`;
  });
}

/** Short names and moments stand below upright bars; long names need a line each, beside bars that lie. */
export function areUpright({ categories }) {
  const widest = Math.max(0, ...categories.map(widthOf));
  const isSequence = categories.every((each) => /^\d[\d\-/.: ]*$/.test(each));
  return widest <= 12 && (isSequence || (widest + 1) * HALF * categories.length <= 640);
}

/** How high the bars of a chart stand, or how much room those that lie need, with the axis below. */
export function barsHeight(chart, upright) {
  if (areUpright(chart)) return upright;
  const row = chart.stacked ? 26 : 12 + 16 * chart.series.length;
  return Math.max(90, row * chart.categories.length + 34);
}

/**
 * The options of Apache ECharts for drawable bars. `look`: `colours` (text, line, series), `text` (fontSize, fontFamily), `grid` (its
 * left side for bars that lie without their names), and `room` for those. https://echarts.apache.org/en/option.html#series-bar
 */
export function barOption(chart, { colours, text, grid, room }) {
  const { unit, currency, stacked, series } = chart;
  const label = { ...text, color: colours.text };
  const upright = areUpright(chart);
  const names = namesOf(chart, upright ? Number.POSITIVE_INFINITY : Math.floor(room / HALF));
  const beside = { width: Math.ceil(Math.max(...names.map(widthOf)) * HALF) + 4 };
  const amounts = {
    type: 'value',
    ...scaleOf(...reachOf(chart), unit),
    axisLabel: { ...label, hideOverlap: true, formatter: (value) => amountText(value, unit, currency) },
    splitLine: { lineStyle: { color: colours.line } },
  };
  const places = {
    type: 'category',
    data: names,
    inverse: !upright,
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: upright ? { ...label, hideOverlap: true } : { ...label, interval: 0, ...beside, overflow: 'truncate' },
  };
  return {
    animation: false,
    textStyle: label,
    color: colours.series,
    grid: upright ? grid : { ...grid, left: beside.width + grid.left, right: Math.max(grid.right, 70) },
    xAxis: upright ? places : amounts,
    yAxis: upright ? amounts : places,
    series: [
      ...series.map((each) => barsOf(each, chart, { label, upright })),
      ...(stacked ? [totalsOf(chart, { label, upright })] : []),
    ],
  };
}

/** Names as they fit, each another: an axis takes equal ones for one. */
function namesOf({ categories }, most) {
  const names = categories.map((each) => plain(shortened(each, most)).trim() || '–');
  return names.map((name, n) => (names.indexOf(name) === n ? name : `${name}${'\u2009'.repeat(n)}`));
}

/** The lowest and the highest that the scale must hold. */
function reachOf({ stacked, unit, series }) {
  const by = (sign) => {
    const wanted = series.map(({ values }) => values.map((value) => Math.max(0, sign * (value ?? 0))));
    const stacks = wanted[0].map((_, n) => wanted.reduce((sum, values) => sum + values[n], 0));
    return Math.max(0, ...(stacked ? stacks : wanted.flat()));
  };
  const [low, high] = [by(-1), by(1)];
  const isWhole = (unit === 'percent' || unit === 'points') && high <= 100;
  return [low === 0 ? 0 : -low, isWhole ? Math.min(100, high * 1.04) : high * 1.04];
}

const ends = (upright) => (upright ? { high: 'top', low: 'bottom' } : { high: 'right', low: 'left' });

function barsOf({ name, values }, { unit, currency, stacked }, { label, upright }) {
  const { high, low } = ends(upright);
  const said = { ...label, show: !stacked, formatter: ({ value }) => amountText(Number(value), unit, currency) };
  return {
    type: 'bar',
    name: plain(name),
    ...(stacked && { stack: 'all' }),
    barMaxWidth: upright ? 38 : 18,
    barGap: '12%',
    data: values.map((value) => (value === null ? '-' : { value, label: { position: value < 0 ? low : high } })),
    label: said,
    labelLayout: { hideOverlap: true },
  };
}

/** The sums at the ends of stacks, which only written tell what they are. */
function totalsOf(chart, { label, upright }) {
  const { unit, currency, series } = chart;
  const tops = series[0].values.map((_, n) => series.reduce((sum, { values }) => sum + Math.max(0, values[n] ?? 0), 0));
  const sums = sumsOf(series);
  return {
    type: 'scatter',
    name: '',
    silent: true,
    symbolSize: 0,
    itemStyle: { opacity: 1 },
    tooltip: { show: false },
    data: tops.map((top, n) => (upright ? [n, top] : [top, n])),
    label: {
      ...label,
      show: true,
      position: ends(upright).high,
      formatter: ({ dataIndex: n }) => (sums[n] === null ? '' : amountText(sums[n], unit, currency)),
    },
    labelLayout: { hideOverlap: true },
  };
}
