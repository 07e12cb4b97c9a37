import { h } from './dom.js';

/** Slack's texts: plain, mrkdwn, and rich text. What would notify somebody is shown as such. */

/** A text object. */
export function textNode({ type, text, verbatim }) {
  if (type !== 'mrkdwn') return h('p', {}, text);
  return h('p', { title: verbatim ? 'verbatim' : undefined }, mrkdwn(text));
}

const MARKUP = /(<[^>\n]*>|`[^`\n]+`|\*[^*\n]+\*|_[^_\n]+_|~[^~\n]+~)/;
const STYLES = { '*': 'strong', _: 'em', '~': 's', '`': 'code' };

/** https://docs.slack.dev/messaging/formatting-message-text */
function mrkdwn(text) {
  return text.split(MARKUP).map((part) => {
    if (!MARKUP.test(part)) return unescaped(part);
    if (part[0] !== '<') return h(STYLES[part[0]], {}, unescaped(part.slice(1, -1)));
    const [target, label = target] = part.slice(1, -1).split('|');
    return /^[@#!]/.test(target) ? mention(target) : link(unescaped(label), unescaped(target));
  });
}

const unescaped = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const mention = (words) => h('mark', { class: 'slack-mention' }, words);

const link = (label, url) => h('span', { class: 'slack-link', title: url }, label);

/** A part of rich text: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function richNode(element) {
  const inner = () => element.elements.map(richNode);
  switch (element.type) {
    case 'rich_text_section':
      return h('p', {}, inner());
    case 'rich_text_preformatted':
      return h('pre', {}, inner());
    case 'rich_text_quote':
      return h('blockquote', {}, inner());
    case 'rich_text_list':
      return listNode(element);
    case 'link':
      return link(styled(element.text ?? element.url, element.style), element.url);
    case 'text':
      return styled(element.text, element.style);
    case 'emoji':
      return `:${element.name}:`;
    default:
      return mention(JSON.stringify(element));
  }
}

function listNode({ style, indent = 0, elements }) {
  const tag = style === 'ordered' ? 'ol' : 'ul';
  return h(
    tag,
    { class: `slack-list slack-indent-${Math.min(3, indent)}` },
    elements.map((each) => h('li', {}, each.elements.map(richNode))),
  );
}

function styled(text, { bold, italic, strike, code } = {}) {
  const wraps = [code && 'code', strike && 's', italic && 'em', bold && 'strong'].filter(Boolean);
  return wraps.reduce((node, tag) => h(tag, {}, node), text);
}
