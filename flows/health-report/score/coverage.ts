import type { Category, Verdict } from '../../../src/health/types.ts';
import { WEIGHT } from './rules.ts';

type Scored = keyof typeof WEIGHT;

const scoredCategories = Object.keys(WEIGHT) as Scored[];

const isScored = (category: Category): category is Scored => category !== 'cost';

/** Categories of which something is known; what is lost is known to be bad. Their weights are what the score is made of. */
export function knownCategories(verdicts: readonly Verdict[]): Scored[] {
  const known = verdicts.flatMap((verdict) =>
    isScored(verdict.category) && !(verdict.state === 'unknown' && verdict.kind === 'absent') ? verdict.category : [],
  );
  return scoredCategories.filter((category) => known.includes(category));
}

/** Categories of which all that is there is lost. */
export function lostCategories(verdicts: readonly Verdict[]): Scored[] {
  const seen = verdicts.filter(({ state }) => state !== 'unknown').map(({ category }) => category);
  return knownCategories(verdicts).filter((category) => !seen.includes(category));
}

/** The share of the signals that are known, 0 to 1, by the weights of their categories. Items of the cloud's own inspection are extra. */
export function coverageOf(verdicts: readonly Verdict[]): number {
  const total = scoredCategories.reduce((sum, category) => sum + WEIGHT[category], 0);
  const known = scoredCategories.reduce((sum, category) => {
    const all = verdicts.filter((verdict) => verdict.category === category && !/^ACK(:|$)/.test(verdict.code));
    const share = all.length === 0 ? 0 : all.filter(({ state }) => state !== 'unknown').length / all.length;
    return sum + WEIGHT[category] * share;
  }, 0);
  return known / total;
}
