import type { Chart } from '../../src/chat/types.ts';

/** Charts for the tests of this folder. */

export const MI = 2 ** 20;
export const MINUTE = 60_000;
/** Noon in Shanghai. */
export const NOON = Date.parse('2026-11-25T04:00:00Z');

/** Strangers' words, with all that could be markup, styled text, or no XML at all. */
export const HOSTILE =
  '<img src=x onerror="1"></text><script>1</script>&amp;]]>{a|b} \u0000\u001b[31m \ud800 \uffff \u202eabc 😀\nsecond line';

/** Memory that climbs to its limit again and again. */
export const memory = (over: Partial<Chart> = {}): Chart => ({
  unit: 'bytes',
  series: [{ name: 'checkout', points: climb(120) }],
  limits: [{ name: 'limit app', value: 256 * MI }],
  marks: [{ name: 'OOMKilled', at: NOON - 32 * MINUTE }],
  ...over,
});

export const climb = (count: number): [number, number][] =>
  Array.from({ length: count }, (_, n) => [NOON - (count - 1 - n) * MINUTE, (110 + ((n * 5) % 150)) * MI]);

/** The words of a drawing. */
export const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => decode(text));

const decode = (text: string) =>
  text.replace(
    /&(lt|gt|quot|amp|#39);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? "'",
  );
