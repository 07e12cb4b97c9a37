import type { AnyChart, BarChart, Block, Chart } from '../../src/chat/types.ts';
import { bold, clippedWords } from './markdown.ts';
import type { Page, Unit } from './render-page.ts';
import { chunked, colonOf, shown } from './render-words.ts';

/** Charts: a picture once it was uploaded, and always what they say. */

const SERIES = 6;
const CATEGORIES = 20;

/** A chart as paragraphs. Its picture is asked for on the page. */
export function chartUnits({ title, chart }: Extract<Block, { type: 'chart' }>, page: Page): Unit[] {
  const name = unusedTitle(title, page);
  page.pictures.push({ title: name, chart });
  const media = page.options.pictures?.get(name);
  const lines = 'kind' in chart ? barLines(chart, page) : curveLines(chart, page);
  const said = chunked([bold(shown(title, 120, page)), ...lines], page);
  return media && /^[\w@$-]+$/.test(media) ? [{ text: `![${clippedWords(title, 60)}](${media})` }, ...said] : said;
}

/** Two charts of one title get a picture each. */
function unusedTitle(title: string, { pictures }: Page): string {
  const same = pictures.filter((picture) => picture.title.replace(/ \(\d+\)$/, '') === title).length;
  return same === 0 ? title : `${title} (${same + 1})`;
}

const curveLines = (chart: Chart, page: Page): string[] =>
  chart.series.slice(0, SERIES).map((series) => curveLine(series, chart, page));

function curveLine({ name, points }: Chart['series'][number], chart: Chart, page: Page): string {
  const values = points.map(([, value]) => value).filter(isFigure);
  const label = shown(name, 80, page);
  if (values.length === 0) return `${label}${colonOf(page)}${page.t('dingtalk.render-no-points')}`;
  const amount = (value: number) => amountText(value, chart, page);
  return `${label}${colonOf(page)}${page.t('dingtalk.render-curve', {
    first: amount(values[0] ?? 0),
    peak: amount(values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
    last: amount(values.at(-1) ?? 0),
  })}`;
}

/** A line for each category: its amounts, with the names of the series where there are several. */
function barLines(chart: BarChart, page: Page): string[] {
  const { categories, series } = chart;
  if (categories.length > CATEGORIES) page.cut = true;
  const left = categories.length - CATEGORIES;
  const amount = (value: number | null | undefined) => (isFigure(value) ? amountText(value, chart, page) : '–');
  const names = series.map(({ name }) => (series.length > 1 ? `${shown(name, 60, page)} ` : ''));
  const lines = categories.slice(0, CATEGORIES).map((category, n) => {
    const amounts = series.map(({ values }, at) => `${names[at]}${amount(values[n])}`);
    return `${shown(category, 80, page)}${colonOf(page)}${amounts.join(' · ')}`;
  });
  return left > 0 ? [...lines, page.t('dingtalk.render-more-rows', { count: left })] : lines;
}

const isFigure = (value: number | null | undefined): value is number => Number.isFinite(value);

/** Bytes in powers of 1024; money to the hundredth; other units in the reader's words. */
function amountText(value: number, chart: AnyChart, page: Page): string {
  const { unit } = chart;
  if (unit === 'money') {
    const currency = ('kind' in chart && chart.currency) || '';
    return `${Number(value.toFixed(2))} ${shown(currency, 20, page)}`.trim();
  }
  if (unit !== 'bytes') return page.t(`dingtalk.render-unit-${unit}`, { value: round(value) });
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10));
  return `${round(value / 1024 ** power)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

const round = (value: number): string => `${Number(value.toPrecision(3))}`;
