/** Digits and where the point stands: 0.d1d2… × 10^point. */
interface Decimal {
  digits: string;
  point: number;
}

/** Most digits after the point that a double can have; what is asked beyond them is zeros. */
const EXACT_DIGITS = 1100;

/** A float as Go's strconv.FormatFloat writes it: `precision` -1 for as few digits as tell it apart. https://pkg.go.dev/strconv#FormatFloat */
export function formatFloat(value: number, format: 'e' | 'f' | 'g' | 'x', precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  switch (format) {
    case 'e':
      return sign + exponential(precision < 0 ? shortest(size) : rounded(size, precision + 1), precision);
    case 'f':
      return sign + (precision < 0 ? plain(shortest(size)) : fixed(size, precision));
    case 'g':
      return sign + general(size, precision);
    default:
      return sign + hexadecimal(size);
  }
}

function general(size: number, precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const decimal = wanted < 0 ? shortest(size) : trimmed(rounded(size, wanted));
  const { length } = decimal.digits;
  // Shortest digits decide by six: a million is 1e+06.
  const most = wanted < 0 ? 6 : wanted > length && length >= decimal.point ? length : wanted;
  const exponent = decimal.point - 1;
  if (size !== 0 && (exponent < -4 || exponent >= most)) return exponential(decimal, -1);
  return plain(decimal);
}

function exponential({ digits, point }: Decimal, precision: number): string {
  const kept = precision < 0 ? digits : digits.padEnd(precision + 1, '0');
  const exponent = digits === '0' || /^0+$/.test(digits) ? 0 : point - 1;
  const fraction = kept.length > 1 ? `.${kept.slice(1)}` : '';
  return `${kept.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function plain({ digits, point }: Decimal): string {
  if (point <= 0) return digits === '0' ? '0' : `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return digits.padEnd(point, '0');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** JavaScript, too, writes the fewest digits that read back as the same number. */
function shortest(size: number): Decimal {
  const [mantissa = '0', exponent = '0'] = size.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: size === 0 ? 1 : Number(exponent) + 1 };
}

function trimmed({ digits, point }: Decimal): Decimal {
  return { digits: digits.replace(/(?<=.)0+$/, ''), point };
}

/** `count` digits, rounded half to even on the exact value. */
function rounded(size: number, count: number): Decimal {
  if (size === 0) return { digits: '0', point: 1 };
  const exponent = Number(size.toExponential().split('e')[1]);
  const places = Math.min(count, EXACT_DIGITS) - 1 - exponent;
  const digits = scaled(size, places).toString();
  // Rounding up 9.99 gives one digit more, the last of them 0.
  const carried = digits.length > Math.min(count, EXACT_DIGITS) ? 1 : 0;
  return { digits: carried ? digits.slice(0, -1) : digits, point: exponent + 1 + carried };
}

function fixed(size: number, precision: number): string {
  const places = Math.min(precision, EXACT_DIGITS);
  const digits = scaled(size, places)
    .toString()
    .padStart(places + 1, '0');
  if (precision === 0) return digits;
  return `${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}${'0'.repeat(precision - places)}`;
}

/** size × 10^places as a whole number, half to even. */
function scaled(size: number, places: number): bigint {
  const [mantissa, exponent] = binary(size);
  let above = mantissa * (exponent > 0 ? 1n << BigInt(exponent) : 1n);
  let below = exponent < 0 ? 1n << BigInt(-exponent) : 1n;
  if (places >= 0) above *= 10n ** BigInt(places);
  else below *= 10n ** BigInt(-places);
  const whole = above / below;
  const rest = (above % below) * 2n;
  const up = rest > below || (rest === below && whole % 2n === 1n);
  return up ? whole + 1n : whole;
}

function binary(size: number): [mantissa: bigint, exponent: number] {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, size);
  const raw = bits.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  return exponent === 0 ? [fraction, -1074] : [fraction | (1n << 52n), exponent - 1075];
}

function hexadecimal(size: number): string {
  if (size === 0) return '0x0p+00';
  let [mantissa, exponent] = binary(size);
  while (mantissa >> 52n === 0n) {
    mantissa <<= 1n;
    exponent -= 1;
  }
  const fraction = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0').replace(/0+$/, '');
  const power = exponent + 52;
  const sign = power < 0 ? '-' : '+';
  return `0x1${fraction ? `.${fraction}` : ''}p${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}
