/** Amounts in words, and scales that are round in their units. The page is given this file as it is, so it is JavaScript. */

const KI = 1024;
const BYTES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const SUFFIX = { percent: '%', seconds: ' s', days: ' d' };

/** An amount as text, in the units in which limits are written, with three digits: `256Mi`, `250m`, `85%`, `1.2 s`, `¥1,234`. */
export function amountText(value, unit, currency) {
  if (unit === 'money') return moneyText(value, currency);
  if (unit === 'bytes') {
    const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10)));
    return `${digits(value / KI ** power)}${BYTES[power]}`;
  }
  if (unit === 'cores') return value !== 0 && Math.abs(value) < 1 ? `${digits(value * 1000)}m` : digits(value);
  return `${digits(value)}${SUFFIX[unit] ?? ''}`;
}

/** Three digits; of a million and more only those, with a letter, and beyond a thousand trillions as a power of ten. */
function digits(value) {
  const size = Math.abs(value);
  if (size >= 1e15) return value.toExponential(2).replace('e+', 'e');
  if (size >= 1e6) return compact.format(value);
  return String(Number(value.toPrecision(3)));
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Money to the whole unit, small amounts to the hundredth: nobody is told another sum than the one that is meant. */
function moneyText(value, currency = '') {
  const size = Math.abs(value);
  const fractions = size < 100 && !Number.isInteger(value) ? 2 : 0;
  const format =
    size >= 1e7
      ? { notation: 'compact', maximumSignificantDigits: 4 }
      : { minimumFractionDigits: fractions, maximumFractionDigits: fractions };
  if (!/^[A-Z]{3}$/.test(currency)) return `${new Intl.NumberFormat('en', format).format(value)} ${currency}`.trim();
  return new Intl.NumberFormat('en', {
    ...format,
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).format(value);
}

/** The distance between lines of a scale that reaches `top` in about four steps: powers of two for bytes, else 1, 2, 5, and quarters for percent. */
export function stepOf(top, unit) {
  const rough = Math.max(top, unit === 'bytes' ? 1 : 0.001) / 4;
  if (unit === 'bytes') return 2 ** Math.ceil(Math.log2(rough));
  const ten = 10 ** Math.floor(Math.log10(rough));
  const factors = unit === 'percent' || unit === 'points' ? [1, 2, 2.5, 5] : [1, 2, 5];
  return ten * (factors.find((factor) => factor * ten >= rough) ?? 10);
}

/** A scale that holds `bottom` (at most 0) and `top` between lines. */
export function scaleOf(bottom, top, unit) {
  const step = stepOf(Math.max(top, -bottom), unit);
  const low = Math.floor(bottom / step) * step;
  const high = Math.ceil(top / step) * step;
  return { min: low === 0 ? 0 : low, max: high > low ? high : low + step, interval: step };
}

/** Without the signs that styled text on a canvas is written with. */
export const plain = (text) => text.replace(/[{}|]/g, ' ');

/** How wide a text is, in half of what a Chinese character takes. */
export const widthOf = (text) => [...text].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0x2e7f ? 2 : 1), 0);

/** A name of at most that width: of a longer one the beginning and the end, which tells pods apart. */
export function shortened(text, most) {
  if (widthOf(text) <= most) return text;
  const signs = [...text];
  const tail = taken(signs.toReversed(), Math.floor((most - 1) * 0.45)).toReversed();
  return [...taken(signs, most - 1 - widthOf(tail.join(''))), '…', ...tail].join('');
}

function taken(signs, most) {
  let room = most;
  const end = signs.findIndex((sign) => {
    room -= widthOf(sign);
    return room < 0;
  });
  return end < 0 ? signs : signs.slice(0, end);
}
