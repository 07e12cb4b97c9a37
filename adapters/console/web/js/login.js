import { api } from './api.js';
import { h, icon } from './dom.js';
import { reasonOf } from './notice.js';
import { language, t, useLanguage } from './texts.js';

await useLanguage(language);

const note = h('p', { class: 'login-note', role: 'alert' });
const field = (name, type, autocomplete) =>
  h(
    'label',
    { class: 'field' },
    h('span', { class: 'field-label' }, t(`login.${name}`)),
    h('input', { class: 'text', name, type, autocomplete, required: true, maxlength: '128' }),
  );
const send = h('button', { class: 'button button-primary' }, t('login.enter'));

const form = h(
  'form',
  {
    async onsubmit(event) {
      event.preventDefault();
      send.disabled = true;
      note.textContent = '';
      const data = new FormData(form);
      await api.logIn(data.get('name'), data.get('password')).then(
        () => location.replace('/'),
        (refused) => (note.textContent = reasonOf(refused)),
      );
      send.disabled = false;
    },
  },
  h('span', { class: 'welcome-mark' }, icon('logo')),
  h('h1', {}, t('login.title')),
  field('name', 'text', 'username'),
  field('password', 'password', 'current-password'),
  send,
  note,
);
document.querySelector('#login').append(form);
form.querySelector('input').focus();
