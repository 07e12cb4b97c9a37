import type { Element } from './values.ts';

type NumberFunction = (value: number, first: number, second: number) => number;

/** Half away from minus infinity, to a multiple; Prometheus' way against rounding errors. */
function round(value: number, multiple: number): number {
  const inverse = 1 / multiple;
  return Math.floor(value * inverse + 0.5) / inverse;
}

const clamp = (value: number, min: number, max: number): number =>
  Number.isNaN(min) || Number.isNaN(max) ? Number.NaN : Math.max(min, Math.min(max, value));

const degrees = 180 / Math.PI;

/** Functions of each value by itself, with up to two scalars. */
export const numberFunctions: Record<string, NumberFunction> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  sgn: Math.sign,
  deg: (value) => value * degrees,
  rad: (value) => value / degrees,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  round: (value, multiple) => round(value, multiple),
  clamp,
  clamp_min: (value, min) => clamp(value, min, Number.POSITIVE_INFINITY),
  clamp_max: (value, max) => clamp(value, Number.NEGATIVE_INFINITY, max),
};

const date = (seconds: number): Date => new Date(seconds * 1000);
const dayNumber = (when: Date): number => Date.UTC(when.getUTCFullYear(), when.getUTCMonth(), when.getUTCDate());

/** Functions of a time in seconds, in UTC. */
export const timeFunctions: Record<string, (seconds: number) => number> = {
  minute: (seconds) => date(seconds).getUTCMinutes(),
  hour: (seconds) => date(seconds).getUTCHours(),
  day_of_week: (seconds) => date(seconds).getUTCDay(),
  day_of_month: (seconds) => date(seconds).getUTCDate(),
  day_of_year: (seconds) => {
    const when = date(seconds);
    return (dayNumber(when) - Date.UTC(when.getUTCFullYear(), 0, 1)) / 86_400_000 + 1;
  },
  days_in_month: (seconds) => {
    const when = date(seconds);
    return new Date(Date.UTC(when.getUTCFullYear(), when.getUTCMonth() + 1, 0)).getUTCDate();
  },
  month: (seconds) => date(seconds).getUTCMonth() + 1,
  year: (seconds) => date(seconds).getUTCFullYear(),
};

/** Elements by value; NaN comes last in either direction. */
export function sortByValue(elements: readonly Element[], direction: 1 | -1): Element[] {
  return [...elements].sort((a, b) => {
    if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
    return Number.isNaN(b.value) ? -1 : direction * (a.value - b.value);
  });
}
