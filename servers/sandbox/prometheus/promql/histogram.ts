import type { Interner, Labels } from './labels.ts';
import { remember, withoutLabels } from './labels.ts';
import type { Element } from './values.ts';

interface Bucket {
  bound: number;
  count: number;
}

/** Works out quantiles of classic histograms: one element for each set of buckets, told apart by `le`. */
export function histogramQuantiles(interner: Interner): (q: number, buckets: readonly Element[]) => Element[] {
  const histogramOf = remember((labels: Labels) => interner.intern(withoutLabels(labels, ['__name__', 'le'])));
  return (q, elements) => {
    const histograms = new Map<Labels, Bucket[]>();
    for (const { labels, value } of elements) {
      const bound = labels.le === undefined ? Number.NaN : Number(labels.le.replace('Inf', 'Infinity'));
      if (Number.isNaN(bound)) continue;
      const histogram = histogramOf(labels);
      const buckets = histograms.get(histogram) ?? [];
      histograms.set(histogram, [...buckets, { bound, count: value }]);
    }
    return [...histograms].map(([labels, buckets]) => ({ labels, value: bucketQuantile(q, buckets) }));
  };
}

/** https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile */
function bucketQuantile(q: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const buckets = monotonic(merged([...unsorted].sort((a, b) => a.bound - b.bound)));
  const highest = buckets.at(-1);
  const second = buckets.at(-2);
  if (!highest || !second || highest.bound !== Number.POSITIVE_INFINITY || !highest.count) return Number.NaN;
  const rank = q * highest.count;
  const index = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  if (!bucket) return second.bound;
  const below = buckets[index - 1] ?? { bound: 0, count: 0 };
  if (index === 0 && bucket.bound <= 0) return bucket.bound;
  return below.bound + ((bucket.bound - below.bound) * (rank - below.count)) / (bucket.count - below.count);
}

/** Buckets with the same bound, which differ in how `le` is written, as one. */
function merged(buckets: readonly Bucket[]): Bucket[] {
  const bounds = [...new Set(buckets.map(({ bound }) => bound))];
  return bounds.map((bound) => ({
    bound,
    count: buckets.filter((other) => other.bound === bound).reduce((sum, { count }) => sum + count, 0),
  }));
}

/** Counts that never fall, as buckets that were not scraped at the same moment may. */
function monotonic(buckets: readonly Bucket[]): Bucket[] {
  let most = Number.NEGATIVE_INFINITY;
  return buckets.map(({ bound, count }) => {
    most = Math.max(most, count);
    return { bound, count: most };
  });
}
