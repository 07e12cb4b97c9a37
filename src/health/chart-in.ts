import type { AnyChart, Language } from '../chat/types.ts';
import type { ReportChart } from './types.ts';

/** A report's chart as a card's block takes it: title and words in one language; names of things stay as they are. */
export function chartIn(
  { title, chart, words = {} }: ReportChart,
  language: Language,
): { title: string; chart: AnyChart } {
  const said = (name: string) => (Object.hasOwn(words, name) ? (words[name]?.[language] ?? name) : name);
  const named = <T extends { name: string }>(list: readonly T[]) =>
    list.map((each) => ({ ...each, name: said(each.name) }));
  if ('kind' in chart) {
    const { categories, series } = chart;
    return { title: title[language], chart: { ...chart, categories: categories.map(said), series: named(series) } };
  }
  const { series, limits, marks, band } = chart;
  const local = { ...chart, series: named(series), limits: named(limits), marks: named(marks) };
  if (band) local.band = { low: said(band.low), high: said(band.high) };
  return { title: title[language], chart: local };
}
