import { FunctionError } from '../function.ts';

/** Durations are whole nanoseconds. https://pkg.go.dev/time#ParseDuration */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const MOST = 1n << 63n;
const MOST_CHARACTERS = 1000;
const MOST_QUOTED = 200;

/** Nanoseconds of a duration such as `-1.5h` or `2h45m`; throws in Go's words. */
export function parseDuration(text: string): bigint {
  const invalid = new FunctionError(`time: invalid duration ${quote(text)}`);
  const negative = text.startsWith('-');
  let rest = text.replace(/^[-+]/, '');
  if (rest === '0') return 0n;
  if (rest === '') throw invalid;
  if (rest.length > MOST_CHARACTERS) throw invalid;
  let sum = 0n;
  while (rest !== '') {
    const [all = '', whole = '', fraction = '', unit = ''] = /^([0-9]*)(?:\.([0-9]*))?([^.0-9]*)/.exec(rest) ?? [];
    if (!/^[0-9.]/.test(rest) || whole + fraction === '') throw invalid;
    sum += partOf({ whole, fraction, unit }, text);
    if (sum > MOST) throw invalid;
    rest = rest.slice(all.length);
  }
  if (!negative && sum === MOST) throw invalid;
  return negative ? -sum : sum;
}

function quote(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text);
}

interface Part {
  whole: string;
  fraction: string;
  unit: string;
}

function partOf({ whole, fraction, unit }: Part, text: string): bigint {
  if (unit === '') throw new FunctionError(`time: missing unit in duration ${quote(text)}`);
  const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (size === undefined) throw new FunctionError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
  const kept = fraction.slice(0, 18);
  return BigInt(whole || '0') * size + (BigInt(kept || '0') * size) / 10n ** BigInt(kept.length);
}

/** A duration as Go prints it: `1h0m0s`, `1.5s`, `100ms`. */
export function printDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 1_000n)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 1_000_000n)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function decimal(size: bigint, unit: bigint): string {
  const fraction = (size % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return `${size / unit}${fraction && `.${fraction}`}`;
}

/** To whole seconds, half of one away from zero. */
export function roundToSecond(nanos: bigint): bigint {
  const second = 1_000_000_000n;
  const half = nanos < 0n ? -second / 2n : second / 2n;
  return ((nanos + half) / second) * second;
}

const COARSE: readonly (readonly [bigint, string])[] = [
  [365n * 86_400n, 'y'],
  [30n * 86_400n, 'mo'],
  [86_400n, 'd'],
  [3_600n, 'h'],
  [60n, 'm'],
  [1n, 's'],
];

/** The largest unit a duration is longer than, without a sign: `2h`, `3mo`. */
export function coarseDuration(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  for (const [seconds, name] of COARSE) {
    const unit = seconds * 1_000_000_000n;
    if (size > unit) return `${size / unit}${name}`;
  }
  return '0s';
}
