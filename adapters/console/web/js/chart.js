import { h } from './dom.js';
import { clockText, t } from './texts.js';
import { amountText, stepOf } from './units.js';

/** Series have as many colours as `card.css` gives them. */
const COLOURS = 6;

/** `<copilot-chart>`: curves over time, drawn once they can be seen. What it shows is also there as words. */
class CopilotChart extends HTMLElement {
  #data;
  #top;
  #drawn;
  #canvas = emptiable(h('div', { class: 'chart-canvas', role: 'img' }));
  #sight = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.#draw());
  #size = new ResizeObserver(() => this.#drawn?.resize());
  #theme = new MutationObserver(() => this.#paint());
  #system = matchMedia('(prefers-color-scheme: dark)');
  #onSystem = () => this.#paint();

  /** `top` is the highest value of the scale, where several charts share one. */
  begin({ title, chart }, top) {
    this.#data = cleaned(chart);
    this.#top = top ?? topOf(chart);
    this.signature = JSON.stringify([title, chart, top]);
    this.className = 'chart';
    this.#canvas.setAttribute(
      'aria-label',
      [title, ...this.#data.series.map((each) => wordsOf(each, chart))].join('. '),
    );
    this.replaceChildren(h('p', { class: 'chart-title' }, title), this.#canvas, legend(this.#data));
    return this;
  }

  connectedCallback() {
    this.#sight.observe(this);
    this.#size.observe(this.#canvas);
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#system.addEventListener('change', this.#onSystem);
  }

  /** A card that is shown again takes its charts along: only one that stays away is cleared. */
  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      for (const watch of [this.#sight, this.#size, this.#theme]) watch.disconnect();
      this.#system.removeEventListener('change', this.#onSystem);
      this.#drawn?.dispose();
      this.#drawn = undefined;
    });
  }

  async #draw() {
    this.#sight.disconnect();
    try {
      const echarts = await import('/vendor/echarts.js');
      if (!this.isConnected || this.#drawn) return;
      this.#drawn = echarts.init(this.#canvas, undefined, { renderer: 'canvas' });
      this.#paint();
      this.setAttribute('drawn', '');
    } catch {
      this.#canvas.replaceChildren(h('p', { class: 'chart-failed' }, t('chart.failed')));
    }
  }

  #paint() {
    this.#drawn?.setOption(optionOf(this.#data, this.#top, coloursOf(this)), true);
  }
}

customElements.define('copilot-chart', CopilotChart);

/** Makes a chart's element of a block's title and chart. */
export const chartNode = (block, top) => document.createElement('copilot-chart').begin(block, top);

/** The highest value that a chart must reach. */
export const topOf = ({ series, limits }) =>
  Math.max(0, ...series.flatMap(({ points }) => points.map(([, value]) => value)), ...limits.map(({ value }) => value));

/** The library empties its element by assigning HTML, which this page lets nobody do: here the same goes without. */
function emptiable(element) {
  const set = (html) => {
    if (html !== '') throw new TypeError('Only to be emptied');
    element.replaceChildren();
  };
  Object.defineProperty(element, 'innerHTML', { get: () => '', set });
  return element;
}

function cleaned(chart) {
  const series = chart.series
    .slice(0, COLOURS)
    .map(({ name, points }) => ({ name, points: points.filter(([at, value]) => Number.isFinite(at + value)) }));
  return { ...chart, series: series.filter(({ points }) => points.length > 0) };
}

/** What a curve says: its peak and where it is now. */
function wordsOf({ name, points }, { unit }) {
  const values = points.map(([, value]) => value);
  const peak = amountText(Math.max(...values), unit);
  return `${name}: ${t('chart.peakAndLast', { peak, last: amountText(values.at(-1), unit) })}`;
}

function legend({ series, limits, unit }) {
  const item = (each, n) =>
    h('li', {}, h('i', { class: `swatch series-${n}` }), h('span', {}, wordsOf(each, { unit })));
  const limit = ({ name, value }) =>
    h('li', {}, h('i', { class: 'swatch series-limit' }), h('span', {}, `${name}: ${amountText(value, unit)}`));
  return h('ul', { class: 'chart-legend' }, series.map(item), limits.map(limit));
}

function coloursOf(node) {
  const of = (element) => getComputedStyle(element).color;
  return {
    series: [...node.querySelectorAll('.swatch:not(.series-limit)')].map(of),
    limit: of(node.querySelector('.series-limit') ?? node),
    text: of(node),
    line: getComputedStyle(node).borderColor,
    surface: getComputedStyle(node).backgroundColor,
  };
}

function optionOf(data, top, colours) {
  const { unit, series, limits, marks } = data;
  const step = stepOf(top * 1.04, unit);
  const text = { color: colours.text, fontSize: 11.5, fontFamily: getComputedStyle(document.body).fontFamily };
  return {
    animation: false,
    textStyle: text,
    color: colours.series,
    grid: { top: 22, right: 14, bottom: 24, left: 52 },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true, formatter: (at) => clockText(at) },
      splitNumber: 4,
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: Math.max(1, Math.ceil((top * 1.04) / step)) * step,
      interval: step,
      axisLabel: { ...text, formatter: (value) => amountText(value, unit) },
      splitLine: { lineStyle: { color: colours.line } },
    },
    tooltip: tooltip(unit, text, colours),
    series: series.map((each, n) => ({
      type: 'line',
      name: plain(each.name),
      data: each.points,
      showSymbol: each.points.length === 1,
      lineStyle: { width: 1.8 },
      areaStyle: series.length === 1 ? { opacity: 0.09 } : undefined,
      markLine: n === 0 ? lines(limits, marks, { unit, text, colours }) : undefined,
    })),
  };
}

function lines(limits, marks, { unit, text, colours }) {
  const across = limits.map(({ name, value }) => ({
    yAxis: value,
    lineStyle: { color: colours.limit, type: 'dashed', width: 1.4 },
    label: {
      ...text,
      color: colours.limit,
      position: 'insideStartTop',
      formatter: () => `${plain(name)} ${amountText(value, unit)}`,
    },
  }));
  const upright = marks.map(({ name, at }) => ({
    xAxis: at,
    lineStyle: { color: colours.text, type: 'solid', width: 1 },
    label: { ...text, position: 'end', formatter: () => plain(name) },
  }));
  return { silent: true, symbol: 'none', data: [...across, ...upright] };
}

/** Drawn on the canvas like the rest: the other kind is HTML made of names. */
function tooltip(unit, text, { surface, line }) {
  const row = ({ marker: _, seriesName, value }) => `${seriesName}  ${amountText(value[1], unit)}`;
  return {
    trigger: 'axis',
    renderMode: 'richText',
    backgroundColor: surface,
    borderColor: line,
    borderWidth: 1,
    padding: [7, 10],
    textStyle: { ...text, lineHeight: 18 },
    axisPointer: { lineStyle: { color: text.color, type: 'dotted' } },
    formatter: (items) => [clockText(items[0].value[0], true), ...items.map(row)].join('\n'),
  };
}

/** Without the signs that styled text on a canvas is written with. */
const plain = (text) => text.replace(/[{}|]/g, ' ');
