import { createHash } from 'node:crypto';

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** JSON with sorted keys: equal values, equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}

/** A number from 0 to 2^32-1 for a text, the same each time. */
export const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);

/** A fraction from 0 to 1 for a text, the same each time. */
export const fractionOf = (text: string): number => numberOf(text) / 2 ** 32;

/** The hash in names of ReplicaSets and pods, in the letters Kubernetes uses (k8s.io/apimachinery/pkg/util/rand). */
export const nameHash = (value: unknown): string =>
  [...String(numberOf(canonical(value)))].map((digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('');
