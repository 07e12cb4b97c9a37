import { DDSketch } from '@datadog/sketches-js';

/**
 * A sketch of a day's values: quantiles within 1 % of the true ones, and mergeable (DDSketch, https://arxiv.org/abs/1908.10693).
 * The library's own serialisation needs a package that it does not bring along, so the bins are written out here.
 */
export type Sketch = DDSketch;

/** Bins as they are stored: how many zeros, then for each bin that holds something its distance from the one before and its count. */
export type PackedSketch = readonly number[];

const RELATIVE_ACCURACY = 0.01;
/** What is below counts as nothing: a hundredth of a millicore, a byte. */
const NOTHING = 0.01;

export function createSketch(): Sketch {
  return new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
}

export function addTo(sketch: Sketch, value: number, weight = 1): void {
  sketch.accept(value < NOTHING ? 0 : value, weight);
}

/** The value that `share` of all values do not exceed, within 1 %; 0 for an empty sketch. */
export function quantile(sketch: Sketch, share: number): number {
  return sketch.count === 0 ? 0 : sketch.getValueAtQuantile(share);
}

export function pack({ store, zeroCount }: Sketch): PackedSketch {
  const packed = [zeroCount];
  let last = 0;
  store.bins.forEach((count, index) => {
    if (count === 0) return;
    const key = index + store.offset;
    packed.push(key - last, count);
    last = key;
  });
  return packed;
}

/** Adds what was packed. Bins go in by their keys: the library's `merge` would copy empty ones along. */
export function mergeInto(sketch: Sketch, [zeros = 0, ...bins]: PackedSketch): void {
  let key = 0;
  let count = zeros;
  for (let at = 0; at + 1 < bins.length; at += 2) {
    key += bins[at] ?? 0;
    const more = bins[at + 1] ?? 0;
    sketch.store.add(key, more);
    count += more;
  }
  sketch.zeroCount += zeros;
  sketch.count += count;
}
