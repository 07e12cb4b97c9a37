import { api } from './api.js';
import { badge, board } from './board.js';
import { chartNode } from './chart.js';
import { h, icon } from './dom.js';
import { plainTable } from './incident.js';
import { adviceNode, findingNode, insightNode } from './report-items.js';
import { changeText, coverageText, scoreRing, sparkline } from './report-score.js';
import { chartBlock, pointsText, said } from './report-words.js';
import { fullTimeText, language, t, timeText } from './texts.js';

const DAY_MS = 86_400_000;

/** The page of one report. A report never changes, so it is fetched once. */
export function reportPage(id) {
  const head = h('header', { class: 'board-head report-head' }, backLink(), h('h1', {}, id));
  let kept;
  const load = async () => {
    kept ??= await api.report(id);
    return kept;
  };
  const render = (detail) => {
    head.replaceChildren(...headNodes(detail));
    return h('div', { class: 'report-page' }, sectionsOf(detail));
  };
  const node = board({ head, load, render });
  node.classList.add('board-wide');
  return node;
}

const backLink = () => h('a', { class: 'back', href: '#/reports' }, icon('back'), t('nav.reports'));

function headNodes({ report, history }) {
  const { id, cluster, at, window, ruleSet, coverage, delta, ceiling, score, scoreWithoutSnoozed } = report;
  const days = Math.max(1, Math.round((window.to - window.from) / DAY_MS));
  const time = h('time', { datetime: new Date(at).toISOString(), title: fullTimeText(at) });
  time.textContent = t('report.at', { time: timeText(at), ruleSet });
  const address = `/reports/${encodeURIComponent(id)}?lang=${language}`;
  return [
    backLink(),
    h(
      'div',
      { class: 'report-title' },
      scoreRing(report),
      h(
        'div',
        { class: 'report-what' },
        h(
          'h1',
          {},
          cluster.name,
          ' ',
          badge(cluster.environment, cluster.environment === 'prod' ? 'warning' : 'neutral'),
        ),
        h(
          'div',
          { class: 'incident-facts' },
          delta && h('strong', {}, changeText(delta.points, delta.against.at)),
          h('span', {}, coverageText(coverage)),
          score !== scoreWithoutSnoozed && h('span', {}, t('report.without', { score: scoreWithoutSnoozed })),
          time,
          h('span', {}, t('report.window', { n: days })),
        ),
        ceiling && h('p', { class: 'report-ceiling' }, ceilingText(ceiling)),
      ),
      sparkline(history, cluster.name),
    ),
    h(
      'div',
      { class: 'actions' },
      h(
        'a',
        { class: 'button', href: address, target: '_blank', rel: 'noopener' },
        icon('reports'),
        t('report.document'),
      ),
      h('a', { class: 'button', href: `${address}&download`, download: '' }, icon('download'), t('report.save')),
    ),
  ];
}

/** The reason says itself how high the score can be, as a rule. */
function ceilingText({ at, why }) {
  const text = said(why);
  return new RegExp(`(?<!\\d)${at}(?!\\d)`).test(text) ? text : t('report.ceiling', { at, why: text });
}

function sectionsOf({ report, mayAct }) {
  const { charts, findings, advice, insights } = report;
  const acts = { report, mayAct };
  const part = (name, nodes) =>
    nodes.length > 0 && h('section', { class: 'part', id: `report-${name}` }, h('h2', {}, t(`report.${name}`)), nodes);
  const note = (name) => [h('p', { class: 'part-text' }, t(`report.${name}`))];
  const open = findings.toSorted(
    (a, b) => Number(Boolean(a.snoozed)) - Number(Boolean(b.snoozed)) || b.points - a.points,
  );
  return [
    part('lines', linesNodes(report)),
    deltaPart(report),
    part('findings', open.length > 0 ? open.map((one) => findingNode(one, acts)) : note('noFindings')),
    part('advice', advice.length > 0 ? advice.map((one) => adviceNode(one, acts)) : note('noAdvice')),
    part('charts', charts.length > 0 ? [h('div', { class: 'curves report-charts' }, charts.map(drawn))] : []),
    part('insights', insights.map(insightNode)),
    part('unseen', unseenNodes(report)),
  ];
}

const drawn = (chart) => chartNode(chartBlock(chart));

function linesNodes({ lines, score }) {
  if (lines.length === 0) return [h('p', { class: 'part-text' }, t('report.noLines'))];
  const rows = lines.map(({ points, code, text, snoozed }) => [
    amount(-points),
    h('code', {}, code),
    h(
      'span',
      {},
      said(text),
      snoozed && h('em', {}, ` ${t('report.snoozed', { by: snoozed.by, time: timeText(snoozed.until) })}`),
    ),
  ]);
  const sum = [h('strong', { class: 'number' }, pointsText(score - 100)), '', h('strong', {}, t('report.sum'))];
  return [pointsTable(t('report.lines'), [...rows, sum])];
}

function deltaPart({ delta, score }) {
  if (!delta) return undefined;
  const { against, causes } = delta;
  const title = t('report.delta', { time: timeText(against.at), before: against.score, now: score });
  const rows = causes.map(({ points, code, text }) => [amount(points), h('code', {}, code), said(text)]);
  const body = rows.length > 0 ? pointsTable(title, rows) : h('p', { class: 'part-text' }, t('report.noCauses'));
  return h('section', { class: 'part', id: 'report-delta' }, h('h2', {}, title), body);
}

const amount = (points) => h('span', { class: `number points-${points < 0 ? 'lost' : 'won'}` }, pointsText(points));

const pointsTable = (label, rows) => {
  const table = plainTable(label, ['report.points', 'report.code', 'report.what'], rows);
  table.classList.add('points-table');
  return table;
};

function unseenNodes({ unknown }) {
  if (unknown.length === 0) return [];
  const rows = unknown.map(({ what, why, kind }) => [what, why, t(`report.${kind}`)]);
  return [
    h('p', { class: 'part-text' }, t('report.unseenText')),
    plainTable(t('report.unseen'), ['report.what', 'report.whyNot', 'report.means'], rows),
  ];
}
