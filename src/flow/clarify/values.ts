import type { Span } from './words.ts';

/** Values that need no vocabulary: numbers and networks, found in normalised text. */

export interface Found<Value> extends Span {
  value: Value;
}

const NUMBER = /(?<![a-z0-9._/-])(\d+(?:\.\d+)?)\s*(k|w|千|万)?(?![a-z0-9]|[./-][a-z0-9])/g;
const SCALE: Record<string, number> = { k: 1_000, 千: 1_000, w: 10_000, 万: 10_000 };

/** The numbers that stand alone, not those inside a version, an address or an id: `5`, `1.5万`, `5k`. */
export function numbersIn(text: string): Found<number>[] {
  return [...text.matchAll(NUMBER)].map((match) => ({
    start: match.index,
    end: match.index + match[0].trimEnd().length,
    value: Math.round(Number(match[1]) * (SCALE[match[2] ?? ''] ?? 1) * 100) / 100,
  }));
}

const NETWORK = /(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})(?![\d.])/g;

/** The IPv4 networks in a text in canonical form: host bits are cleared, impossible ones left out. */
export function networksIn(text: string): Found<string>[] {
  return [...text.matchAll(NETWORK)].flatMap((match) => {
    const [octets, prefix] = [match.slice(1, 5).map(Number), Number(match[5])];
    if (octets.some((octet) => octet > 255) || prefix > 32) return [];
    const kept = octets.map((octet, at) => octet & (0xff << Math.min(8, Math.max(0, 8 * (at + 1) - prefix))));
    return [{ start: match.index, end: match.index + match[0].length, value: `${kept.join('.')}/${prefix}` }];
  });
}
