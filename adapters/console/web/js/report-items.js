import { api } from './api.js';
import { badge } from './board.js';
import { h } from './dom.js';
import { plainTable } from './incident.js';
import { objectText } from './incidents.js';
import { announce, reasonOf } from './notice.js';
import { pointsText, said, savingText, severityText, TONES } from './report-words.js';
import { t, timeText } from './texts.js';

const SNOOZE_MS = 7 * 86_400_000;
const VERDICTS = { SAFE: 'success', NOT_SAFE: 'danger', UNKNOWN: 'warning' };

/** A finding: what is wrong, what to do, why it is said, and what can be done about it here. */
export function findingNode(finding, { report, mayAct }) {
  const { id, code, severity, confidence, points, since, objects, count, text, next, evidence, remedy, snoozed } =
    finding;
  const note = noteNode();
  const more = count - objects.length;
  const acts = mayAct && [
    remedy && planButton(report, { id, note }),
    snoozeButton(finding, { cluster: report.cluster.id, note }),
  ];
  return h(
    'article',
    {
      class: `row report-item level-${severity}`,
      tabindex: '0',
      data: { nav: '', id },
      'aria-label': `${code} ${said(text)}`,
    },
    h(
      'header',
      {},
      h('code', { class: 'id' }, code),
      h('strong', {}, said(text)),
      h('span', { class: 'number points-lost' }, pointsText(-points)),
    ),
    h(
      'div',
      { class: 'incident-facts' },
      badge(severityText(severity), TONES[severity]),
      confidence < 1 && badge(t(`report.confidence-${confidence * 100}`)),
      since !== undefined && h('span', {}, t('report.since', { time: timeText(since) })),
      snoozed && h('em', {}, t('report.snoozed', { by: snoozed.by, time: timeText(snoozed.until) })),
    ),
    h('p', {}, h('span', { class: 'label' }, `${t('report.next')}: `), said(next)),
    folded([
      objects.length > 0 &&
        h(
          'p',
          { class: 'report-objects' },
          objects.map((each) => h('code', {}, objectText(each))),
        ),
      more > 0 && h('p', {}, t('report.more', { n: more })),
      evidenceNode(evidence),
    ]),
    acts && h('div', { class: 'actions' }, acts),
    note,
  );
}

/** A piece of advice with every gate it was judged by. */
export function adviceNode(advice, { report, mayAct }) {
  const { id, title, text, verdict, gate, gates, saving, evidence, proposal } = advice;
  const note = noteNode();
  const rows = gates.map((one) => [
    h('code', {}, one.id),
    badge(t(`report.gate-${one.state}`), { passed: 'success', failed: 'danger', unknown: 'warning' }[one.state]),
    said(one.text),
  ]);
  return h(
    'article',
    { class: 'row report-item', tabindex: '0', data: { nav: '', id }, 'aria-label': said(title) },
    h('header', {}, h('strong', {}, said(title))),
    h(
      'div',
      { class: 'incident-facts' },
      verdict && badge([t(`report.${verdict}`), gate].filter(Boolean).join(' · '), VERDICTS[verdict]),
      saving && h('span', {}, savingText(saving, { at: report.at, verdict })),
      saving?.note && h('span', {}, said(saving.note)),
    ),
    h('p', {}, said(text)),
    folded([
      rows.length > 0 && plainTable(said(title), ['report.gate', 'report.state', 'report.whyNot'], rows),
      evidenceNode(evidence),
    ]),
    mayAct &&
      proposal &&
      (verdict === undefined || verdict === 'SAFE') &&
      h('div', { class: 'actions' }, planButton(report, { id, note })),
    note,
  );
}

/** What a script of the analysis found. */
export function insightNode({ script, code, severity, series, labels, text, figures }) {
  const pairs = (of) => Object.entries(of).map(([name, value]) => `${name}: ${value ?? '–'}`);
  const lines = [[script, series, ...pairs(labels)].join(' · '), pairs(figures).join(' · ')].filter(Boolean);
  return h(
    'article',
    { class: `row report-item level-${severity}`, tabindex: '0', data: { nav: '' } },
    h('header', {}, h('code', { class: 'id' }, code), h('strong', {}, said(text))),
    h('div', { class: 'incident-facts' }, badge(severityText(severity), TONES[severity])),
    folded([
      h(
        'ul',
        { class: 'report-evidence' },
        lines.map((line) => h('li', {}, h('code', {}, line))),
      ),
    ]),
  );
}

const noteNode = () => h('p', { class: 'card-note', role: 'status', hidden: true });

function folded(nodes) {
  const shown = nodes.filter(Boolean);
  return shown.length > 0 && h('details', { class: 'report-why' }, h('summary', {}, t('report.why')), shown);
}

function evidenceNode(evidence) {
  if (evidence.length === 0) return undefined;
  const item = ({ source, text }) => h('li', {}, h('span', {}, source), ' ', h('code', {}, text));
  return h('ul', { class: 'report-evidence' }, evidence.map(item));
}

/** Asks for a plan, and goes where it waits for approval. */
function planButton(report, { id, note }) {
  return acting(h('button', { class: 'button button-primary', type: 'button' }, t('report.plan')), note, async () => {
    const { conversation } = await api.planOfReport(report.id, id);
    announce(t('report.planned'));
    location.hash = `#/c/${encodeURIComponent(conversation)}`;
  });
}

function snoozeButton({ id, snoozed }, { cluster, note }) {
  let isOff = Boolean(snoozed);
  const button = h('button', { class: 'button', type: 'button' }, t(isOff ? 'report.unsnooze' : 'report.snooze'));
  return acting(button, note, async () => {
    const until = Date.now() + SNOOZE_MS;
    await (isOff ? api.unsnooze(id, cluster) : api.snooze(id, cluster, until));
    isOff = !isOff;
    button.textContent = t(isOff ? 'report.unsnooze' : 'report.snooze');
    return isOff ? t('report.snoozedNow', { time: timeText(until) }) : t('report.takenUp');
  });
}

/** Runs `act` on a click and says below the buttons what came of it. */
function acting(button, note, act) {
  button.addEventListener('click', async () => {
    button.disabled = true;
    const words = await act().catch(reasonOf);
    button.disabled = false;
    note.hidden = !words;
    note.textContent = words ?? '';
  });
  return button;
}
