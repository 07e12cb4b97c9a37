import type { Translate } from '../chat/messages.ts';
import { visibleText } from '../chat/plain.ts';
import type { AnyChart, BarChart, Chart, Language } from '../chat/types.ts';
import { amountText, shortened } from './shared/amounts.js';
import { type DrawableBars, drawableBars } from './shared/bars.js';
import { drawable, lastOf, peakOf } from './shared/curves.js';

/** What the thread is told to draw: everything in words and figures. */
export type Drawing = CurveDrawing | BarDrawing;

interface Common {
  title: string;
  /** A line of words for every series, then for every limit. */
  legend: string[];
  /** Said instead of a chart where there is nothing to draw. */
  empty: string;
  language: Language;
  timeZone: string;
  dark: boolean;
}

/** Points are flat pairs [milliseconds, value, …], NaN for no value, so that they move to the thread and are not copied. */
export interface CurveDrawing extends Common {
  kind: 'curves';
  chart: Omit<Chart, 'series'>;
  series: { name: string; points: Float64Array<ArrayBuffer> }[];
}

export interface BarDrawing extends Common {
  kind: 'bars';
  chart: DrawableBars;
  /** What is not shown, or nothing. */
  note: string;
}

/** The thread's answer. */
export type Drawn = { png: Uint8Array<ArrayBuffer> } | { failed: string };

type Look = Pick<Drawing, 'language' | 'timeZone' | 'dark'> & { translate: Translate };

/** The drawing of a chart: without what cannot be drawn, and names as single lines. */
export function drawingOf(chart: AnyChart, title: string, { translate, ...look }: Look): Drawing {
  const common = { ...look, title: line(title), empty: translate('charts.empty') };
  return 'kind' in chart ? bars(chart, common, translate) : curves(chart, common, translate);
}

type Begun = Omit<Common, 'legend'>;

function curves(chart: Chart, common: Begun, translate: Translate): CurveDrawing {
  const { unit, series, limits, marks, band } = drawable(chart);
  const words = series.map(({ name, points }) => {
    const [peak, last] = [peakOf(points), lastOf(points)].map((value) => amountText(value, unit));
    return `${line(name)}: ${translate('charts.peak-and-last', { peak: peak ?? '', last: last ?? '' })}`;
  });
  const flat = (points: Chart['series'][number]['points']) =>
    points.flatMap(([at, value]) => [at, value ?? Number.NaN]);
  return {
    ...common,
    kind: 'curves',
    chart: {
      unit,
      limits: limits.map(({ name, value }) => ({ name: line(name), value })),
      marks: marks.map(({ name, at }) => ({ name: line(name), at })),
      ...(band && { band: { low: line(band.low), high: line(band.high) } }),
    },
    series: series.map(({ name, points }) => ({ name: line(name), points: Float64Array.from(flat(points)) })),
    legend: [...words, ...limits.map(({ name, value }) => `${line(name)}: ${amountText(value, unit)}`)],
  };
}

function bars(given: BarChart, common: Begun, translate: Translate): BarDrawing {
  const chart = drawableBars(given, translate('charts.others'));
  const series = chart.series.map(({ name, values }) => ({ name: line(name), values }));
  return {
    ...common,
    kind: 'bars',
    chart: {
      ...chart,
      series,
      categories: chart.categories.map(line),
      ...(chart.currency && { currency: shortened(line(chart.currency), 8) }),
    },
    legend: series.map(({ name }) => name),
    note: chart.left > 0 ? translate('charts.left', { count: chart.left }) : '',
  };
}

/** Names are anybody's words: one line each, and nothing that XML cannot hold. */
const line = (text: string) =>
  visibleText(text)
    .toWellFormed()
    .replaceAll(/[\ufffe\uffff]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
