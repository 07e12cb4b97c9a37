import './chat.js';
import { api } from './api.js';
import { approvalBoard } from './approvals.js';
import { auditBoard } from './audit.js';
import { offerPreview } from './card.js';
import { channelBoard } from './channels.js';
import { clusterBoard } from './clusters.js';
import { h, icon } from './dom.js';
import { incidentPage } from './incident.js';
import { incidentBoard } from './incidents.js';
import { listen } from './keyboard.js';
import { rail as makeRail, showConnection } from './rail.js';
import { reportPage } from './report.js';
import { reportBoard } from './reports.js';
import { storage } from './storage.js';
import { taskBoard } from './tasks.js';
import { language, t, useLanguage } from './texts.js';

/** The shell: the rail, and beside it the view that the address names. */

const REFRESH_MS = 5000;
const app = document.querySelector('#app');
let rail;
let view;

const boards = {
  incidents: (id) => (id ? incidentPage(id, { onActed: refresh }) : incidentBoard(session)),
  tasks: (id) => taskBoard(id),
  approvals: () => approvalBoard(refresh),
  audit: () => auditBoard(),
  clusters: () => clusterBoard(),
  channels: () => channelBoard(),
  reports: (id) => (id ? reportPage(id) : reportBoard()),
};

async function refresh() {
  try {
    await rail.refresh();
    if (view.localName !== 'chat-view' || !location.hash.startsWith('#/c/')) showConnection('connected');
  } catch {
    showConnection('reconnecting');
  }
}

function route() {
  const [, name = '', id] = location.hash.split('/');
  const isBoard = Object.hasOwn(boards, name);
  const next = isBoard
    ? boards[name](id && decodeURIComponent(id))
    : chat(name === 'c' ? decodeURIComponent(id ?? '') : undefined);
  view.replaceWith(next);
  view = next;
  rail.mark(isBoard ? { view: name } : { view: 'chat', id: name === 'c' ? decodeURIComponent(id ?? '') : undefined });
  closeRail();
  if (!isBoard && matchMedia('(pointer: fine)').matches) view.querySelector('[data-compose]').focus();
}

function chat(id) {
  const changed = async () => {
    await refresh();
    rail.mark({ view: 'chat', id: decodeURIComponent(location.hash.split('/')[2] ?? '') });
  };
  return document.createElement('chat-view').begin(id || undefined, { connection: showConnection, changed });
}

function closeRail() {
  app.removeAttribute('data-rail');
  app.querySelector('.menu')?.setAttribute('aria-expanded', 'false');
}

function topBar() {
  const open = () => {
    app.setAttribute('data-rail', '');
    menu.setAttribute('aria-expanded', 'true');
    app.querySelector('.rail a')?.focus();
  };
  const menu = h(
    'button',
    {
      class: 'button-icon menu',
      type: 'button',
      'aria-label': t('nav.label'),
      'aria-expanded': 'false',
      'aria-controls': 'rail',
      onclick: open,
    },
    icon('menu'),
  );
  return h(
    'header',
    { class: 'top' },
    menu,
    h('strong', {}, 'K8s-Copilot'),
    h('a', { class: 'button-icon', href: '#/', 'aria-label': t('nav.new') }, icon('plus')),
  );
}

function mount(session) {
  rail = makeRail(session, {
    async onLanguage(wanted) {
      storage.set('language', wanted);
      await useLanguage(wanted);
      mount(session);
    },
  });
  view = h('div');
  const scrim = h('button', {
    class: 'scrim',
    type: 'button',
    tabindex: '-1',
    'aria-label': t('close'),
    onclick: closeRail,
  });
  app.replaceChildren(rail.node, scrim, h('div', { class: 'stage' }, topBar(), h('main', { class: 'main' }, view)));
  route();
  refresh();
}

const session = await api.session();
if (session.user) {
  offerPreview(session.preview);
  await useLanguage(language);
  mount(session);
  addEventListener('hashchange', route);
  listen({
    leave() {
      if (app.hasAttribute('data-rail')) closeRail();
      else document.activeElement?.blur?.();
    },
  });
  setInterval(() => !document.hidden && refresh(), REFRESH_MS);
} else location.replace('/login.html');
