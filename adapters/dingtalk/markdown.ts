import { lexer, type Token, type Tokens } from 'marked';
import { visibleText } from '../../src/chat/plain.ts';

/**
 * Our markdown as DingTalk's. Its documents promise headings, quotes, bold, italics, links, images and lists, and say nothing of
 * backslashes; tags such as `<font>` work. So strangers' words are not escaped: what could be active in them becomes a look-alike
 * that is active nowhere.
 * https://open.dingtalk.com/document/orgapp/message-type
 */

/** `plain`: a message. `card`: the markdown of a card's template, which has tables and breaks lines at `<br>`. */
export type Dialect = 'plain' | 'card';

const LOOK_ALIKE: Record<string, string> = {
  '\\': '＼',
  '`': "'",
  '*': '＊',
  '[': '［',
  ']': '］',
  '<': '＜',
  '>': '＞',
  '|': '｜',
  '~': '～',
  _: '＿',
  '@': '＠',
  '&': '＆',
  '#': '＃',
  '-': '－',
  '+': '＋',
  '=': '＝',
  '.': '．',
  ')': '）',
  ':': '：',
};
const alike = (text: string): string => [...text].map((character) => LOOK_ALIKE[character] ?? character).join('');

/** Ends a line within a paragraph. */
export const lineBreak = (dialect: Dialect): string => (dialect === 'card' ? '<br>' : '  \n');

/** Strangers' text in one line, nothing of which is a link, a mention or emphasis. What stands first in a line is guarded as well. */
export function plainWords(text: string): string {
  return neutral(text.replaceAll(/\s+/g, ' ').trim());
}

/** The same, at most `most` characters long; `…` says that there was more. */
export function clippedWords(text: string, most: number): string {
  return plainWords(clip(text.replaceAll(/\s+/g, ' ').trim(), most));
}

/** Cuts between two characters, never within one. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

export const bold = (words: string): string => (words === '' ? '' : `**${words}**`);

/** Words of a name may hold `_`, `@` and `-`, so these change only where they would do something. */
function neutral(text: string): string {
  return visibleText(text)
    .replace(/[\\`*[\]<>|~]/g, alike)
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, alike)
    .replace(/(?<![A-Za-z0-9])@|@(?![A-Za-z0-9])|@(?=[\w-]+\.)/g, alike)
    .replace(/&(?=#|\w+;)/g, alike)
    .replace(/:(?=\/\/)/g, alike)
    .replace(/\bwww\./gi, alike);
}

/** A line that begins like a heading, a list or a ruler no longer does. */
export function guardStart(line: string): string {
  return line
    .trimStart()
    .replace(/^#+(?=\s|$)/, alike)
    .replace(/^[-+](?=\s|$)/, alike)
    .replace(/^\d{1,9}[.)](?=\s|$)/, alike)
    .replace(/^[-=]+\s*$/, alike);
}

/** A block of code. Where a client does not know code, nothing in it is a link, a tag or a mention either. */
export function fence(text: string, language = ''): string {
  return `\`\`\`${/^\w+$/.test(language) ? language : ''}\n${codeWords(text)}\n\`\`\``;
}

/** Words one has to type, or a name, as code. */
export const codeSpan = (text: string): string => `\`${codeWords(text.replaceAll(/\s+/g, ' ').trim())}\``;

function codeWords(text: string): string {
  return visibleText(text)
    .replaceAll('`', "'")
    .replace(/](?=\s?[([])/g, alike)
    .replace(/<(?=[A-Za-z/!?])/g, alike)
    .replace(/(?<![A-Za-z0-9])@(?=\w)/g, alike)
    .replace(/:(?=\/\/)/g, alike);
}

/** A link of our own; anything but http(s) and DingTalk's own `dtmd` is shown as words. */
export function link(label: string, url: string): string {
  const words = plainWords(label);
  if (!/^(https?|dtmd):\/\//.test(url)) return words;
  return `[${words}](${url.replace(/[()<>\s\\]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`)})`;
}

/** Markdown of our flows, paragraph by paragraph; a list or a block of code is one. */
export function fromMarkdown(markdown: string, dialect: Dialect): string[] {
  return lexer(markdown).flatMap((token) => paragraph(token, dialect));
}

/** The words of our markdown without its marks. */
export function wordsOf(markdown: string): string {
  return lexer(markdown)
    .map((token) => bare(token))
    .filter(Boolean)
    .join('\n');
}

function bare(token: Token): string {
  if (token.type === 'list') return (token as Tokens.List).items.map((item) => `- ${barely(item.tokens)}`).join('\n');
  if (token.type === 'space') return '';
  return 'tokens' in token && token.tokens ? barely(token.tokens) : 'text' in token ? String(token.text) : token.raw;
}

const barely = (tokens: Token[]): string => tokens.map(bare).join('');

function paragraph(token: Token, dialect: Dialect): string[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'hr':
      return ['---'];
    case 'code':
      return [fence(String(token.text), String(token.lang ?? ''))];
    case 'list':
      return [list(token as Tokens.List, dialect).join('\n')];
    case 'heading':
      return [bold(inline(token.tokens ?? [], dialect))];
    case 'paragraph':
    case 'text':
      return [inline(token.tokens ?? [token], dialect)];
    default:
      return [guardStart(plainWords(token.raw))];
  }
}

function list({ items, ordered, start }: Tokens.List, dialect: Dialect): string[] {
  return items.flatMap((item, index) => {
    const mark = ordered ? `${Number(start || 1) + index}. ` : '- ';
    const pad = ' '.repeat(mark.length);
    const lines = item.tokens.flatMap((token) =>
      token.type === 'list' ? list(token as Tokens.List, dialect) : paragraph(token, dialect).join('\n').split('\n'),
    );
    return lines.map((line, at) => (at === 0 ? mark : pad) + line);
  });
}

/** Text of neighbours is put together first: what two halves become counts. */
function inline(tokens: Token[], dialect: Dialect): string {
  let out = '';
  let words = '';
  const flush = () => {
    out += wordLines(words, { dialect, atStart: out === '' || out.endsWith(lineBreak(dialect)) });
    words = '';
  };
  for (const token of tokens) {
    const markup = markupOf(token, dialect);
    if (markup === undefined) words += wordsIn(token);
    else {
      flush();
      out += markup;
    }
  }
  flush();
  return out;
}

function wordLines(words: string, { dialect, atStart }: { dialect: Dialect; atStart: boolean }): string {
  return neutral(words)
    .split('\n')
    .map((line, at) => (at > 0 || atStart ? guardStart(line) : line))
    .join(lineBreak(dialect));
}

/** What stays markup, or undefined for what is words. */
function markupOf(token: Token, dialect: Dialect): string | undefined {
  switch (token.type) {
    case 'strong':
      return bold(inline(token.tokens ?? [], dialect));
    case 'em':
      return `*${inline(token.tokens ?? [], dialect)}*`;
    case 'codespan':
      return codeSpan(String(token.text));
    case 'br':
      return lineBreak(dialect);
    case 'link':
      return /^https?:\/\//.test(String(token.href)) ? link(String(token.text), String(token.href)) : undefined;
    default:
      return undefined;
  }
}

function wordsIn(token: Token): string {
  if (token.type === 'html') return token.raw;
  if ('tokens' in token && token.tokens && token.type !== 'link') return token.tokens.map(wordsIn).join('');
  return 'text' in token ? String(token.text) : token.raw;
}
