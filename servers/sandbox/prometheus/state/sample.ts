import type { Labels } from '../promql/labels.ts';

/** What an exporter says of an object at one moment. */
export interface StateSample {
  name: string;
  labels: Labels;
  value: number;
}

/** One sample; labels without a value are left out. */
export function sample(name: string, labels: Record<string, string | undefined>, value: number | boolean): StateSample {
  const given = Object.entries(labels).flatMap(([label, text]) => (text ? [[label, text] as const] : []));
  return { name, labels: Object.fromEntries(given), value: Number(value) };
}

/** One sample, unless the number is unknown. */
export const known = (
  name: string,
  labels: Record<string, string | undefined>,
  value: number | undefined,
): StateSample[] => (value === undefined || Number.isNaN(value) ? [] : [sample(name, labels, value)]);

/** One sample for each possible value of a label, 1 for the one that is true. */
export function oneHot(
  name: string,
  labels: Record<string, string | undefined>,
  { label, values, actual }: { label: string; values: readonly string[]; actual: string | undefined },
): StateSample[] {
  return values.map((value) => sample(name, { ...labels, [label]: value }, value === actual));
}

/** Epoch seconds of a time as Kubernetes writes it; undefined when it is missing. */
export function seconds(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** A number from a status whose fields are not typed. */
export const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The three samples of each condition. */
export function conditions(
  name: string,
  labels: Record<string, string | undefined>,
  list: readonly { type: string; status: string }[] | undefined,
): StateSample[] {
  return (list ?? []).flatMap(({ type, status }) =>
    ['true', 'false', 'unknown'].map((value) =>
      sample(name, { ...labels, condition: type, status: value }, status.toLowerCase() === value),
    ),
  );
}
