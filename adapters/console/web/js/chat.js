import { api, follow } from './api.js';
import { cardNode } from './card.js';
import { composer } from './composer.js';
import { h, icon } from './dom.js';
import { markdown } from './markdown.js';
import { announce, reasonOf } from './notice.js';
import { fullTimeText, t, timeText } from './texts.js';

/** How near the end counts as reading along, pixels. */
const NEAR = 120;

/** `<chat-view>`: one conversation. Without an id it begins one with the first message. */
class ChatView extends HTMLElement {
  #id;
  #state;
  #unfollow = () => {};
  #entries = new Map();
  #log = h('ol', { class: 'log', 'aria-label': t('chat.log') });
  #scroll = h('div', { class: 'scroll' }, this.#log);
  #more = h('button', { class: 'to-end', type: 'button', hidden: true, 'aria-label': t('chat.toEnd') }, icon('down'));
  #composer = composer((text) => this.#send(text, crypto.randomUUID()));
  #reading = true;

  /** `state` is told how the connection is, and of every new entry. */
  begin(id, state) {
    this.#id = id;
    this.#state = state;
    this.className = 'chat';
    this.#more.addEventListener('click', () => this.#toEnd());
    this.#scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    // A window that becomes smaller, as where a keyboard comes up, keeps the end in sight.
    new ResizeObserver(() => this.#reading && this.#toEnd()).observe(this.#scroll);
    if (id) this.#scroll.append(h('p', { class: 'log-empty' }, t('chat.empty')));
    this.replaceChildren(this.#scroll, h('div', { class: 'chat-foot' }, this.#more, this.#composer));
    if (id) this.#follow();
    else this.#welcome();
    return this;
  }

  disconnectedCallback() {
    this.#unfollow();
  }

  #welcome() {
    const chip = (key) =>
      h('button', { class: 'chip', type: 'button', onclick: () => this.#composer.offer(t(key)) }, t(key));
    const chips = ['suggest.production', 'suggest.other', 'suggest.dev', 'suggest.help'].map(chip);
    this.#scroll.append(
      h(
        'section',
        { class: 'welcome' },
        h('span', { class: 'welcome-mark' }, icon('logo')),
        h('h2', {}, t('welcome.title')),
        h('p', {}, t('welcome.text')),
        h('div', { class: 'chips', data: { arrows: '' } }, chips),
      ),
    );
  }

  #follow() {
    this.#unfollow = follow(this.#id, {
      onEntry: (entry) => this.#show(entry),
      onState: (state) => {
        if (state === 'connected') this.#settled = performance.now();
        this.#state.connection(state);
      },
    });
  }

  #settled = Number.POSITIVE_INFINITY;

  async #send(text, clientId) {
    const id = `u-${clientId}`;
    this.querySelector('.welcome')?.remove();
    this.#reading = true;
    this.#show({ id, at: Date.now(), from: 'user', text, pending: true });
    try {
      if (!this.#id) {
        this.#id = (await api.openConversation()).id;
        history.replaceState(null, '', `#/c/${this.#id}`);
        this.#follow();
      }
      await api.send(this.#id, text, clientId);
      this.#working();
      this.#state.changed();
    } catch (refused) {
      this.#failed(id, refused, () => this.#send(text, clientId));
    }
  }

  #failed(id, refused, again) {
    const { node } = this.#entries.get(id);
    const retry = h('button', { class: 'button-text', type: 'button', onclick: again }, t('chat.retry'));
    node.classList.add('failed');
    node.querySelector('.said-note')?.remove();
    node.append(h('p', { class: 'said-note', role: 'alert' }, `${t('chat.notSent')} ${reasonOf(refused)}`, retry));
  }

  /** A sign that the bot has heard, until it says something. */
  #working() {
    const last = [...this.#entries.values()].at(-1);
    if (last?.entry.from !== 'user' || this.querySelector('.working')) return;
    this.#log.append(h('li', { class: 'working', 'aria-label': t('chat.working') }, h('i'), h('i'), h('i')));
    if (this.#reading) this.#toEnd();
  }

  #show(entry) {
    const known = this.#entries.get(entry.id);
    if (known && same(known.entry, entry)) return;
    if (known?.card && entry.card) {
      known.entry = entry;
      known.card.show(entry.card);
    } else {
      const made = entryNode(entry);
      if (known) known.node.replaceWith(made.node);
      else this.#log.append(made.node);
      this.#entries.delete(known ? undefined : entry.id);
      this.#entries.set(entry.id, made);
    }
    if (entry.from === 'bot') this.querySelector('.working')?.remove();
    if (entry.from === 'bot' && !known) for (const { card } of this.#entries.values()) card?.answered();
    if (entry.from === 'bot' && performance.now() - this.#settled > 500) this.#heard(entry);
    if (this.#reading) this.#toEnd();
    else this.#more.hidden = false;
  }

  #heard(entry) {
    announce(entry.text);
    this.#state.changed();
  }

  #scrolled() {
    this.#reading = this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < NEAR;
    if (this.#reading) this.#more.hidden = true;
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#more.hidden = true;
  }
}

customElements.define('chat-view', ChatView);

const same = (a, b) => a.text === b.text && a.pending === b.pending && a.card?.rev === b.card?.rev;

function entryNode(entry) {
  const time = h(
    'time',
    { datetime: new Date(entry.at).toISOString(), title: fullTimeText(entry.at) },
    timeText(entry.at),
  );
  if (entry.from === 'user') {
    const words = h('p', { class: 'said-text' }, entry.text);
    const by = entry.by && h('span', { class: 'said-by' }, entry.by);
    return { entry, node: h('li', { class: `said said-user${entry.pending ? ' pending' : ''}` }, by, words, time) };
  }
  const card = entry.card && cardNode(entry.card);
  const body = card ?? h('div', { class: 'prose' }, markdown(entry.text));
  const who = h(
    'div',
    { class: 'said-who' },
    h('span', { class: 'mark' }, icon('logo')),
    h('span', {}, 'K8s-Copilot'),
    time,
  );
  const place = card ? { tabindex: '-1', data: { nav: '' } } : {};
  return { entry, card, node: h('li', { class: 'said said-bot', ...place }, who, body) };
}
