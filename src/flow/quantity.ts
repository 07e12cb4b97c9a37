/** Quantities of Kubernetes. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

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

/** Bytes, cores or a plain count; undefined where it is no quantity. */
export function parseQuantity(text: unknown): number | undefined {
  if (typeof text === 'number') return text;
  if (typeof text !== 'string') return undefined;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text.trim());
  if (!match) return undefined;
  const [, digits = '', exponent = '', suffix = ''] = match;
  return Number(`${digits}${exponent}`) * (SUFFIX[suffix] ?? 1);
}

/** Bytes in the largest binary unit that leaves a whole number, else rounded up to Mi. */
export function memoryText(bytes: number): string {
  for (const unit of ['Gi', 'Mi', 'Ki'] as const) {
    const count = bytes / (SUFFIX[unit] ?? 1);
    if (count >= 1 && Number.isInteger(count)) return `${count}${unit}`;
  }
  return `${Math.ceil(bytes / 2 ** 20)}Mi`;
}

/** Cores as `500m` or `2`. */
export function cpuText(cores: number): string {
  return Number.isInteger(cores) ? `${cores}` : `${Math.ceil(cores * 1000)}m`;
}

/** An amount as people read it: cores and pieces with a decimal or two, memory and storage in Mi or Gi. */
export function amountText(amount: number, resource: string): string {
  if (!/memory|storage/.test(resource)) return String(Math.round(amount * 1000) / 1000);
  const [unit, size] = Math.abs(amount) >= 2 ** 30 ? ['Gi', 2 ** 30] : ['Mi', 2 ** 20];
  return `${Math.round((amount / Number(size)) * 100) / 100}${unit}`;
}
