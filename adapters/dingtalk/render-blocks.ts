import type { Block, ProgressStep } from '../../src/chat/types.ts';
import { bold, clip, clippedWords, fence, fromMarkdown, guardStart, plainWords, wordsOf } from './markdown.ts';
import { chartUnits } from './render-charts.ts';
import { formUnits, hintLines, linkedButtons, seated, typedButtons } from './render-controls.ts';
import type { Page, Unit } from './render-page.ts';
import { chunked, colonOf, PARAGRAPH_CHARS, shown } from './render-words.ts';

const CODE_CHARS = 1600;
const FOLDED_CHARS = 500;
const SHOWN_ROWS = 20;
const SHOWN_COLUMNS = 8;
const SHOWN_STEPS = 25;
const MARK = { pending: '○', running: '◐', waiting: '◔', done: '✓', failed: '✗', skipped: '–', undone: '↩' } as const;

type Of<T extends Block['type']> = Extract<Block, { type: T }>;

/** A block as paragraphs. What had to be cut is noted on the page. */
export function blockUnits(block: Block, page: Page): Unit[] {
  switch (block.type) {
    case 'text':
      return textUnits(block.markdown, page);
    case 'code':
      return codeUnits(block, page);
    case 'divider':
      return [{ text: '---' }];
    case 'fields':
      return fieldUnits(block, page);
    case 'table':
      return tableUnits(block, page);
    case 'chart':
      return chartUnits(block, page);
    case 'details':
      return detailUnits(block, page);
    case 'progress':
      return progressUnits(block, page);
    case 'buttons':
      return page.card.closed ? [] : buttonUnits(block, page);
    case 'inputs':
      return page.card.closed ? [] : formUnits(block, page);
  }
}

/** Markdown of our own, a paragraph each. */
export function textUnits(markdown: string, page: Page): Unit[] {
  return fromMarkdown(markdown, page.dialect).map((text) => {
    if (text.length <= PARAGRAPH_CHARS) return { text };
    page.cut = true;
    return { text: guardStart(clippedWords(wordsOf(text), PARAGRAPH_CHARS)) };
  });
}

function codeUnits({ text, language, end }: Of<'code'>, page: Page): Unit[] {
  if (text.length <= CODE_CHARS) return [{ text: fence(text, language) }];
  page.cut = true;
  if (end) return [{ text: fence(`…\n${lastLines(text)}`, language) }];
  const begin = text.slice(0, CODE_CHARS);
  const lines = begin.includes('\n') ? begin.slice(0, begin.lastIndexOf('\n')) : begin;
  return [{ text: fence(`${lines}\n…`, language) }];
}

/** Whole lines from the end; of a single one that is too long, its beginning. */
function lastLines(text: string): string {
  const rest = text.slice(-CODE_CHARS);
  if (rest.includes('\n')) return rest.slice(rest.indexOf('\n') + 1);
  return text.slice(text.lastIndexOf('\n') + 1).slice(0, CODE_CHARS);
}

function fieldUnits({ items }: Of<'fields'>, page: Page): Unit[] {
  const lines = items.map(({ label, value }) => {
    const words = shown(value, 400, page);
    return `${bold(shown(label, 80, page))} ${words}`.trimEnd();
  });
  return chunked(lines, page);
}

function tableUnits({ caption, head, rows }: Of<'table'>, page: Page): Unit[] {
  const few = rows.slice(0, SHOWN_ROWS);
  if (rows.length > SHOWN_ROWS || head.length > SHOWN_COLUMNS) page.cut = true;
  const columns = head.slice(0, SHOWN_COLUMNS);
  const body = page.dialect === 'card' ? [{ text: tableText(columns, few, page) }] : rowUnits(columns, few, page);
  const more = rows.length - few.length;
  return [
    ...(caption ? [{ text: bold(shown(caption, 120, page)) }] : []),
    ...body,
    ...(more > 0 ? [{ text: page.t('dingtalk.render-more-rows', { count: more }) }] : []),
  ];
}

