import { h, icon } from './dom.js';
import { t } from './texts.js';

/** Says something to people who listen to the page. */
export function announce(text) {
  const live = document.querySelector('#live');
  if (live) live.textContent = text;
}

/** What to tell a person of a refused call. */
export function reasonOf(refused) {
  const text = refused.status === 0 ? t('error.unreachable') : refused.message || t('error.unknown');
  return refused.hint ? `${text} ${refused.hint}` : text;
}

/** Asks once more before something happens. Resolves to true only for a yes. */
export function confirmed({ title, text, ok, cancel }, danger) {
  const { promise, resolve } = Promise.withResolvers();
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'dialog-title', onclose: () => resolve(dialog.returnValue === 'ok') },
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id: 'dialog-title' }, title),
      h('p', {}, text),
      h(
        'div',
        { class: 'dialog-actions' },
        h('button', { class: 'button', value: 'cancel', autofocus: true }, cancel),
        h('button', { class: `button ${danger ? 'button-danger' : 'button-primary'}`, value: 'ok' }, ok),
      ),
    ),
  );
  return show(dialog, promise);
}

const KEYS = [
  ['/', 'keys.compose'],
  ['Enter', 'keys.send'],
  ['Shift Enter', 'keys.newline'],
  ['n', 'keys.new'],
  ['1 – 8', 'keys.views'],
  ['j  k', 'keys.lists'],
  ['← ↑ → ↓', 'keys.buttons'],
  ['Esc', 'keys.leave'],
  ['?', 'keys.help'],
];

/** The sheet of keys. */
export function showKeys() {
  if (document.querySelector('dialog[open]')) return;
  const { promise, resolve } = Promise.withResolvers();
  const rows = KEYS.map(([keys, text]) => [
    h(
      'dt',
      {},
      keys.split(/ +/).map((key) => (key === '–' ? '–' : h('kbd', {}, key))),
    ),
    h('dd', {}, t(text)),
  ]);
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'dialog-title', onclose: resolve },
    h(
      'form',
      { method: 'dialog', class: 'dialog-head' },
      h('h2', { id: 'dialog-title' }, t('keys.title')),
      h('button', { class: 'button-icon', 'aria-label': t('close') }, icon('close')),
    ),
    h('dl', { class: 'keys' }, rows),
  );
  show(dialog, promise);
}

/** Shows a dialog until `closed` resolves, then gives the focus back. */
export async function show(dialog, closed) {
  const before = document.activeElement;
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  const answer = await closed;
  dialog.remove();
  before?.focus?.();
  return answer;
}
