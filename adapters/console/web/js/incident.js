import { api } from './api.js';
import { badge, board } from './board.js';
import { cardNode, copyButton } from './card.js';
import { chartNode, topOf } from './chart.js';
import { h, icon } from './dom.js';
import { downloadButton } from './download.js';
import { factsOf, objectText, severityBadge, stateBadge } from './incidents.js';
import { markdownDocument } from './markdown.js';
import { durationText, fullTimeText, t, timeText } from './texts.js';

const ATTEMPTS = {
  asked: 'warning',
  running: 'info',
  verified: 'success',
  undone: 'neutral',
  failed: 'danger',
  rejected: 'neutral',
  expired: 'neutral',
};

/**
 * The page of one incident. Each part is shown again only when what it shows has changed, and the card follows its
 * revisions, so that nothing folds up or loses the focus while one reads.
 */
export function incidentPage(id, { onActed }) {
  const head = h('header', { class: 'board-head incident-head' }, backLink(), h('h1', {}, id));
  const parts = SECTIONS.map(makePart);
  const taken = takenNote();
  const [card, ...others] = parts.filter(({ aside }) => !aside).map(({ node }) => node);
  const side = h(
    'aside',
    { class: 'incident-aside' },
    parts.filter(({ aside }) => aside).map(({ node }) => node),
  );
  const body = h('div', { class: 'incident-page' }, h('div', { class: 'incident-main' }, card, taken, others), side);
  const title = makePart({ of: titleOf, show: titleNodes, node: head });
  const render = (incident) => {
    for (const part of [title, ...parts]) part.refresh(incident);
    return body;
  };
  const node = board({ head, load: () => api.incident(id), render });
  node.classList.add('board-wide');
  node.addEventListener('acted', async ({ target }) => {
    taken.hidden = false;
    onActed();
    await node.refresh();
    target.answered();
  });
  return node;
}

/** Where the answer to a click is said: not on this page. */
const takenNote = () =>
  h(
    'p',
    { class: 'row note', role: 'status', hidden: true },
    `${t('incident.taken')} `,
    h('a', { href: '#/c/incidents' }, t('incident.takenWhere')),
  );

/** A part of the page: `of` picks what it shows, undefined hides it; `show` makes its nodes. */
function makePart({ title, of, show, aside, node = h('section', { class: 'part', hidden: true }) }) {
  let shown;
  const refresh = (incident) => {
    const data = of(incident);
    const text = JSON.stringify(data);
    node.hidden = data === undefined;
    if (data === undefined || text === shown) return;
    shown = text;
    const nodes = [show(data, node, incident)].flat().filter(Boolean);
    // The card is the same node again: put back, it would lose the focus within it.
    if (nodes.length !== 1 || nodes[0] !== node.firstChild)
      node.replaceChildren(...(title ? [h('h2', {}, t(title))] : []), ...nodes);
  };
  return { node, aside, refresh };
}

const some = (list) => (list.length > 0 ? list : undefined);

const SECTIONS = [
  { of: ({ card }) => card, show: showCard },
  { of: ({ card, summary }) => (card ? undefined : summary), show: (text) => h('p', { class: 'row note' }, text) },
  { title: 'incident.curve', of: curveOf, show: showCurves },
  { title: 'incident.actions', of: ({ attempts }) => some(attempts), show: (list) => list.map(attemptNode) },
  { title: 'incident.evidence', of: ({ evidence }) => some(evidence), show: evidenceTable },
  { title: 'incident.symptoms', of: ({ symptoms }) => some(symptoms), show: symptomTable },
  {
    title: 'incident.unseen',
    of: ({ unknown, coverage }) => some(unknown) && { unknown, coverage },
    show: unseenNodes,
  },
  { title: 'incident.patch', of: ({ patch }) => patch, show: patchNodes },
  { title: 'incident.postMortem', of: ({ postMortem }) => postMortem || undefined, show: postMortemNodes },
  { title: 'incident.timeline', of: ({ timeline }) => some(timeline), show: timelineNode, aside: true },
];

/** The card has the curve, too: here it is shown beside the one after the change. */
function curveOf({ curve, card }) {
  return curve?.after || !card ? curve : undefined;
}

const backLink = () => h('a', { class: 'back', href: '#/incidents' }, icon('back'), t('nav.incidents'));

/** What the head shows. */
function titleOf({ id, title, cause, causeName, severity, state, confidence, object, ...facts }) {
  const { cluster, environment, openedAt, resolvedAt, alertCount, symptomCount, flaps, mutedUntil } = facts;
  const small = { cluster, environment, openedAt, resolvedAt, alertCount, symptomCount, flaps, mutedUntil };
  return { id, title, cause, causeName, severity, state, confidence, object, ...small };
}

