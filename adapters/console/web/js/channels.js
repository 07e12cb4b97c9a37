import { api } from './api.js';
import { badge, board, empty } from './board.js';
import { editChannel } from './channel-form.js';
import { h } from './dom.js';
import { announce, confirmed, reasonOf } from './notice.js';
import { durationText, fullTimeText, t, timeText } from './texts.js';

/** The board of channels: how each chat platform is reached, and what is told in each place. */
export function channelBoard() {
  const load = async () => {
    const [told, connections] = await Promise.all([api.channels(), api.connections()]);
    return { ...told, connections };
  };
  const node = board({
    title: 'nav.channels',
    text: 'channels.text',
    load,
    render: (answer) => [connectionsNode(answer.connections), channelsNode(answer, () => node.refresh())],
  });
  return node;
}

function connectionsNode(connections) {
  return h(
    'section',
    { class: 'group' },
    h('h2', {}, t('connections.title')),
    h('div', { class: 'tiles' }, connections.map(connectionTile)),
  );
}

function connectionTile({ platform, ok, detail, since }) {
  const state = t(ok ? 'connections.up' : 'connections.down');
  return h(
    'article',
    { class: 'row connection' },
    h('header', {}, h('strong', {}, t(`platform.${platform}`)), badge(state, ok ? 'success' : 'danger')),
    detail && h('p', {}, detail),
    h('time', { datetime: new Date(since).toISOString(), title: fullTimeText(since) }, sinceText(since)),
  );
}

function sinceText(since) {
  return t('connections.since', { time: timeText(since), length: durationText(Date.now() - since) });
}

function channelsNode({ channels, mayChange, timeZone }, changed) {
  const rows =
    channels.length === 0
      ? empty(t('channels.none'), t('channels.noneText'))
      : channels.map((channel) => channelRow(channel, { mayChange, timeZone, changed }));
  const note = !mayChange && channels.length > 0 && h('p', { class: 'board-note' }, t('channels.onlyOperators'));
  return h('section', { class: 'group' }, h('h2', {}, t('nav.channels')), note, rows);
}

function channelRow(channel, { mayChange, timeZone, changed }) {
  const { key, name, platform, kind } = channel;
  const title = name ?? key.split(':').slice(2).join(':');
  const edit = h('button', { class: 'button', type: 'button', data: { id: `edit-${key}` } }, t('channels.edit'));
  edit.addEventListener('click', () => editChannel(channel, { title, timeZone, changed }));
  const remove = h('button', { class: 'button button-danger', type: 'button' }, t('channels.remove'));
  remove.addEventListener('click', () => removeChannel(key, { title, changed }));
  return h(
    'article',
    { class: 'row channel-row', tabindex: '0', data: { nav: '', id: key }, 'aria-label': title },
    h(
      'header',
      {},
      h('strong', {}, title),
      badge(t(`platform.${platform}`)),
      badge(t(`channels.kind-${kind}`)),
      badge(t(channel.incidents ? 'channels.told' : 'channels.silent'), channel.incidents ? 'info' : 'neutral'),
    ),
    name && h('code', { class: 'id' }, key),
    h(
      'dl',
      { class: 'fields' },
      factsOf(channel, timeZone).map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
    ),
    mayChange && h('div', { class: 'actions' }, edit, remove),
  );
}

function factsOf(channel, timeZone) {
  const { clusters, namespaces, severities, quietHours, digest, nextDigest, language } = channel;
  const all = t('channels.all');
  const zone = (of) => of.timeZone ?? timeZone;
  const days = digest?.days?.map((day) => t(`day.${day}`)).join(', ');
  return [
    [t('channels.clusters'), clusters.join(', ') || all],
    [t('channels.namespaces'), namespaces.join(', ') || all],
    [t('channels.severities'), severities.map((name) => t(`severity.${name}`)).join(', ')],
    [
      t('channels.quiet'),
      quietHours ? `${quietHours.from} – ${quietHours.to} (${zone(quietHours)})` : t('channels.never'),
    ],
    [
      t('channels.digest'),
      digest ? [digest.at, days, `(${zone(digest)})`].filter(Boolean).join(' ') : t('channels.never'),
    ],
    nextDigest && [t('channels.next'), timeText(nextDigest)],
    language && [t('channels.language'), language === 'zh' ? '中文' : 'English'],
  ].filter(Boolean);
}

async function removeChannel(key, { title, changed }) {
  const asked = { title: t('channels.removeTitle', { title }), text: t('channels.removeText') };
  if (!(await confirmed({ ...asked, ok: t('channels.remove'), cancel: t('channels.cancel') }, true))) return;
  try {
    await api.removeChannel(key);
    announce(t('channels.removed'));
  } catch (refused) {
    announce(reasonOf(refused));
  }
  changed();
}
