const SUFFIXES: Record<string, number> = {
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

/** The number a quantity such as `250m`, `1.5Gi` or `1e3` stands for; undefined for what is none. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export function parseQuantity(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return undefined;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(quantity);
  if (!match) return undefined;
  return Number(match[1]) * (match[2] === undefined ? (SUFFIXES[match[3] ?? ''] ?? 1) : 10 ** Number(match[2]));
}

/** A number of a resource as a quota writes it: cores or milli-cores, bytes in the largest binary unit, or a count. */
export function quantityText(resource: string, value: number): string {
  if (/cpu$/.test(resource)) {
    const milli = Math.ceil(value * 1000 - 1e-6);
    return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
  }
  const whole = Math.ceil(value);
  const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find((name) => whole !== 0 && whole % (SUFFIXES[name] ?? 1) === 0);
  return /memory|storage/.test(resource) && unit ? `${whole / (SUFFIXES[unit] ?? 1)}${unit}` : String(whole);
}
