import { chartNode } from './chart.js';
import { h } from './dom.js';
import { t } from './texts.js';

/** What the previews have in common: counted limits, what goes along as files and pictures, and the source. */

/** How much of each limit is used. */
export function limitsNode(limits) {
  const item = ({ name, used, most }) =>
    h('li', { class: used > most && 'over' }, `${t(`preview.limit.${name}`)} ${used} / ${most}`);
  return h('ul', { class: 'preview-limits' }, limits.map(item));
}

/** Files and pictures that are sent with the message. */
export function extrasNode({ files, pictures }) {
  const file = ({ name, content }) =>
    h('details', { class: 'preview-file' }, h('summary', {}, `${name} · ${content.length}`), h('pre', {}, content));
  return [...files.map(file), ...pictures.map((picture) => h('div', { class: 'preview-picture' }, chartNode(picture)))];
}

/** The JSON behind a rendering. */
export function sourceNode(source) {
  return h(
    'details',
    { class: 'preview-file' },
    h('summary', {}, t('preview.source')),
    h('pre', { tabindex: '0' }, JSON.stringify(source, undefined, 2)),
  );
}
