import { choose, soldOut } from './check.ts';
import { checkRung } from './check-rung.ts';
import { checkWish } from './check-wish.ts';
import type { Knowledge } from './knowledge.ts';
import { climb, type Rung } from './ladder.ts';
import { type Combination, combine, type Option, type Rank } from './option.ts';
import type { Refusal } from './refusal.ts';
import type { Requirements } from './requirements.ts';
import { settle, type Wish } from './wish.ts';
import { describe } from './words.ts';

/** Up to three options, the recommended one first; or why there is none. */
export type Recommendation = { ok: true; options: Option[] } | { ok: false; refusals: Refusal[] };

/** Finds the combination that fits the requirements best, one that costs less and one that carries more. */
export function recommend(asked: Requirements, knowledge: Knowledge): Recommendation {
  const wish = settle(asked, knowledge);
  const refusals = checkWish(wish, knowledge);
  if (refusals.length > 0) return { ok: false, refusals };
  const rungs = climb(wish, knowledge);
  const chosen = choose(wish, rungs, knowledge);
  if (!chosen) return { ok: false, refusals: [soldOut(wish)] };
  const problems = checkRung(wish, chosen, knowledge);
  if (problems.length > 0) return { ok: false, refusals: problems };
  const valid = rungs.filter((rung) => checkRung(wish, rung, knowledge).length === 0);
  const ranked: [Rank, Rung | undefined][] = [
    ['recommended', chosen],
    ['cheaper', below(chosen, valid)],
    ['stronger', above(chosen, valid)],
  ];
  return { ok: true, options: worded(wish, ranked, knowledge) };
}

function below(chosen: Rung, valid: readonly Rung[]): Rung | undefined {
  return valid.findLast((rung) => priceOf(rung) < priceOf(chosen));
}

function above(chosen: Rung, valid: readonly Rung[]): Rung | undefined {
  const room = ({ capacity, count }: Rung) => (capacity?.usable ?? 0) * count;
  return valid.find(
    (rung) =>
      priceOf(rung) > priceOf(chosen) &&
      rung.type.vcpu * rung.count >= chosen.type.vcpu * chosen.count &&
      rung.type.memoryGiB * rung.count >= chosen.type.memoryGiB * chosen.count &&
      room(rung) >= room(chosen),
  );
}

function priceOf(rung: Rung): number {
  return rung.rankPrice ?? 0;
}

function worded(wish: Wish, ranked: readonly [Rank, Rung | undefined][], knowledge: Knowledge): Option[] {
  const found = ranked.flatMap(([rank, rung]): [Rank, Combination][] => {
    const made = rung && combine(wish, rung, knowledge);
    return made ? [[rank, made]] : [];
  });
  const main = found[0]?.[1];
  return main ? found.map(([rank, made]) => ({ ...made, rank, ...describe(made, rank, main, knowledge) })) : [];
}
