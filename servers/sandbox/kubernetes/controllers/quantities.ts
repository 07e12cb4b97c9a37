import type { PodSpec, ResourceAmounts } from './pod-kinds.ts';

const UNITS: Record<string, number> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A quantity such as `250m` or `1.5Gi` as a number; 0 for what is none. */
export function amount(quantity: string | number | undefined): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(quantity ?? ''));
  const number = Number(match?.[1]);
  return Number.isFinite(number) ? number * (UNITS[match?.[2] ?? ''] ?? 1) : 0;
}

/** CPU as Kubernetes writes it: whole cores or milli-cores. */
export const cpuText = (cores: number): string => {
  const milli = Math.round(cores * 1000);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
};

/** Bytes in the largest binary unit that divides them. */
function bytesText(bytes: number): string {
  const whole = Math.round(bytes);
  for (const [unit, size] of [
    ['Gi', UNITS.Gi],
    ['Mi', UNITS.Mi],
    ['Ki', UNITS.Ki],
  ] as const) {
    if (size && whole !== 0 && whole % size === 0) return `${whole / size}${unit}`;
  }
  return String(whole);
}

/** A number of some resource as Kubernetes writes it. */
export function amountText(resource: string, value: number): string {
  if (resource.endsWith('cpu')) return cpuText(value);
  return /memory|storage/.test(resource) ? bytesText(value) : String(value);
}

/** An absolute number, or a percentage of `total` rounded up or down. */
export function share(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const part = (Number.parseFloat(value ?? '0') * total) / 100;
  if (!String(value).endsWith('%')) return Number(value ?? 0);
  return round === 'up' ? Math.ceil(part) : Math.floor(part);
}

/** What a pod asks for of each resource: its containers together, or its largest init container. */
export function podAmounts(spec: PodSpec, of: keyof ResourceAmounts): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { resources } of spec.containers) {
    for (const [name, quantity] of Object.entries(resources?.[of] ?? {}))
      sum[name] = (sum[name] ?? 0) + amount(quantity);
  }
  for (const { resources } of spec.initContainers ?? []) {
    for (const [name, quantity] of Object.entries(resources?.[of] ?? {})) {
      sum[name] = Math.max(sum[name] ?? 0, amount(quantity));
    }
  }
  return sum;
}
