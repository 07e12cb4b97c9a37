import { api } from './api.js';
import { badge, board, empty } from './board.js';
import { offerDemo } from './demo.js';
import { h } from './dom.js';
import { storage } from './storage.js';
import { durationText, fullTimeText, t, timeText } from './texts.js';

const PAGE = 100;
const SEVERITIES = ['critical', 'warning', 'info'];
const TONES = { critical: 'danger', warning: 'warning', info: 'info' };
const STATES = { open: 'danger', healing: 'info', 'handed-over': 'warning', resolved: 'success' };
const FILTERS = ['open', 'all'];

/** The board of incidents: what is open, the worst first, then what is over. */
export function incidentBoard({ demo }) {
  let state = storage.get('incidents') === 'all' ? 'all' : 'open';
  const older = [];
  const choose = (wanted) => {
    state = wanted;
    storage.set('incidents', wanted);
    older.length = 0;
    for (const button of head.querySelectorAll('[aria-pressed]'))
      button.setAttribute('aria-pressed', String(button.dataset.filter === wanted));
    node.refresh();
  };
  const head = headOf(state, choose);
  const load = async () => [...(await api.incidents(state)), ...older];
  const more = async (last) => {
    older.push(...(await api.incidents(state, last.openedAt)));
    node.refresh();
  };
  const node = board({ head, load, render: (found) => listOf(unique(found), { demo, more }) });
  return node;
}

const unique = (incidents) => [...new Map(incidents.map((incident) => [incident.id, incident])).values()];

function headOf(state, choose) {
  const filter = (name) =>
    h(
      'button',
      { type: 'button', 'aria-pressed': String(name === state), data: { filter: name }, onclick: () => choose(name) },
      t(`incidents.filter-${name}`),
    );
  return h(
    'header',
    { class: 'board-head board-head-row' },
    h('div', {}, h('h1', {}, t('nav.incidents')), h('p', {}, t('incidents.text'))),
    h(
      'div',
      { class: 'filter', role: 'group', 'aria-label': t('incidents.filter'), data: { arrows: '' } },
      FILTERS.map(filter),
    ),
  );
}

function listOf(incidents, { demo, more }) {
  if (incidents.length === 0)
    return empty(t('incidents.none'), t(demo ? 'incidents.noneDemo' : 'incidents.noneText'), demo && offerDemo());
  const over = incidents.filter(({ state }) => state === 'resolved');
  const open = incidents.filter(({ state }) => state !== 'resolved').sort(worstFirst);
  const last = incidents.reduce((a, b) => (a.openedAt < b.openedAt ? a : b));
  return [
    ...group('incidents.open', open),
    ...group('incidents.over', over),
    incidents.length % PAGE === 0 &&
      h('button', { class: 'button older', type: 'button', onclick: () => more(last) }, t('incidents.older')),
  ].filter(Boolean);
}

const worstFirst = (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.openedAt - a.openedAt;

function group(title, incidents) {
  if (incidents.length === 0) return [];
  const count = h('span', {}, String(incidents.length));
  return [h('section', { class: 'group' }, h('h2', {}, t(title), count), incidents.map(rowOf))];
}

function rowOf(incident) {
  const { id, severity, state } = incident;
  const dot = h('i', { class: `dot dot-${state === 'resolved' ? 'good' : severity}` });
  return h(
    'a',
    { class: 'row incident', href: `#/incidents/${encodeURIComponent(id)}`, data: { nav: '', id } },
    h('span', { class: 'incident-sign' }, dot, h('span', { class: 'hidden-text' }, t(`severity.${severity}`))),
    h(
      'div',
      { class: 'incident-what' },
      h(
        'div',
        { class: 'incident-title' },
        h('code', { class: 'id' }, id),
        h('strong', {}, incident.causeName ?? incident.title),
        incident.object && h('span', { class: 'incident-object' }, objectText(incident.object)),
      ),
      h('div', { class: 'incident-facts' }, factsOf(incident)),
    ),
    h('div', { class: 'incident-state' }, stateBadge(state)),
  );
}

/** The small print of an incident, each a short text or badge. */
export function factsOf(incident) {
  const { cluster, environment, openedAt, resolvedAt, alertCount, symptomCount, flaps, mutedUntil } = incident;
  const lasted = resolvedAt === undefined ? undefined : durationText(resolvedAt - openedAt);
  const since = lasted
    ? t('incidents.lasted', { time: timeText(openedAt), length: lasted })
    : t('incidents.since', { time: timeText(openedAt) });
  return [
    h('span', {}, cluster, ' ', badge(environment, environment === 'prod' ? 'warning' : 'neutral')),
    h('time', { datetime: new Date(openedAt).toISOString(), title: fullTimeText(openedAt) }, since),
    alertCount > 0 && h('span', {}, t(alertCount === 1 ? 'incidents.alert' : 'incidents.alerts', { n: alertCount })),
    symptomCount > 0 &&
      h('span', {}, t(symptomCount === 1 ? 'incidents.symptom' : 'incidents.symptoms', { n: symptomCount })),
    flaps > 0 && h('span', {}, t('incidents.flaps', { n: flaps })),
    mutedUntil > Date.now() && badge(t('incidents.muted', { time: timeText(mutedUntil) })),
  ].filter(Boolean);
}

export const severityBadge = (severity) => badge(t(`severity.${severity}`), TONES[severity]);

export const stateBadge = (state) => badge(t(`incident.${state}`), STATES[state]);

/** `Deployment shop/checkout`. */
export const objectText = ({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
