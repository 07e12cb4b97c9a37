import { h } from './dom.js';
import { reasonOf } from './notice.js';
import { t } from './texts.js';

const EVERY_MS = 3000;

/**
 * A list that keeps itself fresh while it can be seen. `render` makes nodes of an answer; it runs only when the answer
 * has changed, so that focus and open rows stay.
 */
export class Board extends HTMLElement {
  #timer;
  #shown;
  #body = h('div', { class: 'board-body' });

  /** `title` and `text` are texts' keys, or `head` is a node of its own; `load` asks, `render` shows. */
  begin({ title, text, head, load, render }) {
    this.className = 'board';
    this.load = load;
    this.render = render;
    const said = head ?? h('header', { class: 'board-head' }, h('h1', {}, t(title)), h('p', {}, t(text)));
    this.replaceChildren(said, this.#body);
    this.refresh();
    return this;
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  async refresh() {
    clearTimeout(this.#timer);
    if (!document.hidden || this.#shown === undefined) await this.#ask();
    clearTimeout(this.#timer);
    if (this.isConnected) this.#timer = setTimeout(() => this.refresh(), EVERY_MS);
  }

  async #ask() {
    try {
      const answer = await this.load();
      const text = JSON.stringify(answer);
      if (text === this.#shown) return;
      this.#shown = text;
      const focused = this.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
      this.#put([this.render(answer)].flat(2));
      if (focused) this.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
    } catch (refused) {
      this.#shown = '';
      this.#body.replaceChildren(empty(reasonOf(refused)));
    }
  }

  /** Nodes that keep themselves fresh stay where they are. */
  #put(nodes) {
    const there = [...this.#body.childNodes];
    if (nodes.length !== there.length || nodes.some((node, n) => node !== there[n]))
      this.#body.replaceChildren(...nodes);
  }
}

customElements.define('console-board', Board);

/** Begins a board. */
export const board = (options) => document.createElement('console-board').begin(options);

/** What a list says when there is nothing in it. */
export const empty = (title, text, more) =>
  h('div', { class: 'empty' }, h('strong', {}, title), text && h('p', {}, text), more);

/** A short word with the colour of a tone. */
export const badge = (text, tone = 'neutral') => h('span', { class: `badge tone-${tone}` }, text);
