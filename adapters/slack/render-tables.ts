import type { RawTextElement, TableBlock } from '@slack/types';
import { visibleText } from '../../src/chat/plain.ts';
import type { Block } from '../../src/chat/types.ts';
import { cut, type Drawing, jsonSize, keepFile, LIMITS, oneText, type Piece } from './render-shapes.ts';
import { contentOf, drawRich, heading, note, restOf } from './render-texts.ts';
import { fitInto, list, preformatted, richBlocks, section, words } from './rich-text.ts';

/** Tables: the first of a message as Slack's own, further ones as aligned text; of a long one the first rows, and all as a file. */

export type Table = Extract<Block, { type: 'table' }>;
const TABLE_ROOM = 5000;
const TEXT_ROOM = 5000;
const SHOWN_ROWS = 30;
const CELL = 300;
const WIDTH = 90;

export function drawTable(drawing: Drawing, table: Table): Piece[] {
  const { caption, head, rows } = table;
  const isNative = drawing.kinds === 'all' && drawing.tables === 0 && head.length > 0;
  const shown = isNative ? nativeRows(table) : undefined;
  if (!shown) return drawWords(drawing, table);
  drawing.tables++;
  const isWhole = shown.rows.length === rows.length && shown.isWide === false && shown.isCut === false;
  const after = isWhole ? [] : richBlocks([note(partOf(drawing, table, shown.rows.length))]).map(contentOf);
  const cells = [head, ...shown.rows].map((row) => cellsOf(row, head.length));
  // https://docs.slack.dev/reference/block-kit/blocks/table-block
  const block: TableBlock = { type: 'table', rows: cells, column_settings: wrapped(head.length) };
  return [...richBlocks([heading(caption)]).map(contentOf), contentOf(block), ...after];
}

/** As many rows as fit; undefined when not even one does. */
function nativeRows({ head, rows }: Table): { rows: string[][]; isWide: boolean; isCut: boolean } | undefined {
  const isWide = head.length > LIMITS.tableColumns;
  const isSmall = rows.length <= LIMITS.tableRows - 1;
  const most = isSmall ? rows.length : SHOWN_ROWS;
  const fitting: string[][] = [];
  let left = TABLE_ROOM - jsonSize(cellsOf(head, head.length));
  for (const row of rows.slice(0, most)) {
    left -= jsonSize(cellsOf(row, head.length)) + 1;
    if (left < 0) break;
    fitting.push(row);
  }
  if (left < 0 && fitting.length === 0) return undefined;
  const isCut = [head, ...fitting].some((row) => row.some((cell) => visibleText(cell).trim().length > CELL));
  return { rows: fitting, isWide, isCut };
}

function cellsOf(row: string[], columns: number): RawTextElement[] {
  return Array.from({ length: Math.min(columns, LIMITS.tableColumns) }, (_, at) => ({
    type: 'raw_text',
    text: cut(visibleText(row[at] ?? '').trim(), CELL) || ' ',
  }));
}

const wrapped = (columns: number) =>
  Array.from({ length: Math.min(columns, LIMITS.tableColumns) }, () => ({ is_wrapped: true }));

/** The whole table goes along as a file; says how much of it is shown. */
function partOf(drawing: Drawing, table: Table, shown: number): string {
  const file = keepFile(drawing, { what: 'table', ext: 'csv', content: csvOf(table) });
  const all = table.rows.length;
  if (file === undefined) return drawing.t('slack.render-rows', { shown, all });
  return drawing.t('slack.render-rows-in-file', { shown, all, file });
}

const csvOf = ({ head, rows }: Table): string => [head, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n');

/** RFC 4180; what a spreadsheet would run as a formula gets an apostrophe. */
function csvCell(cell: string): string {
  const text = visibleText(cell);
  const safe = /^[=+\-@\t]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Aligned where the columns are narrow, else as a list of rows. */
function drawWords(drawing: Drawing, table: Table): Piece[] {
  const { caption, head, rows } = table;
  const shown = rows.length > LIMITS.tableRows ? rows.slice(0, SHOWN_ROWS) : rows;
  const lines = aligned([head, ...shown]);
  const isNarrow = lines.every((line) => widthOf(line) <= WIDTH);
  const asList = shown.length > 0 ? [list('bullet', shown.map(rowOf))] : [];
  const fitting = fitInto(isNarrow ? [preformatted(lines.join('\n'))] : asList, TEXT_ROOM);
  const isWhole = !fitting.isCut && shown.length === rows.length;
  const content = () => csvOf(table);
  const file = isWhole ? undefined : keepFile(drawing, { what: 'table', ext: 'csv', content: content() });
  const rest = isWhole ? [] : [note(restOf(drawing, file))];
  const columns = isNarrow ? [] : [section(words(oneText(head.join(' · ')), { italic: true }))];
  const said = drawRich(drawing, [heading(caption), ...columns], { room: 2000, what: 'caption', ext: 'csv', content });
  return [...said, ...richBlocks([...fitting.shown, ...rest]).map(contentOf)];
}

const rowOf = ([first = '', ...others]: string[]) => [
  words(oneText(first), { bold: true }),
  ...others.map((cell) => words(` · ${oneText(cell)}`)),
];

/** Rows as lines with columns of one width. */
function aligned(rows: string[][]): string[] {
  const cells = rows.map((row) => row.map((cell) => visibleText(cell).replace(/\s+/g, ' ').trim()));
  const columns = cells.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: columns }, (_, at) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0),
  );
  return cells.map((row) =>
    widths
      .map((width, at) => `${row[at] ?? ''}${' '.repeat(width - widthOf(row[at] ?? ''))}`)
      .join('  ')
      .trimEnd(),
  );
}

/** Columns that a text takes in letters of one width: those of Chinese, Japanese and Korean take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        letter,
      )
        ? 2
        : 1;
  return width;
}
