import { api } from './api.js';
import { cardNode } from './card.js';
import { h, icon } from './dom.js';
import { markdown } from './markdown.js';
import { dingtalkCardNode, dingtalkNode } from './preview-dingtalk.js';
import { extrasNode, limitsNode, sourceNode } from './preview-parts.js';
import { slackNode, slackWindowNode } from './preview-slack.js';
import { storage } from './storage.js';
import { language, t, timeText, useLanguage } from './texts.js';

/** The page `/preview`: one message as the console, Slack and DingTalk show it, side by side. The address names the card: `/preview#ID`. */

const root = document.querySelector('#preview');
const stage = h('main', { class: 'preview-stage' });
let pasted;
let asked = 0;

const session = await api.session();
if (session.user) {
  await useLanguage(language);
  addEventListener('hashchange', () => show());
  await mount();
} else location.replace('/login.html');

async function mount() {
  const cards = await api.previewCards().catch((refused) => {
    stage.replaceChildren(h('p', { class: 'preview-note' }, refused.message));
  });
  root.replaceChildren(...(cards ? [bar(cards), pasteBox()] : []), stage);
  if (cards) await show();
}

function bar(cards) {
  const option = ({ id, title, at }) => h('option', { value: id }, `${timeText(at)} · ${title} · ${id}`);
  const names = cards.map(({ id }) => id);
  const first = names.includes(here()) || !here() ? undefined : h('option', { value: here() }, here());
  const pick = h(
    'select',
    { 'aria-label': t('preview.card'), class: 'input' },
    h('option', { value: '' }, t('preview.pick')),
    first,
    cards.map(option),
  );
  pick.value = here();
  pick.addEventListener('change', () => {
    pasted = undefined;
    location.hash = encodeURIComponent(pick.value);
  });
  return h('header', { class: 'preview-bar' }, h('h1', {}, t('preview.title')), pick, toggles());
}

function toggles() {
  const other = language === 'zh' ? 'en' : 'zh';
  const tongue = h('button', { class: 'button', type: 'button', lang: other }, other === 'zh' ? '中文' : 'English');
  tongue.addEventListener('click', async () => {
    storage.set('language', other);
    await useLanguage(other);
    await mount();
  });
  const theme = h('button', { class: 'button-icon', type: 'button', 'aria-label': t('preview.theme') }, icon('auto'));
  theme.addEventListener('click', () => {
    const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    const { dataset } = document.documentElement;
    dataset.theme = (dataset.theme ?? system) === 'dark' ? 'light' : 'dark';
  });
  const narrow = h('button', { class: 'button', type: 'button', 'aria-pressed': 'false' }, '360 px');
  narrow.addEventListener('click', () => {
    narrow.setAttribute('aria-pressed', String(stage.toggleAttribute('data-narrow')));
  });
  return h('div', { class: 'preview-toggles' }, narrow, tongue, theme);
}

function pasteBox() {
  const area = h('textarea', {
    class: 'input',
    rows: '8',
    spellcheck: 'false',
    'aria-label': t('preview.paste'),
    placeholder: '{ "id": "…", "rev": 1, "title": "…", "tone": "info", "blocks": [] }',
  });
  const button = h('button', { class: 'button button-primary', type: 'button' }, t('preview.show'));
  button.addEventListener('click', () => {
    pasted = area.value;
    show();
  });
  return h(
    'details',
    { class: 'preview-paste', open: pasted !== undefined },
    h('summary', {}, t('preview.paste')),
    area,
    button,
  );
}

/** The card that the address names. */
function here() {
  return decodeURIComponent(location.hash.slice(1));
}

/** Shows what is wanted now; an answer that comes after the next question is not shown any more. */
async function show() {
  const id = here();
  asked += 1;
  const mine = asked;
  const nodes = await nodesOf(id);
  if (mine !== asked) return;
  stage.replaceChildren(...nodes);
  stage.dataset.shown = id;
}

async function nodesOf(id) {
  try {
    const view = pasted === undefined ? id && (await api.previewCard(id)) : await api.previewPasted(pasted);
    return view ? renderings(view) : [h('p', { class: 'preview-note' }, t('preview.none'))];
  } catch (refused) {
    return [h('p', { class: 'preview-note', role: 'alert' }, refused.message, h('br'), refused.hint)];
  }
}

function renderings({ message, slack, dingtalk, dingtalkCard }) {
  return [
    column(t('platform.web'), [consoleNode(message)], message),
    column(
      'Slack',
      [...slack.parts.map(slackNode), ...slack.windows.map(slackWindowNode), extrasNode(slack)],
      slack.parts.map(({ blocks }) => blocks),
    ),
    column(
      t('preview.dingtalkCard'),
      [dingtalkCardNode(dingtalkCard), limitsNode(dingtalkCard.limits), extrasNode(dingtalkCard)],
      dingtalkCard.params,
    ),
    column(
      t('preview.dingtalkText'),
      [...dingtalk.parts.map(dingtalkNode), extrasNode(dingtalk)],
      dingtalk.parts.map(({ title, text }) => ({ title, text })),
    ),
  ];
}

function column(title, children, source) {
  return h('section', { class: 'preview-column' }, h('h2', {}, title), children, sourceNode(source));
}

/** A card that only looks: nothing on it can be pressed. */
function consoleNode({ card, text }) {
  if (!card) return h('div', { class: 'prose card preview-words' }, markdown(text));
  const node = cardNode(card);
  const hold = (event) => {
    if (!event.target.closest('button, form')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const kind of ['click', 'submit']) node.addEventListener(kind, hold, { capture: true });
  return node;
}
