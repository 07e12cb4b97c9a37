import { checkRung } from './check-rung.ts';
import { checkWish } from './check-wish.ts';
import type { Knowledge } from './knowledge.ts';
import { climb, type Rung, rungFor } from './ladder.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Requirements } from './requirements.ts';
import { settle, type Wish } from './wish.ts';

/** Everything about the requirements that cannot be had, in the order a person should mend it. */
export function check(asked: Requirements, knowledge: Knowledge): Refusal[] {
  const wish = settle(asked, knowledge);
  const refusals = checkWish(wish, knowledge);
  if (refusals.length > 0) return refusals;
  const rung = choose(wish, climb(wish, knowledge), knowledge);
  return rung ? checkRung(wish, rung, knowledge) : [soldOut(wish)];
}

/** The rung to recommend. A type that a person named stands even where it cannot work; else only what works is chosen from. */
export function choose(wish: Wish, rungs: readonly Rung[], knowledge: Knowledge): Rung | undefined {
  const workable = rungs.filter((rung) => checkRung(wish, rung, knowledge).length === 0);
  return rungFor(wish, wish.instanceType || workable.length === 0 ? rungs : workable);
}

/** No type of the kind is sold in all the zones. */
export function soldOut(wish: Wish): Refusal {
  const { instanceType: type = '', zones } = wish;
  return refuse('sold-out', type ? 'instanceType' : 'zones', { type, zones: zones.join(', ') }, []);
}
