import { asList, asObject, type Complain, limit, richText } from './block-elements.ts';
import type { Json } from './types.ts';

/** Tables and charts, which have limits of their own. */

const CELLS = ['raw_text', 'raw_number', 'rich_text'];

function cells(block: Json, where: string, complain: Complain): unknown[][] {
  const rows = Array.isArray(block.rows) ? block.rows.map((row) => (Array.isArray(row) ? row : [])) : [];
  let characters = 0;
  for (const [r, row] of rows.entries()) {
    if (row.length < 1 || row.length > 20)
      complain(`${where}/rows/${r}`, `must have 1 to 20 cells (has ${row.length})`);
    for (const [c, value] of row.entries()) {
      const cell = asObject(value) ?? {};
      const at = `${where}/rows/${r}/${c}`;
      if (!CELLS.includes(String(cell.type))) complain(at, `unsupported type: ${cell.type}`);
      if (cell.type === 'raw_text' && typeof cell.text !== 'string') complain(`${at}/text`, 'must be a string');
      if (cell.type === 'raw_text' && cell.text === '') complain(`${at}/text`, 'must be more than 0 characters');
      if (cell.type === 'rich_text') richText(cell, at, complain);
      characters += cell.type === 'raw_text' ? String(cell.text).length : JSON.stringify(cell).length;
    }
  }
  if (characters > 10_000) complain(where, `a table holds no more than 10000 characters (has ${characters})`);
  return rows;
}

/** https://docs.slack.dev/reference/block-kit/blocks/table-block */
export function table(block: Json, where: string, complain: Complain): void {
  const rows = cells(block, where, complain);
  if (rows.length < 1 || rows.length > 100) complain(`${where}/rows`, `must have 1 to 100 rows (has ${rows.length})`);
  if (asList(block.column_settings).length > 20) complain(`${where}/column_settings`, 'no more than 20 items allowed');
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
export function dataTable(block: Json, where: string, complain: Complain): void {
  const rows = cells(block, where, complain);
  if (rows.length < 2 || rows.length > 101) complain(`${where}/rows`, `must have 2 to 101 rows (has ${rows.length})`);
  limit(block.caption, 255, `${where}/caption`, complain);
  const page = block.page_size ?? 5;
  if (typeof page !== 'number' || page < 1 || page > 100) complain(`${where}/page_size`, 'must be from 1 to 100');
}

const MOST_SERIES = 6;
const MOST_POINTS = 20;

/** `data_visualization`: titles of 50, labels of 20 characters, six series or segments. */
export function chart(block: Json, where: string, complain: Complain): void {
  limit(block.title, 50, `${where}/title`, complain);
  const drawn = asObject(block.chart) ?? {};
  const at = `${where}/chart`;
  if (drawn.type === 'pie') {
    pie(drawn, at, complain);
    return;
  }
  if (!['line', 'bar', 'area'].includes(String(drawn.type))) {
    complain(at, `unsupported type: ${drawn.type}`);
    return;
  }
  const axis = asObject(drawn.axis_config) ?? {};
  const categories = Array.isArray(axis.categories) ? axis.categories : [];
  if (categories.length < 1 || categories.length > MOST_POINTS)
    complain(`${at}/axis_config/categories`, `must have 1 to ${MOST_POINTS} items (has ${categories.length})`);
  if (new Set(categories).size < categories.length) complain(`${at}/axis_config/categories`, 'one is there twice');
  for (const key of ['x_label', 'y_label']) if (key in axis) limit(axis[key], 50, `${at}/axis_config/${key}`, complain);
  series(drawn, categories, at, complain);
}

function series(drawn: Json, categories: unknown[], where: string, complain: Complain): void {
  const list = asList(drawn.series);
  if (list.length < 1 || list.length > MOST_SERIES)
    complain(`${where}/series`, `must have 1 to ${MOST_SERIES} items (has ${list.length})`);
  if (new Set(list.map((one) => one.name)).size < list.length) complain(`${where}/series`, 'a name is there twice');
  for (const [index, one] of list.entries()) {
    const at = `${where}/series/${index}`;
    limit(one.name, 20, `${at}/name`, complain);
    const data = asList(one.data);
    if (data.length < 1 || data.length > MOST_POINTS)
      complain(`${at}/data`, `must have 1 to ${MOST_POINTS} items (has ${data.length})`);
    for (const [n, point] of data.entries()) {
      limit(point.label, 20, `${at}/data/${n}/label`, complain);
      if (!categories.includes(point.label)) complain(`${at}/data/${n}/label`, 'is not among the categories');
      if (typeof point.value !== 'number') complain(`${at}/data/${n}/value`, 'must be a number');
    }
  }
}

function pie(drawn: Json, where: string, complain: Complain): void {
  const segments = asList(drawn.segments);
  if (segments.length < 1 || segments.length > MOST_SERIES)
    complain(`${where}/segments`, `must have 1 to ${MOST_SERIES} items (has ${segments.length})`);
  for (const [index, one] of segments.entries()) {
    limit(one.label, 20, `${where}/segments/${index}/label`, complain);
    if (typeof one.value !== 'number' || one.value < 0)
      complain(`${where}/segments/${index}/value`, 'must be a number that is not negative');
  }
}