function titleNodes(incident) {
  const { id, cause, causeName, title, severity, state, confidence, object } = incident;
  return [
    backLink(),
    h('h1', {}, h('code', { class: 'id' }, id), causeName ?? title),
    h(
      'div',
      { class: 'incident-facts' },
      stateBadge(state),
      severityBadge(severity),
      confidence && badge(t(`confidence.${confidence}`), confidence === 'proven' ? 'success' : 'neutral'),
      cause && h('code', {}, cause),
      object && h('code', {}, objectText(object)),
    ),
    h('div', { class: 'incident-facts' }, factsOf(incident)),
  ];
}

/** The card of the chat: the same element keeps what is typed into it, and takes newer revisions only. */
function showCard(card, node) {
  const there = node.querySelector('copilot-card');
  if (!there) return cardNode(card);
  there.show(card);
  return there;
}

function showCurves({ title, chart, after }) {
  const top = Math.max(topOf(chart), after ? topOf(after) : 0);
  const before = chartNode({ title: after ? `${title} · ${t('incident.before')}` : title, chart }, top);
  const later = after && chartNode({ title: `${title} · ${t('incident.after')}`, chart: after }, top);
  return h('div', { class: later ? 'curves curves-two' : 'curves' }, before, later);
}

function attemptNode({ title, state, by, approvedBy, taskId, at, endedAt, why }) {
  const times = endedAt ? `${timeText(at)} · ${durationText(endedAt - at)}` : timeText(at);
  return h(
    'div',
    { class: 'row attempt', tabindex: '0', data: { nav: '', id: `attempt-${at}` } },
    h('div', { class: 'attempt-head' }, h('strong', {}, title), badge(t(`attempt.${state}`), ATTEMPTS[state])),
    h(
      'div',
      { class: 'incident-facts' },
      h('time', { title: fullTimeText(at) }, times),
      h('span', {}, t('approvals.by', { who: by })),
      approvedBy && h('span', {}, t('incident.approvedBy', { who: approvedBy })),
      taskId && h('a', { href: `#/tasks/${encodeURIComponent(taskId)}` }, taskId),
    ),
    why && h('p', { class: 'attempt-why' }, why),
  );
}

/** A table whose cells are texts or nodes, never markup. */
export function plainTable(label, heads, rows) {
  return h(
    'div',
    { class: 'table boxed', tabindex: '0', role: 'region', 'aria-label': label },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((key) => h('th', { scope: 'col' }, t(key))),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((cells) =>
          h(
            'tr',
            {},
            cells.map((cell) => h('td', {}, cell)),
          ),
        ),
      ),
    ),
  );
}

function evidenceTable(evidence) {
  const heads = ['incident.col-id', 'incident.col-source', 'incident.col-time', 'incident.col-text'];
  const when = (time) => {
    const at = Date.parse(time ?? '');
    return Number.isNaN(at) ? (time ?? '–') : h('time', { datetime: time, title: fullTimeText(at) }, timeText(at));
  };
  const rows = evidence.map(({ id, source, time, text }) => [
    id,
    h('code', {}, source),
    when(time),
    h('code', {}, text),
  ]);
  return plainTable(t('incident.evidence'), heads, rows);
}

function symptomTable(symptoms) {
  const rows = symptoms.map(({ text, ...object }) => [h('code', {}, objectText(object)), text]);
  return plainTable(t('incident.symptoms'), ['incident.col-object', 'incident.col-shows'], rows);
}

function unseenNodes({ unknown, coverage }) {
  const rows = unknown.map(({ what, why }) => [what, why]);
  return [
    h('p', { class: 'part-text' }, t('incident.coverage', { percent: Math.round(coverage * 100) })),
    plainTable(t('incident.unseen'), ['incident.col-what', 'incident.col-why'], rows),
  ];
}

function patchNodes({ owner, text }, _, { id }) {
  return [
    h('p', { class: 'part-text' }, t('incident.patchText', { owner })),
    h('div', { class: 'code' }, h('pre', { tabindex: '0' }, h('code', {}, text)), copyButton(text)),
    h('div', { class: 'actions' }, downloadButton(t('incident.patchFile'), { name: `${id}.patch.yaml`, text })),
  ];
}

function postMortemNodes(text, _, { id }) {
  return [
    h('p', { class: 'part-text' }, t('incident.postMortemText')),
    h('div', { class: 'actions' }, copyWhole(text), downloadButton(t('incident.download'), { name: `${id}.md`, text })),
    h('div', { class: 'row prose document' }, markdownDocument(text)),
  ];
}

function copyWhole(text) {
  const label = h('span', { class: 'label' }, t('copy'));
  const button = h('button', { class: 'button', type: 'button' }, icon('copy'), label);
  button.addEventListener('click', async () => {
    await navigator.clipboard?.writeText(text);
    label.textContent = t('copied');
  });
  return button;
}

function timelineNode(timeline) {
  const item = ({ at, text, by }) =>
    h(
      'li',
      {},
      h('time', { datetime: new Date(at).toISOString(), title: fullTimeText(at) }, timeText(at)),
      h('span', {}, text, by && h('span', { class: 'by' }, ` · ${by}`)),
    );
  return h('ol', { class: 'timeline' }, timeline.map(item));
}
