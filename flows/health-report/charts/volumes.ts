import type { Curve, ReportChart } from '../../../src/health/types.ts';
import { isDrawn, newest, reportChart, say, type Words } from './parts.ts';

/** How long volumes last at the pace of the time that is looked at. */

const DAY = 86_400_000;
const TOP = 10;
/** A pace seen for a shorter time is none. */
const LEAST_SPAN = DAY;
const LEAST_POINTS = 12;
/** Further ahead nobody knows. */
const MOST_DAYS = 180;
/** Points that the pace is made of: their pairs are counted. */
const THIN = 60;

/** Volumes that fill up, the first to be full first. Undefined where none does. */
export function daysToFullChart(curves: readonly Curve[], words: Words): ReportChart | undefined {
  const filling = curves
    .filter(({ name }) => name === 'volume-free')
    .flatMap((curve) => {
      const days = daysToFull(curve);
      const { namespace = '', persistentvolumeclaim = '' } = curve.labels;
      return days === undefined ? [] : [{ volume: `${namespace}/${persistentvolumeclaim}`, days }];
    })
    .toSorted((a, b) => a.days - b.days || (a.volume < b.volume ? -1 : 1))
    .slice(0, TOP);
  if (filling.length === 0) return undefined;
  const days = say(words, 'days');
  return reportChart('days-to-full', say(words, 'days-to-full-title'), {
    said: [days],
    chart: {
      kind: 'bars',
      unit: 'days',
      stacked: false,
      categories: filling.map(({ volume }) => volume),
      series: [{ name: days.en, values: filling.map((each) => each.days) }],
    },
  });
}

/** Days until nothing is free, at the median pace between any two moments (Theil-Sen); undefined where it does not fill up. */
function daysToFull(curve: Curve): number | undefined {
  const points = curve.points.flatMap(([at, value]) => (value === null ? [] : [{ at, value }]));
  const [first, last] = [points.at(0), points.at(-1)];
  if (!first || !last || !isDrawn(curve)) return undefined;
  if (points.length < LEAST_POINTS || last.at - first.at < LEAST_SPAN) return undefined;
  const every = Math.ceil(points.length / THIN);
  const pace = medianPace(points.filter((_, n) => n % every === 0));
  const days = (newest(curve) ?? 0) / -pace;
  return pace < 0 && days <= MOST_DAYS ? days : undefined;
}

/** Bytes a day. */
function medianPace(points: readonly { at: number; value: number }[]): number {
  const paces = points.flatMap((a, n) => points.slice(n + 1).map((b) => ((b.value - a.value) / (b.at - a.at)) * DAY));
  paces.sort((a, b) => a - b);
  const middle = Math.floor(paces.length / 2);
  const upper = paces[middle] ?? 0;
  return paces.length % 2 === 1 ? upper : ((paces[middle - 1] ?? upper) + upper) / 2;
}
