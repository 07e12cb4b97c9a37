import type { Translate } from '../chat/messages.ts';
import { visibleText } from '../chat/plain.ts';
import type { Chart, Language } from '../chat/types.ts';
import { amountText, drawable, peakOf } from './shared/curves.js';

/** What the thread is told to draw: everything in words and figures, points as flat pairs [milliseconds, value, …]. */
export interface Drawing {
  title: string;
  unit: Chart['unit'];
  series: { name: string; points: Float64Array<ArrayBuffer> }[];
  limits: Chart['limits'];
  marks: Chart['marks'];
  /** A line of words for every series, then for every limit. */
  legend: string[];
  /** Said instead of curves where there is none. */
  empty: string;
  language: Language;
  timeZone: string;
  dark: boolean;
}

/** The thread's answer. */
export type Drawn = { png: Uint8Array<ArrayBuffer> } | { failed: string };

type Look = Pick<Drawing, 'language' | 'timeZone' | 'dark'> & { translate: Translate };

/** The drawing of a chart: without what cannot be drawn, and names as single lines. */
export function drawingOf(chart: Chart, title: string, { translate, ...look }: Look): Drawing {
  const { unit, series, limits, marks } = drawable(chart);
  const words = series.map(({ name, points }) => {
    const [peak, now] = [peakOf(points), points.at(-1)?.[1] ?? 0].map((value) => amountText(value, unit));
    return `${line(name)}: ${translate('charts.peak-and-last', { peak: peak ?? '', last: now ?? '' })}`;
  });
  return {
    ...look,
    title: line(title),
    unit,
    series: series.map(({ name, points }) => ({ name: line(name), points: Float64Array.from(points.flat()) })),
    limits: limits.map(({ name, value }) => ({ name: line(name), value })),
    marks: marks.map(({ name, at }) => ({ name: line(name), at })),
    legend: [...words, ...limits.map(({ name, value }) => `${line(name)}: ${amountText(value, unit)}`)],
    empty: translate('charts.empty'),
  };
}

/** Names are anybody's words: one line each, and nothing that XML cannot hold. */
const line = (text: string) =>
  visibleText(text)
    .toWellFormed()
    .replaceAll(/[\ufffe\uffff]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
