import { scoreOf } from '../../../../flows/health-report/score/score.ts';
import { judge } from '../../../../flows/health-report/signals/judge.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { Facts, Verdict } from '../../../../src/health/types.ts';

export const words = loadMessages('templates/messages');

/** The score of facts, with its findings. */
export const rated = (facts: Facts) => scoreOf(judge(facts, words), { now: facts.now }, words);

export type Bad = Extract<Verdict, { state: 'bad' }>;

/** A verdict by its code. */
export function verdictOn(code: string, facts: Facts): Verdict {
  const found = judge(facts, words).find((verdict) => verdict.code === code);
  if (!found) throw new Error(`no verdict on ${code}`);
  return found;
}

export function badVerdict(code: string, facts: Facts): Bad {
  const verdict = verdictOn(code, facts);
  if (verdict.state !== 'bad') throw new Error(`${code} is ${verdict.state}`);
  return verdict;
}
