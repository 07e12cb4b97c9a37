import { api } from './api.js';
import { h, icon } from './dom.js';
import { announce, reasonOf, show } from './notice.js';
import { t } from './texts.js';

const SEVERITIES = ['critical', 'warning', 'info'];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Opens the settings of a channel in a form; `changed` runs once they are saved. */
export function editChannel(channel, { title, timeZone, changed }) {
  if (document.querySelector('dialog[open]')) return;
  const note = h('p', { class: 'card-note', role: 'alert', hidden: true });
  const form = formNode(channel, timeZone);
  const { promise, resolve } = Promise.withResolvers();
  const save = h('button', { class: 'button button-primary' }, t('channels.save'));
  const cancel = h('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, t('channels.cancel'));
  form.append(note, h('div', { class: 'dialog-actions' }, cancel, save));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    save.disabled = true;
    try {
      await api.setChannel(channel.key, valuesOf(form, channel.rev));
      announce(t('channels.saved'));
      dialog.close();
      changed();
    } catch (refused) {
      note.hidden = false;
      note.textContent = reasonOf(refused);
    } finally {
      save.disabled = false;
    }
  });
  const dialog = h(
    'dialog',
    { class: 'dialog channel-dialog', 'aria-labelledby': 'dialog-title', onclose: resolve },
    h(
      'form',
      { method: 'dialog', class: 'dialog-head' },
      h('h2', { id: 'dialog-title' }, title),
      h('button', { class: 'button-icon', 'aria-label': t('close') }, icon('close')),
    ),
    form,
  );
  show(dialog, promise);
}

function formNode(channel, timeZone) {
  const { name = '', incidents, clusters, namespaces, severities, quietHours, digest, language = '' } = channel;
  const zone = quietHours?.timeZone ?? digest?.timeZone ?? '';
  return h(
    'form',
    { class: 'inputs' },
    text({ name: 'name', label: t('channels.name'), value: name, maxlength: '80' }),
    h(
      'label',
      { class: 'field-toggle' },
      h('span', {}, t('channels.incidents')),
      h('input', { type: 'checkbox', class: 'switch', role: 'switch', name: 'incidents', checked: incidents }),
    ),
    text({
      name: 'clusters',
      label: t('channels.clusters'),
      value: clusters.join(', '),
      placeholder: t('channels.all'),
    }),
    text({
      name: 'namespaces',
      label: t('channels.namespaces'),
      value: namespaces.join(', '),
      placeholder: t('channels.all'),
    }),
    choices('severities', { label: t('channels.severities'), names: SEVERITIES, chosen: severities, word: 'severity' }),
    h(
      'div',
      { class: 'field-pair' },
      time({ name: 'from', label: t('channels.quietFrom'), value: quietHours?.from ?? '' }),
      time({ name: 'to', label: t('channels.quietTo'), value: quietHours?.to ?? '' }),
    ),
    time({ name: 'at', label: t('channels.digestAt'), value: digest?.at ?? '' }),
    choices('days', { label: t('channels.days'), names: DAYS, chosen: digest?.days ?? DAYS, word: 'day' }),
    text({ name: 'zone', label: t('channels.zone'), value: zone, placeholder: timeZone }),
    languages(language),
  );
}

const labelled = (label, field) => h('label', { class: 'field' }, h('span', { class: 'field-label' }, label), field);

const text = ({ label, ...props }) => labelled(label, h('input', { class: 'text', type: 'text', ...props }));

const time = ({ label, ...props }) => labelled(label, h('input', { class: 'text', type: 'time', ...props }));

function choices(name, { label, names, chosen, word }) {
  const one = (value) =>
    h(
      'label',
      { class: 'option' },
      h('input', { type: 'checkbox', name, value, checked: chosen.includes(value) }),
      h('span', {}, t(`${word}.${value}`)),
    );
  return h(
    'fieldset',
    { class: 'field' },
    h('legend', { class: 'field-label' }, label),
    h('div', { class: 'option-row' }, names.map(one)),
  );
}

function languages(chosen) {
  const names = [
    ['', t('channels.languageNone')],
    ['en', 'English'],
    ['zh', '中文'],
  ];
  const options = names.map(([value, label]) => h('option', { value, selected: value === chosen }, label));
  return labelled(t('channels.language'), h('select', { class: 'text', name: 'language' }, options));
}

/** The settings as a whole; what is empty is left out, and so taken away. */
function valuesOf(form, rev) {
  const data = new FormData(form);
  const word = (name) => String(data.get(name) ?? '').trim();
  const list = (name) =>
    word(name)
      .split(/[\s,，、]+/)
      .filter(Boolean);
  const [from, to, at, zone] = ['from', 'to', 'at', 'zone'].map(word);
  const zoned = zone ? { timeZone: zone } : {};
  const days = data.getAll('days');
  const some = days.length > 0 && days.length < DAYS.length;
  return {
    rev,
    ...(word('name') && { name: word('name') }),
    incidents: data.has('incidents'),
    clusters: list('clusters'),
    namespaces: list('namespaces'),
    severities: data.getAll('severities'),
    ...(from && to && { quietHours: { from, to, ...zoned } }),
    ...(at && { digest: { at, ...(some && { days }), ...zoned } }),
    ...(word('language') && { language: word('language') }),
  };
}
