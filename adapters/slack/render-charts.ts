import { visibleText } from '../../src/chat/plain.ts';
import type { AnyChart, Block, Chart } from '../../src/chat/types.ts';
import { barWords, nativeBars } from './render-bars.ts';
import { amountWords, CHART, fittingNames, rounded, unitOf } from './render-chart-parts.ts';
import { type ChartBlock, cut, type Drawing, type Piece } from './render-shapes.ts';
import { contentOf, drawRich, heading } from './render-texts.ts';
import { section, words } from './rich-text.ts';

/** Charts: two a message as Slack's own, as far as those can show them; the others are pictures. */

const CHARTS = 2;
const POINTS = 20;

type ChartOf = Extract<Block, { type: 'chart' }>;
type Series = Chart['series'][number];

export function drawChart(drawing: Drawing, { title, chart }: ChartOf): Piece[] {
  const block = drawing.kinds === 'all' && drawing.charts < CHARTS ? native(drawing, title, chart) : undefined;
  if (block) {
    drawing.charts++;
    const said = [...('kind' in chart ? [] : marksOf(drawing, chart)), ...longNames(chart, title)];
    return [contentOf(block), ...(said.length > 0 ? lineOf(drawing, said.join(' · ')) : [])];
  }
  const words = 'kind' in chart ? barWords(drawing, chart) : curveWords(drawing, chart);
  if (drawing.files) {
    drawing.pictures.push({ title, chart });
    words.push(drawing.t('slack.render-picture'));
  }
  return [...lineOf(drawing, title, true), ...lineOf(drawing, words.join(' · '))];
}

const native = (drawing: Drawing, title: string, chart: AnyChart): ChartBlock | undefined =>
  'kind' in chart ? nativeBars(drawing, title, chart) : nativeCurves(drawing, title, chart);

function lineOf(drawing: Drawing, text: string, isBold = false): Piece[] {
  const elements = [isBold ? heading(text) : section(words(visibleText(text).trim() || '–'))];
  return drawRich(drawing, elements, { room: 1500, what: 'chart', ext: 'txt', content: () => text });
}

/** Undefined where Slack's chart would say something else than the curve: too many lines, gaps, or nothing measured. */
function nativeCurves(drawing: Drawing, title: string, chart: Chart): ChartBlock | undefined {
  const { series, limits, unit } = chart;
  if (series.length === 0 || series.length + limits.length > CHART.series) return undefined;
  const times = thinnedTimes(series);
  if (!times) return undefined;
  const { starts, width } = times;
  const labels = labelsOf(starts, width, drawing);
  const { factor, name: unitName } = unitOf(chart, amountsOf(chart), drawing);
  const names = fittingNames([...series, ...limits].map(({ name }) => name));
  const lines = [
    ...series.map(({ points }) => thin(points, starts, width)),
    ...limits.map(({ value }) => starts.map(() => value)),
  ];
  if (lines.some((line) => line.some((value) => value === undefined || !Number.isFinite(value)))) return undefined;
  return {
    type: 'data_visualization',
    title: cut(visibleText(title).trim() || '–', CHART.title),
    chart: {
      type: 'line',
      series: lines.map((line, at) => ({
        name: names[at] ?? `${at + 1}`,
        data: line.map((value = 0, index) => ({ label: labels[index] ?? '', value: rounded(value / factor, unit) })),
      })),
      axis_config: { categories: labels, x_label: drawing.timeZone.slice(0, CHART.title), y_label: unitName },
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
function thin(points: Series['points'], starts: number[], width: number): (number | undefined)[] {
  const highest: (number | undefined)[] = starts.map(() => undefined);
  for (const [at, value] of points) {
    if (value === null) continue;
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
  return labels.map((label, at) => (labels.indexOf(label) === at ? label : cut(`${label} #${at + 1}`, CHART.name)));
}

function timeTexts(options: Intl.DateTimeFormatOptions, { timeZone }: Drawing): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' });
  return (at) => format.format(at);
}

/** What happened on the way, with its time. */
function marksOf(drawing: Drawing, { marks }: Chart): string[] {
  const style: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', month: '2-digit', day: '2-digit' };
  const timeText = timeTexts(style, drawing);
  return marks.map(({ name, at }) => `${name} ${timeText(at)} ${drawing.timeZone}`);
}

/** The title and names that did not fit into the chart, whole. */
function longNames(chart: AnyChart, title: string): string[] {
  const names = [...('kind' in chart ? chart.categories : []), ...chart.series.map(({ name }) => name)];
  const all = 'kind' in chart ? names : [...names, ...chart.limits.map(({ name }) => name)];
  return [...(title.length > CHART.title ? [title] : []), ...all.filter((name) => name.length > CHART.name)];
}

const valuesOf = ({ points }: Series): number[] => points.map(([, value]) => value).filter((value) => value !== null);

const amountsOf = ({ series, limits }: Chart): number[] => [
  ...series.flatMap(valuesOf),
  ...limits.map(({ value }) => value),
];

/** Each curve in words: its peak and where it is, and the limits. */
function curveWords(drawing: Drawing, chart: Chart): string[] {
  const said = amountWords(chart, amountsOf(chart), drawing);
  const curves = chart.series.map((series) => {
    const { name } = series;
    const values = valuesOf(series);
    const last = values.at(-1);
    if (last === undefined) return drawing.t('slack.render-unmeasured', { name });
    const peak = values.reduce((a, b) => Math.max(a, b));
    return drawing.t('slack.render-peak', { name, peak: said(peak), last: said(last) });
  });
  return [...curves, ...chart.limits.map(({ name, value }) => `${name}: ${said(value)}`)];
}
