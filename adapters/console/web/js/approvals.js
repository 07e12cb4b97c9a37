import { api } from './api.js';
import { badge, board, empty } from './board.js';
import { cardNode } from './card.js';
import { h } from './dom.js';
import { fullTimeText, moneyText, t, timeText } from './texts.js';

const RISKS = { low: 'success', medium: 'warning', high: 'danger' };

/** The approvals that wait: each with the card it was asked on, so that it is decided on what the asker saw. */
export function approvalBoard(onActed) {
  const render = (approvals) =>
    approvals.length === 0 ? empty(t('approvals.none'), t('approvals.noneText')) : approvals.map(approvalNode);
  const node = board({ title: 'nav.approvals', text: 'approvals.text', load: () => api.approvals(), render });
  node.addEventListener('acted', () => {
    node.refresh();
    onActed();
  });
  return node;
}

function approvalNode({ id, title, requestedBy, expiresAt, risk, cost, card }) {
  const until = h('time', { title: fullTimeText(expiresAt) }, t('approvals.until', { time: timeText(expiresAt) }));
  return h(
    'section',
    { class: 'approval', tabindex: '0', data: { nav: '', id }, 'aria-label': title },
    h(
      'div',
      { class: 'approval-meta' },
      h('code', { class: 'id' }, id),
      h('span', {}, t('approvals.by', { who: requestedBy })),
      badge(t(`risk.${risk}`), RISKS[risk]),
      cost && badge(`${moneyText(cost)} ${t(`cost.${cost.per}`)}`),
      until,
    ),
    card
      ? cardNode(card)
      : h('div', { class: 'row elsewhere' }, h('strong', {}, title), h('p', {}, t('approvals.elsewhere', { id }))),
  );
}
