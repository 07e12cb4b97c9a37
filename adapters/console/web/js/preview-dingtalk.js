import { h } from './dom.js';
import { dingtalkMarkdown } from './markdown.js';
import { limitsNode } from './preview-parts.js';

/** DingTalk's markdown and our card template as HTML, close enough to judge a message by. */

/** One message of a robot. */
export function dingtalkNode({ title, text, limits }) {
  return h(
    'article',
    { class: 'dingtalk' },
    h('p', { class: 'dingtalk-notice' }, title),
    h('div', { class: 'dingtalk-text' }, words(text)),
    limitsNode(limits),
  );
}

/** The card: what its variables hold, in the places that the template gives them. */
export function dingtalkCardNode({ params }) {
  const { content = '', btns = '[]', flowStatus: _, ...others } = params;
  const folds = Object.keys(others)
    .filter((name) => name.endsWith('_title') && others[name])
    .map((name) => fold(others[name], others[name.replace('_title', '_text')] ?? ''));
  return h(
    'article',
    { class: 'dingtalk dingtalk-card' },
    h('div', { class: 'dingtalk-text' }, words(content)),
    folds,
    h('div', { class: 'dingtalk-buttons' }, JSON.parse(btns).map(buttonNode)),
  );
}

function fold(title, text) {
  return h('details', {}, h('summary', {}, title), h('div', { class: 'dingtalk-text' }, words(text)));
}

function buttonNode({ text, color, event }) {
  const { actionId = '', params } = event?.params ?? {};
  const title = `${actionId} ${JSON.stringify(params)}`;
  return h('span', { class: `dingtalk-button dingtalk-${color}`, title }, text);
}

const SAYING = 'dtmd://dingtalkclient/sendMessage?content=';

/** A link that says something for whoever clicks it shows what: that is all there is to see. */
function words(text) {
  const nodes = dingtalkMarkdown(text);
  for (const anchor of nodes.querySelectorAll('a')) {
    const href = anchor.getAttribute('href') ?? '';
    const says = href.startsWith(SAYING) ? decodeURIComponent(href.slice(SAYING.length)) : undefined;
    const kind = says === undefined ? 'dingtalk-link' : 'dingtalk-saying';
    anchor.replaceWith(h('span', { class: kind, title: says ?? href }, ...anchor.childNodes));
  }
  return nodes;
}
