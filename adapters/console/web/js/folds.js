import { h, icon } from './dom.js';

/** A part that is folded away until somebody wants to see it. Its key outlives changes of the numbers in its summary. */
export function foldNode(summary, children, open = false) {
  const key = summary.replace(/\d+/g, '');
  return h(
    'details',
    { class: 'fold', open, data: { fold: key } },
    h('summary', { data: { key: `fold-${key}` } }, icon('chevron'), h('span', {}, summary)),
    h('div', { class: 'fold-body' }, children),
  );
}

/** Keys of the parts that are open. */
export const openFolds = (node) =>
  [...node.querySelectorAll('details[open][data-fold]')].map(({ dataset }) => dataset.fold);

/** Opens the parts with these keys. */
export function unfold(node, keys) {
  for (const fold of node.querySelectorAll('details[data-fold]'))
    if (keys.includes(fold.dataset.fold)) fold.open = true;
}
