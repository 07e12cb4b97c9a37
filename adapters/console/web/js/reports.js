import { api } from './api.js';
import { badge, board, empty } from './board.js';
import { h } from './dom.js';
import { announce, reasonOf } from './notice.js';
import { changeText, coverageText, scoreRing, sparkline } from './report-score.js';
import { SEVERITIES, severityText, TONES } from './report-words.js';
import { fullTimeText, t, timeText } from './texts.js';

const SHOWN = 5;
const DAYS = [1, 7, 30];

/** The board of reports: each cluster with its newest score, how it went, and the reports before. */
export function reportBoard() {
  /** What one has unfolded or chosen stays when the list is shown again. */
  const kept = { open: new Set(), days: new Map() };
  const node = board({
    title: 'nav.reports',
    text: 'reports.text',
    load: () => api.reports(),
    render: (answer) => listOf(answer, { kept, changed: () => node.refresh() }),
  });
  return node;
}

function listOf({ reports, clusters, mayAct }, options) {
  const known = new Map(clusters.map((cluster) => [cluster.id, cluster]));
  for (const { cluster, clusterName } of reports)
    if (!known.has(cluster)) known.set(cluster, { id: cluster, name: clusterName, isGone: true });
  if (known.size === 0) return empty(t('reports.none'), t('reports.noneText'));
  const note = !mayAct && h('p', { class: 'board-note' }, t('reports.onlyActors'));
  const groups = [...known.values()].map((cluster) => {
    const own = reports.filter((report) => report.cluster === cluster.id);
    return clusterNode(cluster, { ...options, own, mayAct });
  });
  return [note, ...groups].filter(Boolean);
}

function clusterNode(cluster, { own, mayAct, kept, changed }) {
  const { id, name, environment, isGone } = cluster;
  const isOpen = kept.open.has(id);
  const rows = isOpen ? own : own.slice(0, SHOWN);
  const more = h('button', { class: 'button older', type: 'button' }, t('reports.more', { n: own.length - SHOWN }));
  more.addEventListener('click', () => {
    kept.open.add(id);
    more.replaceWith(...own.slice(SHOWN).map((report, at) => rowOf(report, own[SHOWN + at + 1])));
  });
  return h(
    'section',
    { class: 'group report-cluster', 'aria-label': name },
    h(
      'header',
      {},
      h('h2', {}, name, ' ', environment && badge(environment, environment === 'prod' ? 'warning' : 'neutral')),
      sparkline([...own].reverse(), name),
      mayAct && !isGone && newReport(cluster, { kept, changed }),
    ),
    own.length === 0 && h('p', { class: 'row note' }, t('reports.noneOf')),
    rows.map((report, at) => rowOf(report, own[at + 1])),
    !isOpen && own.length > SHOWN && more,
  );
}

function rowOf({ id, at, score, grade, coverage, findings }, before) {
  const counts = SEVERITIES.filter((severity) => findings[severity] > 0).map((severity) =>
    badge(
      t('reports.count', { n: findings[severity], severity: severityText(severity).toLowerCase() }),
      TONES[severity],
    ),
  );
  return h(
    'a',
    { class: 'row report-row', href: `#/reports/${encodeURIComponent(id)}`, data: { nav: '', id } },
    scoreRing({ score, grade }),
    h(
      'span',
      { class: 'report-what' },
      h('time', { datetime: new Date(at).toISOString(), title: fullTimeText(at) }, timeText(at)),
      h(
        'span',
        { class: 'incident-facts' },
        before && h('span', {}, changeText(score - before.score, before.at)),
        h('span', {}, coverageText(coverage)),
        h('code', { class: 'id' }, id),
      ),
    ),
    h('span', { class: 'report-counts' }, counts.length > 0 ? counts : badge(t('reports.clean'), 'success')),
  );
}

function newReport({ id, name, making }, { kept, changed }) {
  const days = h(
    'select',
    { class: 'text', 'aria-label': `${t('reports.days')} · ${name}`, data: { id: `days-${id}` } },
    DAYS.map((n) =>
      h(
        'option',
        { value: String(n), selected: n === (kept.days.get(id) ?? 7) },
        n === 1 ? t('reports.day') : t('reports.daysOf', { n }),
      ),
    ),
  );
  days.addEventListener('change', () => kept.days.set(id, Number(days.value)));
  const note = h('p', { class: 'card-note', role: 'alert', hidden: true });
  const button = h(
    'button',
    { class: 'button', type: 'button', disabled: making, data: { id: `new-${id}` } },
    t(making ? 'reports.making' : 'reports.new'),
  );
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await api.makeReport(id, Number(days.value));
      announce(t('reports.asked', { cluster: name }));
      changed();
    } catch (refused) {
      button.disabled = false;
      note.hidden = false;
      note.textContent = reasonOf(refused);
    }
  });
  return h('div', { class: 'report-new' }, days, button, note);
}