/** Only cards know tables; an empty line has to be before them. */
function tableText(head: readonly string[], rows: readonly string[][], page: Page): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => shown(cell, 160, page) || ' ').join(' | ')} |`;
  return [
    row(head),
    `|${' --- |'.repeat(head.length)}`,
    ...rows.map((cells) => row(head.map((_, at) => cells[at] ?? ''))),
  ].join('\n');
}

/** A row is an item of a list: what it is about, then the other cells with the name of their column. */
function rowUnits(head: readonly string[], rows: readonly string[][], page: Page): Unit[] {
  const colon = colonOf(page);
  return rows.map((cells) => {
    const [first = '', ...others] = head.map((_, at) => shown(cells[at] ?? '', 160, page));
    const named = others.flatMap((cell, at) =>
      cell === '' ? [] : [`${shown(head[at + 1] ?? '', 60, page)}${colon}${cell}`],
    );
    return { text: `- ${[bold(first) || '–', ...named].join(' · ')}`, tight: true as const };
  });
}

/** All that is folded; a table that is called like the whole needs no name of its own. */
export function unfoldedUnits({ summary, blocks }: Of<'details'>, page: Page): Unit[] {
  return blocks.flatMap((inner) =>
    blockUnits(inner.type === 'table' && inner.caption === summary ? { ...inner, caption: '' } : inner, page),
  );
}

/** The first lines of what is folded; controls inside are shown whole. */
function detailUnits(block: Of<'details'>, page: Page): Unit[] {
  const { summary } = block;
  const units = unfoldedUnits(block, page);
  let room = FOLDED_CHARS;
  const kept = units.filter(({ text, control }) => {
    if (control) return true;
    room -= text.length;
    return room >= 0;
  });
  if (kept.length < units.length) page.cut = true;
  const more = kept.length < units.length ? [{ text: page.t('dingtalk.render-in-file') }] : [];
  return [{ text: bold(`▸ ${shown(summary, 120, page)}`) }, ...kept, ...more];
}

function progressUnits({ title, percent, steps }: Of<'progress'>, page: Page): Unit[] {
  const lines = importantSteps(steps, page).map(({ title: name, status, detail }) =>
    [`${MARK[status]} ${shown(name, 120, page)}`, ...(detail ? [shown(detail, 200, page)] : [])].join(' · '),
  );
  const head = [bold(shown(title, 120, page)), ...(percent === undefined ? [] : [barText(percent)])].join(' ');
  return chunked([head, ...lines], page);
}

/** Of many steps those that matter first: what failed, waits or runs. */
function importantSteps(steps: readonly ProgressStep[], page: Page): ProgressStep[] {
  if (steps.length <= SHOWN_STEPS) return [...steps];
  page.cut = true;
  const rank = ({ status }: ProgressStep) => ['failed', 'waiting', 'running'].indexOf(status);
  const first = steps.filter((step) => rank(step) >= 0).toSorted((a, b) => rank(a) - rank(b));
  const chosen = new Set([...first, ...steps].slice(0, steps.length).slice(0, SHOWN_STEPS));
  return steps.filter((step) => chosen.has(step));
}

function barText(percent: number): string {
  const value = Math.round(Math.min(100, Math.max(0, percent)));
  const full = Math.round(value / 10);
  return `${'▓'.repeat(full)}${'░'.repeat(10 - full)} ${value} %`;
}

function buttonUnits({ items }: Of<'buttons'>, page: Page): Unit[] {
  const places = items.map((button, at) => ({ button, at }));
  if (page.dialect === 'plain') return linkedButtons(places, page);
  const seats = seated(page.card.blocks);
  const { shown = [], typed = [] } = Object.groupBy(places, ({ button }) => (seats.has(button) ? 'shown' : 'typed'));
  return [...hintLines(shown), ...typedButtons(typed, page)];
}

/** The card's title as a heading with the colour of its tone. */
export function titleUnit({ card }: Page): Unit {
  const tone = { neutral: '', info: '🔵 ', success: '🟢 ', warning: '🟡 ', danger: '🔴 ' }[card.tone];
  return { text: `### ${tone}${clippedWords(card.title, 200)}` };
}

/** The footer as a quote. */
export function footerUnits(page: Page): Unit[] {
  const { footer } = page.card;
  return footer ? [{ text: `> ${guardStart(shown(footer, 400, page))}` }] : [];
}

/** A title for lists of conversations and notifications, which show it as it is. */
export function noticeTitle(text: string): string {
  return clip(plainWords(text), 60);
}
