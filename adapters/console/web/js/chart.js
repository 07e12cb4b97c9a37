import * as bars from './chart-bars.js';
import * as curves from './chart-curves.js';
import { h } from './dom.js';
import { t } from './texts.js';

export { topOf } from './chart-curves.js';

const kindOf = (chart) => (chart.kind === 'bars' ? bars : curves);

/** `<copilot-chart>`: curves or bars, drawn once they can be seen. What it shows is also there as words. */
class CopilotChart extends HTMLElement {
  #kind;
  #data;
  #top;
  #drawn;
  #canvas = emptiable(h('div', { class: 'chart-canvas', role: 'img' }));
  #sight = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && this.#draw());
  #size = new ResizeObserver(() => this.#resize());
  #theme = new MutationObserver(() => this.#paint());
  #system = matchMedia('(prefers-color-scheme: dark)');
  #onSystem = () => this.#paint();

  /** `top` is the highest value of the scale, where several charts share one. */
  begin({ title, chart }, top) {
    this.#kind = kindOf(chart);
    this.#data = this.#kind.prepare(chart);
    this.#top = top;
    this.signature = JSON.stringify([title, chart, top]);
    this.className = 'chart';
    this.#canvas.setAttribute('aria-label', [title, ...this.#kind.words(this.#data)].join('. '));
    this.#canvas.style.height = `${this.#kind.height(this.#data)}px`;
    const shown = this.#isEmpty
      ? [h('p', { class: 'chart-failed' }, t('chart.empty'))]
      : [this.#canvas, this.#kind.legend(this.#data)];
    this.replaceChildren(h('p', { class: 'chart-title' }, title), ...shown);
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

  get #isEmpty() {
    return this.#data.series.length === 0;
  }

  async #draw() {
    this.#sight.disconnect();
    if (this.#isEmpty) return;
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

  /** Names beside bars have more room in a wider chart. */
  #resize() {
    this.#drawn?.resize();
    this.#paint();
  }

  #paint() {
    const text = { fontSize: 11.5, fontFamily: getComputedStyle(document.body).fontFamily };
    const look = { colours: coloursOf(this), text, top: this.#top, width: this.#canvas.clientWidth };
    this.#drawn?.setOption(this.#kind.option(this.#data, look), true);
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
