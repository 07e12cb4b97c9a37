import { visibleText } from '../../src/chat/plain.ts';
import type { Block, Chart } from '../../src/chat/types.ts';
import { type ChartBlock, cut, type Drawing, type Piece } from './render-shapes.ts';
import { contentOf, drawRich, heading } from './render-texts.ts';
import { section, words } from './rich-text.ts';

/** Curves: two a message as Slack's own charts, as far as those can show them; the others are pictures. */

const CHARTS = 2;
const SERIES = 6;
const POINTS = 20;
const NAME = 20;
const TITLE = 50;

type ChartOf = Extract<Block, { type: 'chart' }>;
type Series = Chart['series'][number];

export function drawChart(drawing: Drawing, { title, chart }: ChartOf): Piece[] {
  const block = drawing.kinds === 'all' && drawing.charts < CHARTS ? nativeChart(drawing, title, chart) : undefined;
  if (block) {
    drawing.charts++;
    const said = [...marksOf(drawing, chart), ...namesOf(chart, title)];
    return [contentOf(block), ...(said.length > 0 ? lineOf(drawing, said.join(' · ')) : [])];
  }
  if (!drawing.files) return [...lineOf(drawing, title, true), ...lineOf(drawing, peaksOf(drawing, chart))];
  drawing.pictures.push({ title, chart });
  return [
    ...lineOf(drawing, title, true),
    ...lineOf(drawing, `${peaksOf(drawing, chart)} · ${drawing.t('slack.render-picture')}`),
  ];
}

function lineOf(drawing: Drawing, text: string, isBold = false): Piece[] {
  const elements = [isBold ? heading(text) : section(words(visibleText(text).trim() || '–'))];
  return drawRich(drawing, elements, { room: 1500, what: 'chart', ext: 'txt', content: () => text });
}

/** Undefined where Slack's chart would say something else than the curve: too many lines, gaps, or nothing measured. */
function nativeChart(drawing: Drawing, title: string, chart: Chart): ChartBlock | undefined {
  const { series, limits, unit } = chart;
  if (series.length === 0 || series.length + limits.length > SERIES) return undefined;
  const times = thinnedTimes(series);
  if (!times) return undefined;
  const { starts, width } = times;
  const labels = labelsOf(starts, width, drawing);
  const { factor, name: unitName } = scaleOf(chart, drawing);
  const names = shortNames([...series, ...limits].map(({ name }) => name));
  const lines = [
    ...series.map(({ points }) => thin(points, starts, width)),
    ...limits.map(({ value }) => starts.map(() => value)),
  ];
  if (lines.some((line) => line.some((value) => value === undefined || !Number.isFinite(value)))) return undefined;
  return {
    type: 'data_visualization',
    title: cut(visibleText(title).trim() || '–', TITLE),
    chart: {
      type: 'line',
      series: lines.map((line, at) => ({
        name: names[at] ?? `${at + 1}`,
        data: line.map((value = 0, index) => ({ label: labels[index] ?? '', value: rounded(value / factor, unit) })),
      })),
      axis_config: { categories: labels, x_label: drawing.timeZone.slice(0, TITLE), y_label: unitName },
    },
  };
}

/** Equal spans over the time that is shown, at most twenty and no more than the sparsest series has points. */
function thinnedTimes(series: Series[]): { starts: number[]; width: number } | undefined {
  const all = series.flatMap(({ points }) => points.map(([at]) => at));
  if (all.length === 0) return undefined;
  const [first, last] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const count = Math.min(POINTS, ...series.map(({ points }) => points.length));
  if (count === 0) return undefined;
  const width = Math.max(1, (last - first) / count);
  return { starts: Array.from({ length: count }, (_, n) => first + n * width), width };
}

/** Of each span the highest value: a peak is what people look for. Undefined where nothing was measured. */
function thin(points: [number, number][], starts: number[], width: number): (number | undefined)[] {
  const highest: (number | undefined)[] = starts.map(() => undefined);
  for (const [at, value] of points) {
    const span = Math.min(starts.length - 1, Math.max(0, Math.floor((at - (starts[0] ?? 0)) / width)));
    highest[span] = Math.max(highest[span] ?? Number.NEGATIVE_INFINITY, value);
  }
  return highest;
}

/** The times of the spans, each another text: with the day where the curve is longer than one. */
function labelsOf(starts: number[], width: number, drawing: Drawing): string[] {
  const span = width * starts.length;
  const options: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    ...(width < 60_000 && { second: '2-digit' }),
    ...(span >= 86_400_000 && { month: '2-digit', day: '2-digit' }),
  };
  const timeText = timeTexts(options, drawing);
  const labels = starts.map(timeText);
  return labels.map((label, at) => (labels.indexOf(label) === at ? label : cut(`${label} #${at + 1}`, NAME)));
}

function timeTexts(options: Intl.DateTimeFormatOptions, { timeZone }: Drawing): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' });
  return (at) => format.format(at);
}

const BYTES: [number, string][] = [
  [1024 ** 4, 'TiB'],
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
];

function scaleOf({ unit, series, limits }: Chart, { t }: Drawing): { factor: number; name: string } {
  if (unit !== 'bytes') return { factor: 1, name: t(`slack.render-unit-${unit}`) };
  const values = [
    ...series.flatMap(({ points }) => points.map(([, value]) => value)),
    ...limits.map(({ value }) => value),
  ];
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const [factor, name] = BYTES.find(([size]) => most >= size) ?? [1, 'B'];
  return { factor, name };
}

const rounded = (value: number, unit: Chart['unit']): number => Number(value.toFixed(unit === 'cores' ? 3 : 2));

/** Names of at most twenty characters, each another: the beginning and the end of long ones, which tells pods apart. */
function shortNames(names: string[]): string[] {
  const short: string[] = [];
  for (const [at, name] of names.entries()) {
    const text = visibleText(name).trim() || `${at + 1}`;
    const fitting = text.length <= NAME ? text : `${text.slice(0, 9)}…${text.slice(-10)}`;
    const once = short.includes(fitting) ? `${fitting.slice(0, NAME - 4)} #${at + 1}` : fitting;
    short.push(once.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, ''));
  }
  return short;
}

/** What happened on the way, with its time. */
function marksOf(drawing: Drawing, { marks }: Chart): string[] {
  const style: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', month: '2-digit', day: '2-digit' };
  const timeText = timeTexts(style, drawing);
  return marks.map(({ name, at }) => `${name} ${timeText(at)} ${drawing.timeZone}`);
}

/** The title and names that did not fit into the chart, whole. */
function namesOf({ series, limits }: Chart, title: string): string[] {
  const names = [...series, ...limits].map(({ name }) => name).filter((name) => name.length > NAME);
  return [...(title.length > TITLE ? [title] : []), ...names];
}

/** Each curve in words: its peak and where it is, and the limits. */
function peaksOf(drawing: Drawing, chart: Chart): string {
  const { factor, name: unit } = scaleOf(chart, drawing);
  const said = (value: number) => `${rounded(value / factor, chart.unit)} ${unit}`.trim();
  const curves = chart.series.map(({ name, points }) => {
    const values = points.map(([, value]) => value);
    const last = values.at(-1);
    if (last === undefined) return drawing.t('slack.render-unmeasured', { name });
    const peak = values.reduce((a, b) => Math.max(a, b));
    return drawing.t('slack.render-peak', { name, peak: said(peak), last: said(last) });
  });
  return [...curves, ...chart.limits.map(({ name, value }) => `${name}: ${said(value)}`)].join(' · ');
}
