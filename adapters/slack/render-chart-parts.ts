import { visibleText } from '../../src/chat/plain.ts';
import type { AnyChart, BarChart } from '../../src/chat/types.ts';
import type { Drawing } from './render-shapes.ts';

/** What curves and bars have in common on Slack. */

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export const CHART = { series: 6, name: 20, title: 50 } as const;

const BYTES: [number, string][] = [
  [1024 ** 4, 'TiB'],
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
];

/** What amounts are divided by, and how the unit is called then. */
export function unitOf(chart: AnyChart, amounts: readonly number[], { t }: Drawing): { factor: number; name: string } {
  const { unit } = chart;
  if (unit === 'money') return { factor: 1, name: ('kind' in chart && chart.currency) || '' };
  if (unit !== 'bytes') return { factor: 1, name: t(`slack.render-unit-${unit}`) };
  const most = amounts.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const [factor, name] = BYTES.find(([size]) => most >= size) ?? [1, 'B'];
  return { factor, name };
}

/** Says amounts of a chart in words. Where things are counted, the chart says which. */
export function amountWords(chart: AnyChart, amounts: readonly number[], drawing: Drawing): (value: number) => string {
  const { factor, name } = unitOf(chart, amounts, drawing);
  return (value) => `${rounded(value / factor, chart.unit)} ${chart.unit === 'count' ? '' : name}`.trim();
}

/** An amount without digits that nobody reads. */
export const rounded = (value: number, unit: BarChart['unit']): number =>
  Number(value.toFixed(unit === 'cores' ? 3 : 2));

/** Names of at most twenty characters, each another: the beginning and the end of long ones, which tells pods apart. */
export function fittingNames(names: string[]): string[] {
  const short: string[] = [];
  for (const [at, name] of names.entries()) {
    const text = visibleText(name).trim() || `${at + 1}`;
    const fitting = text.length <= CHART.name ? text : `${text.slice(0, 9)}…${text.slice(-10)}`;
    const once = short.includes(fitting) ? `${fitting.slice(0, CHART.name - 4)} #${at + 1}` : fitting;
    short.push(once.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, ''));
  }
  return short;
}
