import type { Translate } from '../../../src/chat/messages.ts';
import type { AnyChart, Language, LocalText } from '../../../src/chat/types.ts';
import type { Curve, ReportChart } from '../../../src/health/types.ts';

/** What the charts of a report have in common. */

export type Words = Record<Language, Translate>;

/** A text of `health-charts` in both languages. */
export function say(words: Words, key: string, params: Record<string, string | number> = {}): LocalText {
  return { en: words.en(`health-charts.${key}`, params), zh: words.zh(`health-charts.${key}`, params) };
}

/** A chart whose own words, by the English ones that stand in it, are told apart from names of things. */
export function reportChart(
  name: string,
  title: LocalText,
  drawn: { chart: AnyChart; said: LocalText[] },
): ReportChart {
  const words = Object.fromEntries(drawn.said.map((text) => [text.en, text]));
  return { name, title, chart: drawn.chart, words };
}

/** Whether it shows anything: a single moment is no curve. */
export const isDrawn = ({ points }: Pick<Curve, 'points'>): boolean =>
  points.filter(([, value]) => value !== null).length > 1;

/** The newest value. */
export const newest = ({ points }: Pick<Curve, 'points'>): number | undefined =>
  points.findLast(([, value]) => value !== null)?.[1] ?? undefined;

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
