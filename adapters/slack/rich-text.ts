import type { RichTextBlock, RichTextBlockElement, RichTextElement, RichTextList, RichTextSection } from '@slack/types';
import { Marked, type Token, type Tokens } from 'marked';
import { visibleText } from '../../src/chat/plain.ts';
import { cut, jsonSize } from './render-shapes.ts';

/**
 * Markdown as Slack's rich text. Its text elements are literal: neither mention, link nor emphasis can be written in them, so nobody's
 * words need escaping. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */

const lexer = new Marked({ gfm: true, breaks: true });
type Style = { bold?: true; italic?: true; strike?: true; code?: true };

/** Our own markdown as rich text; links only to http(s), pictures as their descriptions, HTML as its letters. */
export function richText(markdown: string): RichTextBlockElement[] {
  return spaced(lexer.lexer(visibleText(markdown)).flatMap((token) => elementsOf(token)));
}

/** Markdown as one reads it without any markup. */
export function wordsOf(markdown: string): string {
  return richText(markdown).map(wordsIn).join('\n').trim();
}

export const words = (text: string, style?: Style): RichTextElement => ({
  type: 'text',
  text,
  ...(style && Object.keys(style).length > 0 && { style }),
});

export const section = (...elements: RichTextElement[]): RichTextSection => ({ type: 'rich_text_section', elements });

/** Text in a box, in letters of one width. */
export const preformatted = (text: string): RichTextBlockElement => ({
  type: 'rich_text_preformatted',
  elements: [{ type: 'text', text: visibleText(text) || ' ' }],
});

export const list = (style: RichTextList['style'], items: RichTextElement[][]): RichTextList => ({
  type: 'rich_text_list',
  style,
  elements: items.map((elements) => section(...elements)),
});

const CHUNK = 2500;

/** The elements in blocks of a handy size, so that a long text can go over several messages. */
export function richBlocks(elements: RichTextBlockElement[]): RichTextBlock[] {
  const blocks: RichTextBlock[] = [];
  let size = CHUNK;
  for (const element of elements) {
    const more = jsonSize(element);
    const last = blocks.at(-1);
    if (!last || size + more > CHUNK) {
      blocks.push({ type: 'rich_text', elements: [element] });
      size = more;
    } else {
      last.elements.push(element);
      size += more;
    }
  }
  return blocks;
}

/** As much from the beginning as takes `room` characters of JSON; `isCut` when that is not all. */
export function fitInto<T extends RichTextBlockElement | RichTextElement>(
  elements: T[],
  room: number,
): { shown: T[]; isCut: boolean } {
  const shown: T[] = [];
  let left = room;
  for (const element of elements) {
    const size = jsonSize(element) + 1;
    if (size > left) {
      const part = beginningOf(element, left - 1);
      return { shown: part ? [...shown, part] : shown, isCut: true };
    }
    shown.push(element);
    left -= size;
  }
  return { shown, isCut: false };
}

const LEAST = 120;

function beginningOf<T extends RichTextBlockElement | RichTextElement>(element: T, room: number): T | undefined {
  if (room < LEAST) return undefined;
  if ('elements' in element) {
    const inner = [...element.elements] as (RichTextBlockElement | RichTextElement)[];
    const { shown } = fitInto(inner, room - jsonSize({ ...element, elements: [] }));
    return shown.length > 0 ? { ...element, elements: shown } : undefined;
  }
  if (element.type !== 'text') return undefined;
  let part = { ...element, text: cut(element.text, room - LEAST / 2) };
  while (jsonSize(part) > room) part = { ...part, text: cut(part.text, Math.floor(part.text.length * 0.8)) };
  return part;
}

function elementsOf(token: Token): RichTextBlockElement[] {
  switch (token.type) {
    case 'paragraph':
    case 'text':
      return sectionOf(inline([token]));
    case 'heading':
      return sectionOf(inline(token.tokens ?? [], { bold: true }));
    case 'list':
      return listsOf(token as Tokens.List, 0);
    case 'code':
    case 'table':
      return [preformatted(token.type === 'code' ? token.text : token.raw.trim())];
    case 'blockquote':
      return [{ type: 'rich_text_quote', elements: lines(token.tokens ?? []) }];
    case 'space':
    case 'def':
      return [];
    case 'hr':
      return [section(words('———'))];
    default:
      return sectionOf([words(token.raw.trim())]);
  }
}

function sectionOf(elements: RichTextElement[]): RichTextSection[] {
  const merged = merge(elements);
  return merged.length > 0 ? [section(...merged)] : [];
}

