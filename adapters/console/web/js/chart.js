import { amountText, curveOption, drawable, peakOf, topOf } from '/shared/curves.js';
import { h } from './dom.js';
import { clockText, t } from './texts.js';

export { topOf };

const GRID = { top: 22, right: 14, bottom: 24, left: 52 };

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
    this.#data = drawable(chart);
    this.#top = top ?? topOf(this.#data);
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

/** The library empties its element by assigning HTML, which this page lets nobody do: here the same goes without. */
function emptiable(element) {
  const set = (html) => {
    if (html !== '') throw new TypeError('Only to be emptied');
    element.replaceChildren();
  };
  Object.defineProperty(element, 'innerHTML', { get: () => '', set });
  return element;
}

/** What a curve says: its peak and where it is now. */
function wordsOf({ name, points }, { unit }) {
  const peak = amountText(peakOf(points), unit);
  return `${name}: ${t('chart.peakAndLast', { peak, last: amountText(points.at(-1)[1], unit) })}`;
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
  const text = { fontSize: 11.5, fontFamily: getComputedStyle(document.body).fontFamily };
  const option = curveOption(data, { top, colours, text, grid: GRID, timeText: (at) => clockText(at) });
  return { ...option, tooltip: tooltip(data.unit, { ...text, color: colours.text }, colours) };
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
