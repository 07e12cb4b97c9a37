import type { Message } from './messages.ts';
import type { AnyChart, BarChart, Block, Card, Chart } from './types.ts';

/** A card as plain text that is complete on its own: what notifications show, screen readers read, and typed answers refer to. */
export function plainText(card: Card): string {
  const body = card.closed
    ? card.blocks.filter((block) => block.type !== 'buttons' && block.type !== 'inputs')
    : card.blocks;
  return visibleText([card.title, ...body.map(plainBlock), card.footer].filter(Boolean).join('\n'));
}

/** Only an answer to a question is numbered, since only there a typed number is understood. */
function plainBlock(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.markdown;
    case 'code':
      return block.text;
    case 'divider':
      return '';
    case 'fields':
      return block.items.map(({ label, value }) => `${label}: ${value}`).join('\n');
    case 'table':
      return [block.caption, block.head.join(' | '), ...block.rows.map((row) => row.join(' | '))].join('\n');
    case 'chart':
      return [block.title, ...chartLines(block.chart)].join('\n');
    case 'details':
      return block.summary;
    case 'progress':
      return [
        block.title,
        ...block.steps.map((step) => `${MARK[step.status]} ${step.title}${step.detail ? ` · ${step.detail}` : ''}`),
      ].join('\n');
    case 'buttons':
      return block.items
        .map(({ id, label, hint }, index) => {
          const mark = /^(choice|ask):/.test(id) ? `${index + 1}.` : '›';
          return `${mark} ${label}${hint ? ` · ${hint}` : ''}`;
        })
        .join('\n');
    case 'inputs':
      return block.items.map(({ label }) => `${label}: …`).join('\n');
  }
}

const chartLines = (chart: AnyChart): string[] =>
  'kind' in chart
    ? chart.categories.map((category, n) => `${category}: ${barAmounts(chart, n)}`)
    : chart.series.map(curveLine);

/** What a category has: each series' amount, with its name where there are several. */
function barAmounts({ series, currency }: BarChart, n: number): string {
  const digits: Intl.NumberFormatOptions = currency ? { maximumFractionDigits: 2 } : { notation: 'compact' };
  const amount = (value: number | null | undefined) =>
    `${value?.toLocaleString('en', digits) ?? '–'}${currency ? ` ${currency}` : ''}`;
  return series.map(({ name, values }) => `${series.length > 1 ? `${name} ` : ''}${amount(values[n])}`).join(', ');
}

/** A curve in words: where it began, its peak and where it is. */
function curveLine({ name, points }: Chart['series'][number]): string {
  const values = points.map(([, value]) => value).filter((value) => value !== null);
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const shown = [first, Math.max(...values, 0), last].map((value) =>
    value.toLocaleString('en', { notation: 'compact' }),
  );
  return `${name}: ${shown.join(' … ')}`;
}

const MARK = { pending: '○', running: '◐', waiting: '◐', done: '✓', failed: '✗', skipped: '–', undone: '↩' } as const;

/** Keeps untrusted text from becoming emphasis, a link, a heading or a mention when it stands in a markdown block. */
export function escapeMarkdown(text: string): string {
  return visibleText(text).replace(/[\\`*_{}[\]()#+\-.!|<>~@&=]|:(?=\/\/)/g, (character) => `\\${character}`);
}

/** What escapeMarkdown was given, for a place that shows text as it is, such as a card's title. */
export const unescapeMarkdown = (markdown: string): string =>
  markdown.replace(/\\([\\`*_{}[\]()#+\-.!|<>~@&=:])/g, '$1');

/** escapeMarkdown for text that has to stay in its line: an item of a list, a heading, a sentence. */
export function escapeLine(text: string): string {
  return escapeMarkdown(text.replaceAll(/\s+/g, ' ').trim());
}

/** Text of strangers as one sees it: without what a terminal acts on, what turns the direction of writing, and what cannot be seen. */
export function visibleText(text: string): string {
  return text
    .replace(/[\u200b\u200e\u200f\u061c\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]/gu, '')
    .replace(/\r\n/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\u2028\u2029]/gu, ' ');
}

/** What is said is markdown, and its values may hold words of a server or of who asked: these become plain text. */
export function withSafeValues({ key, params = {} }: Message): Message {
  const safe = Object.entries(params).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'string' && !/^[\dA-Za-z-]+$/.test(value) ? escapeLine(value) : value,
  ]);
  return { key, params: Object.fromEntries(safe) };
}
