import { Marked } from '/vendor/marked.js';
import DOMPurify from '/vendor/purify.js';

/** Bold, italics, code, lists and links: HTML in the text is shown as text, an image as its description. */
const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: { html: ({ text }) => escapeHtml(text), image: ({ text }) => escapeHtml(text) },
});

const ALLOWED = {
  ALLOWED_TAGS: ['p', 'br', 'strong', 'em', 'code', 'pre', 'ul', 'ol', 'li', 'a'],
  ALLOWED_ATTR: ['href'],
  ALLOWED_URI_REGEXP: /^https?:\/\//i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('rel', 'noopener noreferrer');
  node.setAttribute('target', '_blank');
});

/** The same with headings, two steps lower, for a document within a page. */
const documents = new Marked({
  gfm: true,
  renderer: { html: ({ text }) => escapeHtml(text), image: ({ text }) => escapeHtml(text) },
  walkTokens(token) {
    if (token.type === 'heading') token.depth = Math.min(6, token.depth + 2);
  },
});

const ALLOWED_IN_DOCUMENTS = { ...ALLOWED, ALLOWED_TAGS: [...ALLOWED.ALLOWED_TAGS, 'h3', 'h4', 'h5', 'h6', 'hr'] };

/** Turns a Markdown document into nodes: text, headings and links to http(s). */
export function markdownDocument(text) {
  return DOMPurify.sanitize(documents.parse(text), ALLOWED_IN_DOCUMENTS);
}

/** Turns markdown into nodes that hold nothing but text and links to http(s). */
export function markdown(text) {
  return DOMPurify.sanitize(marked.parse(text), ALLOWED);
}

/** DingTalk's: a single line break is none, tables and `<br>` there are in cards; its links to say something stay, for the preview. */
const dingtalk = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => (/^<br ?\/?>$/.test(text) ? '<br>' : escapeHtml(text)),
    image: ({ text, href }) => escapeHtml(`[${text} ${href}]`),
  },
});

const ALLOWED_IN_DINGTALK = {
  ...ALLOWED_IN_DOCUMENTS,
  ALLOWED_TAGS: [
    ...ALLOWED.ALLOWED_TAGS,
    'h1',
    'h2',
    'h3',
    'blockquote',
    'hr',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
  ],
  ALLOWED_URI_REGEXP: /^(https?|dtmd):\/\//i,
};

/** Turns a message for DingTalk into nodes. */
export function dingtalkMarkdown(text) {
  return DOMPurify.sanitize(dingtalk.parse(text), ALLOWED_IN_DINGTALK);
}

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}
