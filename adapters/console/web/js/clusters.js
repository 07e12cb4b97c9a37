import { api } from './api.js';
import { badge, board, empty } from './board.js';
import { h } from './dom.js';
import { t } from './texts.js';

/** The clusters the bot knows. */
export function clusterBoard() {
  const render = (clusters) =>
    clusters.length === 0
      ? empty(t('clusters.none'), t('clusters.noneText'))
      : h('div', { class: 'tiles' }, clusters.map(tile));
  return board({ title: 'nav.clusters', text: 'clusters.text', load: () => api.clusters(), render });
}

function tile({ name, environment, region, state, version, nodes }) {
  const facts = [
    [t('clusters.region'), region],
    [t('clusters.version'), version],
    [t('clusters.nodes'), nodes],
  ].filter(([, value]) => value !== undefined);
  return h(
    'article',
    { class: 'row tile', tabindex: '0', data: { nav: '', id: name } },
    h('header', {}, h('strong', {}, name), badge(environment, environment === 'prod' ? 'warning' : 'neutral')),
    h(
      'dl',
      { class: 'fields' },
      facts.map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, String(value)))),
    ),
    h('footer', {}, h('i', { class: `dot dot-${/run|ready|active/i.test(state) ? 'good' : 'busy'}` }), state),
  );
}
