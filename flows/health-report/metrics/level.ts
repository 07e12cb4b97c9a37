import type { MetricRow } from '../../../src/health/types.ts';
import type { Level, Signal } from './signal.ts';

/** How bad a row is: the first of a signal's levels that it fits; undefined when it is fine. */
export function levelOf({ levels }: Pick<Signal, 'levels'>, row: MetricRow): Level | undefined {
  return levels.find((level) => isFor(level, row.labels) && isBeyond(level, row.value));
}

function isFor({ only = {}, except }: Level, labels: Record<string, string>): boolean {
  const has = (wanted: Record<string, string>) =>
    Object.entries(wanted).every(([label, value]) => labels[label] === value);
  return has(only) && !(except && has(except));
}

function isBeyond({ op, value: line }: Level, value: number): boolean {
  switch (op) {
    case '>':
      return value > line;
    case '>=':
      return value >= line;
    case '<':
      return value < line;
    case '<=':
      return value <= line;
  }
}
