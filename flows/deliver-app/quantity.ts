const SUFFIX: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity as a number of cores, bytes or things; undefined where it is none. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export function amountOf(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return undefined;
  const exponent = /^([+-]?[\d.]+)[eE]([+-]?\d+)$/.exec(quantity);
  if (exponent) return Number(exponent[1]) * 10 ** Number(exponent[2]);
  const [, number, suffix = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+))([A-Za-z]{0,2})$/.exec(quantity) ?? [];
  const factor = SUFFIX[suffix];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** An amount as people read it: cores with a decimal or two, bytes in Mi or Gi. */
export function amountText(amount: number, resource: string): string {
  if (!/memory|storage/.test(resource)) return String(Math.round(amount * 1000) / 1000);
  const [unit, size] = Math.abs(amount) >= 2 ** 30 ? ['Gi', 2 ** 30] : ['Mi', 2 ** 20];
  return `${Math.round((amount / Number(size)) * 100) / 100}${unit}`;
}