/** Slack nests lists by indenting whole lists: an item with a list below it ends one and begins the next. */
function listsOf({ items, ordered, start }: Tokens.List, indent: number): RichTextList[] {
  const lists: RichTextList[] = [];
  let open: RichTextList | undefined;
  for (const [at, item] of items.entries()) {
    if (!open) {
      const offset = ordered ? (Number(start) || 1) - 1 + at : 0;
      const style = ordered ? 'ordered' : 'bullet';
      open = {
        type: 'rich_text_list',
        style,
        elements: [],
        ...(indent > 0 && { indent }),
        ...(offset > 0 && { offset }),
      };
      lists.push(open);
    }
    const own = item.tokens.filter(({ type }) => type !== 'list');
    open.elements.push(section(...lines(own)));
    const below = item.tokens.flatMap((token) =>
      token.type === 'list' ? listsOf(token as Tokens.List, Math.min(indent + 1, DEEPEST)) : [],
    );
    if (below.length > 0) open = undefined;
    lists.push(...below);
  }
  return lists;
}

const DEEPEST = 8;

/** Blocks of markdown where only a line of text may stand: one line each. */
function lines(tokens: Token[]): RichTextElement[] {
  const each = tokens.map((token) => inline([token])).filter((line) => line.length > 0);
  const all = merge(each.flatMap((line, at) => (at === 0 ? line : [words('\n'), ...line])));
  return all.length > 0 ? all : [words('–')];
}

function inline(tokens: Token[], style: Style = {}): RichTextElement[] {
  return tokens.flatMap((token): RichTextElement[] => {
    const below = 'tokens' in token && token.tokens ? token.tokens : undefined;
    switch (token.type) {
      case 'strong':
        return inline(below ?? [], { ...style, bold: true });
      case 'em':
        return inline(below ?? [], { ...style, italic: true });
      case 'del':
        return inline(below ?? [], { ...style, strike: true });
      case 'code':
      case 'codespan':
        return [words(token.text, { ...style, code: true })];
      case 'br':
        return [words('\n', style)];
      case 'link':
        return link(token as Tokens.Link, style);
      case 'image':
        return [words(token.text, style)];
      case 'space':
        return [];
      case 'escape':
        return [words(token.text, style)];
      default:
        return below ? inline(below, style) : [words('text' in token ? String(token.text) : token.raw, style)];
    }
  });
}

function link({ href, tokens, raw, text }: Tokens.Link, style: Style): RichTextElement[] {
  if (!/^https?:\/\//i.test(href) || href.length > 3000)
    return raw === text ? [words(text, style)] : inline(tokens, style);
  const shown = merge(inline(tokens, style)).map(wordOf).join('');
  return [{ type: 'link', url: href, text: shown || href, ...(Object.keys(style).length > 0 && { style }) }];
}

/** Neighbours of one style as one element: the escapes of a text are an element each. */
function merge(elements: RichTextElement[]): RichTextElement[] {
  const merged: RichTextElement[] = [];
  for (const element of elements) {
    const last = merged.at(-1);
    if (element.type === 'text' && last?.type === 'text' && sameStyle(element.style, last.style))
      merged[merged.length - 1] = { ...last, text: last.text + element.text };
    else if (element.type !== 'text' || element.text !== '') merged.push(element);
  }
  return merged;
}

const sameStyle = (a: object | undefined, b: object | undefined) => JSON.stringify(a ?? {}) === JSON.stringify(b ?? {});

/** A paragraph before another gets an empty line: sections follow each other without one. */
function spaced(elements: RichTextBlockElement[]): RichTextBlockElement[] {
  return elements.map((element, at) =>
    element.type === 'rich_text_section' && elements[at + 1]?.type === 'rich_text_section'
      ? { ...element, elements: [...element.elements, words('\n')] }
      : element,
  );
}

/** An element of rich text as plain words. */
export function wordsIn(element: RichTextBlockElement): string {
  if (element.type !== 'rich_text_list') return element.elements.map(wordOf).join('');
  const first = 'offset' in element && typeof element.offset === 'number' ? element.offset + 1 : 1;
  return element.elements
    .map((item, at) => {
      const mark = element.style === 'ordered' ? `${first + at}.` : '•';
      return `${'  '.repeat(element.indent ?? 0)}${mark} ${wordsIn(item)}`;
    })
    .join('\n');
}

function wordOf(element: RichTextElement): string {
  if (element.type === 'text') return element.text;
  if (element.type !== 'link') return '';
  return element.text && element.text !== element.url ? `${element.text} (${element.url})` : element.url;
}
