import { visibleText } from '../../src/chat/plain.ts';
import type { BarChart } from '../../src/chat/types.ts';
import { amountWords, CHART, fittingNames, rounded, unitOf } from './render-chart-parts.ts';
import { type ChartBlock, cut, type Drawing } from './render-shapes.ts';

/** Amounts side by side: as Slack's own bars, which stand in groups, as far as those can show them. */

const CATEGORIES = 20;

/** Undefined where Slack's bars would say something else: stacks, too many of them, or amounts that are not known. */
export function nativeBars(drawing: Drawing, title: string, chart: BarChart): ChartBlock | undefined {
  const { categories, series, stacked } = chart;
  const isTooMuch = categories.length > CATEGORIES || series.length > CHART.series;
  if (isTooMuch || categories.length === 0 || series.length === 0 || (stacked && series.length > 1)) return undefined;
  const { factor, name: unitName } = unitOf(chart, amountsOf(chart), drawing);
  const labels = fittingNames(categories);
  const names = fittingNames(series.map(({ name }) => name));
  const lines = series.map(({ values }) => categories.map((_, n) => values[n] ?? undefined));
  if (lines.some((line) => line.some((value) => value === undefined || !Number.isFinite(value)))) return undefined;
  return {
    type: 'data_visualization',
    title: cut(visibleText(title).trim() || '–', CHART.title),
    chart: {
      type: 'bar',
      series: lines.map((line, at) => ({
        name: names[at] ?? `${at + 1}`,
        data: line.map((value = 0, n) => ({ label: labels[n] ?? '', value: rounded(value / factor, chart.unit) })),
      })),
      axis_config: { categories: labels, ...(unitName && { y_label: cut(unitName, CHART.title) }) },
    },
  };
}

/** Each category in words: its amounts, with the names of the series where there are several. */
export function barWords(drawing: Drawing, chart: BarChart): string[] {
  const { categories, series } = chart;
  const words = amountWords(chart, amountsOf(chart), drawing);
  const said = (value: number | null | undefined) => (value === null || value === undefined ? '–' : words(value));
  return categories.map((category, n) => {
    const amounts = series.map(({ name, values }) => `${series.length > 1 ? `${name} ` : ''}${said(values[n])}`);
    return `${category}: ${amounts.join(', ')}`;
  });
}

const amountsOf = ({ series }: BarChart): number[] =>
  series.flatMap(({ values }) => values).filter((value) => value !== null);
