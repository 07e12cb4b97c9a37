/** Amounts on charts: in the units in which limits are written, with three digits. */

const KI = 1024;
const BYTES = ['', 'Ki', 'Mi', 'Gi', 'Ti'];

/** An amount as text: `256Mi`, `250m`, `85%`, `1.2 s`. */
export function amountText(value, unit) {
  if (unit === 'bytes') {
    const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(value))) / 10)));
    return `${digits(value / KI ** power)}${BYTES[power]}`;
  }
  if (unit === 'cores') return value !== 0 && Math.abs(value) < 1 ? `${digits(value * 1000)}m` : digits(value);
  if (unit === 'percent') return `${digits(value)}%`;
  return unit === 'seconds' ? `${digits(value)} s` : digits(value);
}

const digits = (value) => String(Number(value.toPrecision(3)));

/** The distance between lines of a scale that reaches `top` in about four steps: powers of two for bytes, else 1, 2, 5. */
export function stepOf(top, unit) {
  const rough = Math.max(top, unit === 'bytes' ? 1 : 0.001) / 4;
  if (unit === 'bytes') return 2 ** Math.ceil(Math.log2(rough));
  const ten = 10 ** Math.floor(Math.log10(rough));
  return ten * ([1, 2, 5].find((factor) => factor * ten >= rough) ?? 10);
}
