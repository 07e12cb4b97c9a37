import { FunctionError } from '../function.ts';

/** value × 10^-scale, exactly: sprig calculates with shopspring/decimal. https://pkg.go.dev/github.com/shopspring/decimal */
export interface Decimal {
  value: bigint;
  scale: number;
}

/** Places after the point of a quotient. */
const DIVISION_PLACES = 16;

/** The decimal with the fewest digits that a float stands for. */
export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value))
    throw new FunctionError(
      `Cannot create a Decimal from ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`,
    );
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const places = digits.replace('-', '').length - 1 - Number(exponent);
  return places >= 0
    ? { value: BigInt(digits), scale: places }
    : { value: BigInt(digits) * 10n ** BigInt(-places), scale: 0 };
}

/** The float nearest to a decimal. */
export function floatOfDecimal({ value, scale }: Decimal): number {
  return Number(`${value}e${-scale}`);
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { value: scaled(a, scale) + scaled(b, scale), scale };
}

export function minus(a: Decimal, b: Decimal): Decimal {
  return plus(a, { value: -b.value, scale: b.scale });
}

export function times(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, scale: a.scale + b.scale };
}

/** A quotient of 16 places, rounded half away from zero. */
export function dividedBy(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new FunctionError('decimal division by 0');
  const above = a.value * 10n ** BigInt(DIVISION_PLACES + b.scale);
  const below = b.value * 10n ** BigInt(a.scale);
  const negative = above < 0n !== below < 0n;
  const size = (abs(above) * 2n + abs(below)) / (abs(below) * 2n);
  return { value: negative ? -size : size, scale: DIVISION_PLACES };
}

function scaled({ value, scale }: Decimal, to: number): bigint {
  return value * 10n ** BigInt(to - scale);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
