import { api } from './api.js';
import { blockNode } from './blocks.js';
import { h, icon } from './dom.js';
import { openFolds, unfold } from './folds.js';
import { announce, confirmed, reasonOf } from './notice.js';
import { t } from './texts.js';

/** How long a click may wait for the card's next revision before its buttons come back. */
const PATIENCE_MS = 8000;

const TONE_ICONS = { neutral: 'chat', info: 'info', success: 'check', warning: 'warning', danger: 'cross' };

let hasPreview = false;

/** Whether cards lead to how they look elsewhere. */
export function offerPreview(offered) {
  hasPreview = offered === true;
}

/** `<copilot-card>`: one card, shown again in place with every revision, keeping focus and what was typed. */
class CopilotCard extends HTMLElement {
  #card;
  #patience;
  /** Of the click under way: `taken` by the server, `answered` by something that was said since. */
  #click = {};

  disconnectedCallback() {
    clearTimeout(this.#patience);
  }

  /** Shows a card, unless a newer revision is already there. */
  show(card) {
    if (this.#card && this.#card.rev >= card.rev) return;
    const focused = this.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const typed = this.#typed();
    const open = openFolds(this);
    const charts = [...this.querySelectorAll('copilot-chart')];
    this.#card = card;
    this.#settle();
    this.className = `card tone-${card.tone}${card.closed ? ' closed' : ''}`;
    this.replaceChildren(...this.#parts(card));
    this.#restore(typed);
    unfold(this, open);
    keep(this, charts);
    if (focused) this.#refocus(focused);
  }

  /** The control that had the focus; where it is gone, the card's place, so that keys go on from there. */
  #refocus(key) {
    const control = this.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (control) control.focus();
    else this.closest('[data-nav]')?.focus({ preventScroll: true });
  }

  /** Something was said since: what was clicked has begun, and a click that leaves its card as it is holds it no longer. */
  answered() {
    this.#click.answered = true;
    if (this.#click.taken) this.#settle();
  }

  #parts(card) {
    const titleId = `card-${card.id}-title`;
    this.setAttribute('role', 'group');
    this.setAttribute('aria-labelledby', titleId);
    const actions = { act: (button, inputs) => this.#act(button, inputs), closed: card.closed, title: card.title };
    return [
      h(
        'header',
        { class: 'card-head' },
        h('span', { class: 'card-tone' }, icon(TONE_ICONS[card.tone])),
        h('h3', { id: titleId }, card.title),
        hasPreview && previewLink(card),
      ),
      ...card.blocks.map((block) => blockNode(block, actions)).filter(Boolean),
      card.footer && h('footer', { class: 'card-foot' }, card.footer),
      h('p', { class: 'card-note', role: 'alert', hidden: true }),
    ].filter(Boolean);
  }

  async #act(button, inputs = {}) {
    if (this.hasAttribute('busy')) return;
    if (button.confirm && !(await confirmed(button.confirm, button.style === 'danger'))) return;
    this.#note();
    const click = {};
    this.#click = click;
    this.setAttribute('busy', '');
    this.querySelector(`[data-key="${CSS.escape(button.id)}"]`)?.setAttribute('aria-busy', 'true');
    this.#patience = setTimeout(() => this.#settle(), PATIENCE_MS);
    try {
      await api.act(this.#card.id, { actionId: button.id, rev: this.#card.rev, inputs });
      click.taken = true;
      if (click.answered && click === this.#click) this.#settle();
      this.dispatchEvent(new CustomEvent('acted', { bubbles: true }));
    } catch (refused) {
      this.#settle();
      this.#note(reasonOf(refused));
    }
  }

  #settle() {
    clearTimeout(this.#patience);
    this.removeAttribute('busy');
    for (const button of this.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
  }

  #note(text = '') {
    const note = this.querySelector('.card-note');
    note.hidden = text === '';
    note.textContent = text;
    if (text) announce(text);
  }

  #typed() {
    return [...this.querySelectorAll('[data-input]')].map(({ dataset, value, checked }) => [
      dataset.input,
      value,
      checked,
    ]);
  }

  #restore(typed) {
    const inputs = [...this.querySelectorAll('[data-input]')];
    for (const [key, value, checked] of typed) {
      const input = inputs.find((each) => each.dataset.input === key);
      if (!input) continue;
      if (input.type === 'checkbox' || input.type === 'radio') input.checked = checked;
      else input.value = value;
    }
  }
}

function previewLink({ id }) {
  const href = `/preview#${encodeURIComponent(id)}`;
  return h(
    'a',
    { class: 'card-more', href, target: '_blank', title: t('preview.open'), 'aria-label': t('preview.open') },
    '…',
  );
}

/** Puts charts back that have not changed, so that they do not blink. */
function keep(card, charts) {
  for (const fresh of card.querySelectorAll('copilot-chart')) {
    const same = charts.find(({ signature }) => signature === fresh.signature);
    if (same) fresh.replaceWith(same);
  }
}

customElements.define('copilot-card', CopilotCard);

/** Makes a card's element. */
export function cardNode(card) {
  const node = document.createElement('copilot-card');
  node.show(card);
  return node;
}

/** A button that copies a text. */
export function copyButton(text) {
  const button = h('button', { class: 'button-icon copy', type: 'button', 'aria-label': t('copy') }, icon('copy'));
  button.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(text);
    button.replaceChildren(icon('check'));
    announce(t('copied'));
    setTimeout(() => button.replaceChildren(icon('copy')), 1500);
  });
  return button;
}
