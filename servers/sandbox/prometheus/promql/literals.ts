const UNITS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds of a duration such as `1h30m`; undefined when it is none. https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations */
export function parseDuration(text: string): number | undefined {
  const order = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/;
  if (!text || !order.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|[ywdhms])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}

/** The value of a number, which may also be a duration in seconds; undefined when it is neither. */
export function parseNumber(text: string): number | undefined {
  const plain = text
    .replace(/^[+-]/, '')
    .replace(/(?<=\d)_(?=\d)/g, '')
    .toLowerCase();
  const sign = text.startsWith('-') ? -1 : 1;
  if (plain === 'inf' || plain === 'infinity') return sign * Number.POSITIVE_INFINITY;
  if (plain === 'nan') return Number.NaN;
  const duration = parseDuration(plain);
  if (duration !== undefined) return (sign * duration) / 1000;
  const number = Number(plain);
  return plain === '' || Number.isNaN(number) ? undefined : sign * number;
}

const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The text of a quoted string, or undefined when an escape is unknown or the end quote is missing. */
export function unquote(literal: string): string | undefined {
  const quote = literal[0];
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined;
  const inner = literal.slice(1, -1);
  if (quote === '`') return inner;
  let broken = false;
  const text = inner.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S]|$)/g,
    (_, sequence: string) => {
      const code = codeOf(sequence);
      if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
      const plain = ESCAPES[sequence];
      broken ||= plain === undefined;
      return plain ?? '';
    },
  );
  return broken ? undefined : text;
}

function codeOf(sequence: string): number | undefined {
  if (/^[xuU]./.test(sequence)) return Number.parseInt(sequence.slice(1), 16);
  return /^[0-7]{3}$/.test(sequence) ? Number.parseInt(sequence, 8) : undefined;
}

/** A number as Prometheus writes it in JSON. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
