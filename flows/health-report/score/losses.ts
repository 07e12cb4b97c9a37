import type { Verdict } from '../../../src/health/types.ts';
import { coverageOf, knownCategories, lostCategories } from './coverage.ts';
import { type Penalty, penaltyOf } from './penalty.ts';
import { CEILING, isEnough, WEIGHT } from './rules.ts';

type CeilingName = keyof typeof CEILING;

export interface Loss extends Penalty {
  /** Of 100, after the limit of its category and the weights that are known. */
  lost: number;
}

export interface Outcome {
  score: number;
  /** Without a ceiling. */
  base: number;
  losses: Loss[];
  coverage: number;
  /** The one that holds the score down. */
  ceiling?: { name: CeilingName; at: number; code?: string };
}

/** The score of verdicts, and what it is lost to. The order of the verdicts does not matter. */
export function outcomeOf(verdicts: readonly Verdict[], now: number): Outcome {
  const coverage = coverageOf(verdicts);
  const known = knownCategories(verdicts);
  if (known.length === 0) return { score: 0, base: 0, losses: [], coverage };
  const penalties = verdicts
    .flatMap((verdict) => penaltyOf(verdict, now) ?? [])
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  const scale = 100 / known.reduce((sum, category) => sum + WEIGHT[category], 0);
  const lost = lostCategories(verdicts);
  const losses = known.flatMap((category) => within(category, penalties, { scale, isLost: lost.includes(category) }));
  const base = halfEven(100 - losses.reduce((sum, { lost }) => sum + lost, 0));
  const ceiling = lowest(penalties, coverage);
  if (!ceiling || ceiling.at >= base) return { score: base, base, losses, coverage };
  return { score: ceiling.at, base, losses, coverage, ceiling };
}

/**
 * All that a category lost: where that is more than its weight, each loses in proportion. Where all of it is lost, it loses all of its
 * weight: otherwise to be refused would be better than to have nothing there.
 */
function within(
  category: Penalty['category'],
  penalties: readonly Penalty[],
  { scale, isLost }: { scale: number; isLost: boolean },
): Loss[] {
  const own = penalties.filter((penalty) => penalty.category === category);
  const total = own.reduce((sum, { points }) => sum + points, 0);
  const part = total > WEIGHT[category] || (isLost && total > 0) ? WEIGHT[category] / total : 1;
  return own.map((penalty) => ({ ...penalty, lost: penalty.points * part * scale }));
}

function lowest(penalties: readonly Penalty[], coverage: number): Outcome['ceiling'] {
  for (const name of ['outage', 'critical'] as const) {
    const worst = penalties.find(({ ceiling }) => ceiling === name);
    if (worst) return { name, at: CEILING[name], code: worst.code };
  }
  return isEnough(coverage) ? undefined : { name: 'coverage', at: CEILING.coverage };
}

/** To a whole number, halves to the even one; what floating point adds or loses does not count. */
function halfEven(points: number): number {
  const exact = Math.round(Math.max(0, points) * 1e6) / 1e6;
  const floor = Math.floor(exact);
  const rest = exact - floor;
  return rest === 0.5 ? floor + (floor % 2) : Math.round(exact);
}
