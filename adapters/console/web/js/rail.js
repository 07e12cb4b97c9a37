import { api } from './api.js';
import { openDemo } from './demo.js';
import { h, icon } from './dom.js';
import { showKeys } from './notice.js';
import { storage } from './storage.js';
import { language, t } from './texts.js';

/** The views in the order of their keys 1 to 8. */
export const VIEWS = [
  ['chat', '#/', 'chat'],
  ['incidents', '#/incidents', 'incidents'],
  ['tasks', '#/tasks', 'tasks'],
  ['approvals', '#/approvals', 'approvals'],
  ['audit', '#/audit', 'audit'],
  ['clusters', '#/clusters', 'clusters'],
  ['channels', '#/channels', 'channels'],
  ['reports', '#/reports', 'reports'],
];

const THEMES = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_ICONS = { auto: 'auto', light: 'sun', dark: 'moon' };

/** The left rail. `mark` shows where one is, `refresh` asks for conversations and how many approvals wait. */
export function rail(session, { onLanguage }) {
  const list = h('ul', { class: 'talks' });
  const counts = { incidents: countNode('count count-danger'), approvals: countNode('count') };
  const links = VIEWS.map(([name, href, sign]) =>
    h('a', { href, class: 'nav', data: { view: name } }, icon(sign), h('span', {}, t(`nav.${name}`)), counts[name]),
  );
  const node = h(
    'nav',
    { class: 'rail', 'aria-label': t('nav.label'), id: 'rail' },
    h('div', { class: 'brand' }, h('span', { class: 'mark' }, icon('logo')), h('strong', {}, 'K8s-Copilot')),
    h('a', { class: 'button new-talk', href: '#/' }, icon('plus'), h('span', {}, t('nav.new')), h('kbd', {}, 'n')),
    h('div', { class: 'navs' }, links, session.demo && demoButton()),
    h('h2', { class: 'rail-title' }, t('nav.conversations')),
    list,
    foot(session, onLanguage),
  );
  let here = {};
  const marked = () => {
    for (const link of node.querySelectorAll('a[data-view], a[data-talk]')) {
      const current = link.dataset.talk ? link.dataset.talk === here.id : link.dataset.view === here.view;
      link.toggleAttribute('data-here', current);
      if (current) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
  const talk = ({ id, title, shared }) => {
    const props = { href: `#/c/${encodeURIComponent(id)}`, class: shared && 'channel', data: { talk: id }, title };
    return h('li', {}, h('a', props, title));
  };
  return {
    node,
    mark: (place) => {
      here = place;
      marked();
    },
    async refresh() {
      const [talks, approvals, incidents] = await Promise.all([
        api.conversations(),
        api.approvals(),
        api.incidents('open'),
      ]);
      list.replaceChildren(...talks.map(talk));
      count(counts.approvals, approvals.length);
      count(counts.incidents, incidents.length);
      document.title = `${approvals.length > 0 ? `(${approvals.length}) ` : ''}K8s-Copilot`;
      marked();
    },
  };
}

const countNode = (name) => h('span', { class: name, hidden: true });

function count(node, number) {
  node.textContent = number > 99 ? '99+' : String(number);
  node.hidden = number === 0;
}

const demoButton = () =>
  h('button', { class: 'nav', type: 'button', onclick: openDemo }, icon('bolt'), h('span', {}, t('demo.name')));

function foot({ user, auth, backend }, onLanguage) {
  const local = auth === 'local';
  const person = h(
    'div',
    { class: 'person', title: local ? t('local.text') : '' },
    h('span', {}, local ? t('local.title') : (user.name ?? user.id)),
  );
  const out = h(
    'button',
    { class: 'button-icon', type: 'button', 'aria-label': t('logOut'), title: t('logOut') },
    icon('out'),
  );
  out.addEventListener('click', () => api.logOut().finally(() => location.assign('/login.html')));
  const other = language === 'zh' ? 'en' : 'zh';
  const tongue = h(
    'button',
    { class: 'button-icon tongue', type: 'button', lang: other, 'aria-label': t('language'), title: t('language') },
    other === 'zh' ? '中' : 'En',
  );
  tongue.addEventListener('click', () => onLanguage(other));
  const help = h(
    'button',
    { class: 'button-icon', type: 'button', 'aria-label': t('keys.title'), title: t('keys.title'), onclick: showKeys },
    icon('help'),
  );
  return h(
    'div',
    { class: 'rail-foot' },
    h(
      'div',
      { class: 'pill', id: 'pill', role: 'status' },
      h('i', { class: 'dot' }),
      h('span', { class: 'pill-text' }),
      backend === 'sandbox' && h('span', { class: 'pill-mode', title: t('sandbox.text') }, t('sandbox.title')),
    ),
    h('div', { class: 'rail-row' }, person, !local && out, tongue, themeButton(), help),
    local && h('p', { class: 'local-note' }, t('local.note')),
  );
}

function themeButton() {
  const button = h('button', { class: 'button-icon', type: 'button' });
  const show = (theme) => {
    button.replaceChildren(icon(THEME_ICONS[theme]));
    button.title = t(`theme.${theme}`);
    button.setAttribute('aria-label', t(`theme.${theme}`));
  };
  button.addEventListener('click', () => {
    const next = THEMES[storage.get('theme') ?? 'auto'];
    storage.set('theme', next === 'auto' ? undefined : next);
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    show(next);
  });
  show(storage.get('theme') ?? 'auto');
  return button;
}

/** Shows how the connection is: connected, or reconnecting. */
export function showConnection(state) {
  const pill = document.querySelector('#pill');
  if (!pill) return;
  pill.dataset.state = state;
  pill.querySelector('.dot').className = `dot dot-${state === 'connected' ? 'good' : 'busy'}`;
  pill.querySelector('.pill-text').textContent = t(`connection.${state}`);
}
