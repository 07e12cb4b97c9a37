import type { BarChart } from '../../../src/chat/types.ts';
import type { ReportChart } from '../../../src/health/types.ts';
import { reportChart, say, sum, type Words } from './parts.ts';

/** What namespaces cost, and what fired for how long. */

const TOP = 15;

/** One namespace in one currency: from the first of the month until now, and what the whole month comes to. */
export interface NamespaceCost {
  namespace: string;
  soFar: number;
  forecast: number;
  currency: string;
}

/** A chart for each currency: they are never summed. Namespaces beyond the most expensive are one, so that the sum stays. */
export function costCharts(costs: readonly NamespaceCost[], words: Words): ReportChart[] {
  const currencies = [...new Set(costs.map(({ currency }) => currency))].toSorted();
  return currencies.map((currency) => {
    const own = costs.filter((cost) => cost.currency === currency);
    const sorted = own.toSorted((a, b) => b.forecast - a.forecast || (a.namespace < b.namespace ? -1 : 1));
    const others = say(words, 'other-namespaces');
    const shown = sorted.length <= TOP ? sorted : [...sorted.slice(0, TOP - 1), rest(sorted.slice(TOP - 1), others.en)];
    const said = [say(words, 'so-far'), say(words, 'forecast'), others];
    const [soFar = others, forecast = others] = said;
    const chart: BarChart = {
      kind: 'bars',
      unit: 'money',
      currency,
      stacked: false,
      categories: shown.map(({ namespace }) => namespace),
      series: [
        { name: soFar.en, values: shown.map((cost) => cost.soFar) },
        { name: forecast.en, values: shown.map((cost) => cost.forecast) },
      ],
    };
    const name = currencies.length > 1 ? `cost-${currency}` : 'cost';
    return reportChart(name, say(words, 'cost-title', { currency }), { chart, said });
  });
}

function rest(costs: readonly NamespaceCost[], namespace: string): Omit<NamespaceCost, 'currency'> {
  const of = (key: 'soFar' | 'forecast') => sum(costs.map((cost) => cost[key]));
  return { namespace, soFar: of('soFar'), forecast: of('forecast') };
}

/** For how many minutes alerts and incidents were there, the longest first. */
export function firingChart(
  firing: readonly { name: string; minutes: number }[],
  words: Words,
): ReportChart | undefined {
  const shown = firing
    .filter(({ minutes }) => minutes > 0)
    .toSorted((a, b) => b.minutes - a.minutes || (a.name < b.name ? -1 : 1))
    .slice(0, TOP);
  if (shown.length === 0) return undefined;
  const minutes = say(words, 'minutes');
  return reportChart('firing', say(words, 'firing-title'), {
    said: [minutes],
    chart: {
      kind: 'bars',
      unit: 'count',
      stacked: false,
      categories: shown.map(({ name }) => name),
      series: [{ name: minutes.en, values: shown.map((each) => each.minutes) }],
    },
  });
}
