import { api } from './api.js';
import { badge, board, empty } from './board.js';
import { h } from './dom.js';
import { fullTimeText, t, timeText } from './texts.js';

const PAGE = 100;
const BAD = /fail|refus|reject|deni|error/i;

/** The audit trail, newest first. Older pages are added below. */
export function auditBoard() {
  const older = [];
  const load = async () => [...(await api.audit()), ...older];
  const render = (found) => {
    const entries = unique(found);
    if (entries.length === 0) return empty(t('audit.none'), t('audit.noneText'));
    const more = async () => {
      older.push(...(await api.audit(entries.at(-1).seq)));
      node.refresh();
    };
    const canBeMore = entries.length % PAGE === 0 && entries.at(-1).seq > 1;
    return [
      tableOf(entries),
      canBeMore && h('button', { class: 'button', type: 'button', onclick: more }, t('audit.older')),
    ].filter(Boolean);
  };
  const node = board({ title: 'nav.audit', text: 'audit.text', load, render });
  return node;
}

const unique = (entries) => [...new Map(entries.map((entry) => [entry.seq, entry])).values()];

const HEAD = ['audit.seq', 'audit.at', 'audit.actor', 'audit.action', 'audit.subject', 'audit.outcome', 'audit.hash'];

function tableOf(entries) {
  return h(
    'div',
    { class: 'table audit' },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          HEAD.map((key) => h('th', { scope: 'col' }, t(key))),
        ),
      ),
      h('tbody', {}, entries.map(rowOf)),
    ),
  );
}

function rowOf({ seq, at, actor, action, subject, outcome, hash }) {
  return h(
    'tr',
    { tabindex: '0', data: { nav: '', id: String(seq) } },
    h('td', { class: 'number' }, String(seq)),
    h('td', {}, h('time', { title: fullTimeText(at) }, timeText(at))),
    h('td', {}, actor),
    h('td', {}, h('code', {}, action)),
    h('td', { class: 'wide' }, subject),
    h('td', {}, badge(outcome, BAD.test(outcome) ? 'danger' : 'neutral')),
    h('td', {}, h('code', { class: 'id', title: hash }, hash.slice(0, 10))),
  );
}
