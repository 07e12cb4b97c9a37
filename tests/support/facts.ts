import type { Facts } from '../../src/health/types.ts';

/** Facts of a production cluster of which nothing else is known. */
export function factsOf(known: Partial<Facts> & Pick<Facts, 'now'>): Facts {
  return {
    cluster: { id: 'c1', name: 'prod', environment: 'prod' },
    window: { from: known.now - 7 * 86_400_000, to: known.now },
    survey: undefined,
    metrics: {},
    curves: [],
    inspection: undefined,
    pools: undefined,
    machines: undefined,
    prices: {},
    unknown: [],
    ...known,
  };
}
