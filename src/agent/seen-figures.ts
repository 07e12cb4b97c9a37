import { figuresOf } from '../chat/figures.ts';
import type { Evidence } from './types.ts';

/** Which figures evidence holds, and whether a figure of a sentence is one of them. */

interface Figure {
  /** `number`, `byte`, `second`, `core`, `percent`, `money CNY`, … */
  kind: string;
  value: string;
}

/** The figures of some evidence, each once. */
export type SeenFigures = ReadonlyMap<string, ReadonlySet<string>>;

/** Signs that join a figure to what stands by it in JSON, labels and logs. */
const JOINTS = /["'`=,;{}[\]()<>|/\\]|:(?=\D)|(?<=\D):/g;
const VERSION = /(?<![\w.])v?(\d+\.\d+)(?:\.\d+)*/g;

/** All figures that evidence holds, with their units; of a list how long it is, of a curve how long it lasts. */
export function figuresSeen({ source, text, time, chart }: Evidence): SeenFigures {
  const whole = `${source}\n${time ?? ''}\n${text}`;
  const all = [whole, whole.replaceAll(JOINTS, ' ')].flatMap((one) => figuresOf(one).figures);
  const versions = [...whole.matchAll(VERSION)].map(([, version]) => `number:${Number(version)}`);
  const counts = lengthsOf(text).map((length) => `number:${length}`);
  const figures = new Map<string, Set<string>>();
  for (const figure of [...all, ...versions, ...counts, ...spanOf(chart)]) {
    const { kind, value } = parsed(figure);
    for (const one of kind === 'time' ? [value, value.replace(/^(\d+:\d+):\d+$/, '$1')] : [value])
      figures.set(kind, (figures.get(kind) ?? new Set()).add(one));
  }
  return figures;
}

/** Whether a figure of a sentence, as `figuresOf` writes it, is among those seen; a number that was rounded is the same number. */
export function isSeen(figure: string, seen: SeenFigures): boolean {
  const { kind, value } = parsed(figure);
  if (seen.get(kind)?.has(value)) return true;
  const wanted = Number(value);
  if (Number.isNaN(wanted)) return false;
  const some = (of: string, test: (value: number) => boolean) =>
    [...(seen.get(of) ?? [])].some((one) => test(Number(one)));
  switch (kind) {
    case 'percent':
      return (
        some('percent', (is) => Math.abs(is - wanted) <= 0.5) ||
        some('number', (is) => is > 0 && is <= 1.5 && Math.abs(100 * is - wanted) <= 0.5)
      );
    case 'byte':
    case 'second':
    case 'core':
      return [kind, 'number'].some((of) => some(of, (is) => isNear(is, wanted)));
    case 'number':
      return some('number', (is) => isRounded(is, wanted));
    default:
      return kind.startsWith('money') && some(kind, (is) => isNear(is, wanted));
  }
}

/** Rounded as people do: 1.2 GiB for 1.23. */
const isNear = (is: number, said: number): boolean => Math.abs(is - said) <= Math.abs(is) * 0.025;

/** A count is exact; a measured number may have lost its decimals. */
function isRounded(is: number, said: number): boolean {
  if (Number.isInteger(is)) return is === said;
  return Number.isInteger(said) ? Math.abs(is - said) <= 0.5 && said >= 10 : Math.abs(is - said) <= Math.abs(is) * 0.01;
}

function parsed(figure: string): Figure {
  const at = figure.indexOf(':');
  return { kind: figure.slice(0, at), value: figure.slice(at + 1) };
}

/** How many there are in each list of a JSON answer. */
function lengthsOf(text: string): number[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const lengths = new Set<number>();
  const walk = (one: unknown): void => {
    if (one === null || typeof one !== 'object') return;
    if (Array.isArray(one)) lengths.add(one.length);
    for (const inner of Object.values(one)) walk(inner);
  };
  walk(value);
  return [...lengths];
}

function spanOf(chart: Evidence['chart']): string[] {
  if (!chart || 'kind' in chart.chart) return [];
  const times = chart.chart.series.flatMap(({ points }) =>
    [points[0]?.[0], points.at(-1)?.[0]].filter((at) => at !== undefined),
  );
  return times.length < 2 ? [] : [`second:${Math.round((Math.max(...times) - Math.min(...times)) / 1000)}`];
}
