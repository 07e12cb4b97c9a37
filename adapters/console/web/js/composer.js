import { h, icon } from './dom.js';
import { t } from './texts.js';

const LIMIT = 20_000;

/** The place to type: Enter sends, Shift+Enter breaks the line. An input method's Enter only picks its word. */
export function composer(onSend) {
  const text = h('textarea', {
    class: 'composer-text',
    rows: '1',
    maxlength: String(LIMIT),
    placeholder: t('composer.placeholder'),
    'aria-label': t('composer.placeholder'),
    enterkeyhint: 'send',
    data: { compose: '' },
  });
  const send = h('button', { class: 'composer-send', 'aria-label': t('composer.send'), disabled: true }, icon('send'));
  const left = h('span', { class: 'composer-left', 'aria-live': 'polite' });
  const form = h('form', { class: 'composer' }, text, left, send);

  const refresh = () => {
    send.disabled = text.value.trim() === '';
    left.textContent = text.value.length > LIMIT - 300 ? String(LIMIT - text.value.length) : '';
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
  };
  text.addEventListener('input', refresh);
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (said === '') return;
    text.value = '';
    refresh();
    onSend(said);
  });
  /** Puts a suggestion in, to be sent or changed. */
  form.offer = (suggestion) => {
    text.value = suggestion;
    refresh();
    text.focus();
  };
  return form;
}
