import type { Translate } from '../../../src/chat/messages.ts';
import type { Language, LocalText } from '../../../src/chat/types.ts';
import type { Finding, Line, Score, Severity, Verdict } from '../../../src/health/types.ts';
import { byText, plain, say } from '../signals/texts.ts';
import { type Loss, type Outcome, outcomeOf } from './losses.ts';
import { gradeOf, RULE_SET } from './rules.ts';
import { shareOut } from './shares.ts';

type Bad = Extract<Verdict, { state: 'bad' }>;

interface Options {
  now: number;
  /** The same moment on the clock by which findings are put off, where that is another one. */
  at?: number;
  snoozes?: readonly { findingId: string; by: string; until: number }[];
}

const RANK: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };

/** The score with a line for each tenth of a point that is lost, and the findings, worst first. Snoozing changes only what is shown. */
export function scoreOf(
  verdicts: readonly Verdict[],
  { now, at = now, snoozes = [] }: Options,
  words: Record<Language, Translate>,
): { score: Score; findings: Finding[] } {
  const snoozed = new Map(snoozes.filter(({ until }) => until > at).map(({ findingId, ...by }) => [findingId, by]));
  const snoozeOf = (verdict: Verdict | undefined) =>
    verdict?.state === 'bad' ? snoozed.get(idOf(verdict)) : undefined;
  const outcome = outcomeOf(verdicts, now);
  const texts = new Map(verdicts.map((verdict) => [verdict.code, textOf(verdict, words)]));
  const byCode = new Map(verdicts.map((verdict) => [verdict.code, verdict]));
  const points = pointsOf(outcome);
  const lines = outcome.losses.flatMap(({ code }): Line[] => {
    const snooze = snoozeOf(byCode.get(code));
    const line = { points: points.get(code) ?? 0, code, text: texts.get(code) ?? { en: code, zh: code } };
    return line.points > 0 || snooze ? [{ ...line, ...(snooze && { snoozed: snooze }) }] : [];
  });
  const awake = verdicts.map(
    (verdict): Verdict =>
      snoozeOf(verdict) ? { code: verdict.code, category: verdict.category, state: 'good' } : verdict,
  );
  const ceiling = outcome.ceiling && { at: outcome.ceiling.at, why: whyOf(outcome, texts, words) };
  return {
    score: {
      score: outcome.score,
      grade: gradeOf(outcome.score, outcome.coverage),
      coverage: Math.round(outcome.coverage * 1e4) / 1e4,
      lines: [...lines.sort(byPoints), ...restOf(outcome, ceiling?.why, words)],
      scoreWithoutSnoozed: outcomeOf(awake, now).score,
      ...(ceiling && { ceiling }),
      ruleSet: RULE_SET,
    },
    findings: verdicts
      .filter((verdict) => verdict.state === 'bad')
      .map((verdict) => findingOf(verdict, points.get(verdict.code) ?? 0, snoozeOf(verdict)))
      .sort((a, b) => b.points - a.points || RANK[b.severity] - RANK[a.severity] || byText(a.code, b.code)),
  };
}

const byPoints = (a: Line, b: Line) => b.points - a.points || byText(a.code, b.code);

/** Points of each code in tenths, which sum to what is lost before any ceiling. */
function pointsOf({ losses, base }: Outcome): Map<string, number> {
  const shares = shareOut(
    (100 - base) * 10,
    losses.map(({ lost }: Loss) => lost),
  );
  return new Map(losses.map(({ code }, index) => [code, (shares[index] ?? 0) / 10]));
}

/** What no signal lost: a ceiling, or that nothing is known. */
function restOf(outcome: Outcome, why: LocalText | undefined, words: Record<Language, Translate>): Line[] {
  const { base, score, losses, ceiling } = outcome;
  if (ceiling && why) return [{ points: base - score, code: `CEILING:${ceiling.name}`, text: why }];
  const isNothing = base === 0 && losses.length === 0;
  return isNothing ? [{ points: 100, code: 'UNKNOWN', text: say(words, 'signals.score.nothing') }] : [];
}

function whyOf(
  { ceiling, coverage }: Outcome,
  texts: Map<string, LocalText>,
  words: Record<Language, Translate>,
): LocalText {
  const { name = 'coverage', at = 0, code = '' } = ceiling ?? {};
  const what = texts.get(code) ?? { en: code, zh: code };
  const percent = Math.floor(coverage * 100);
  const inOne = (language: Language) => words[language](`signals.score.${name}`, { at, percent, what: what[language] });
  return { en: inOne('en'), zh: inOne('zh') };
}

/** What a line says: the finding, or what could not be looked at. */
function textOf(verdict: Verdict, words: Record<Language, Translate>): LocalText {
  const { code } = verdict;
  if (verdict.state === 'bad') return verdict.text;
  if (verdict.state !== 'unknown') return { en: code, zh: code };
  const why = plain(verdict.why);
  const inOne = (language: Language) =>
    words[language]('signals.score.lost', { name: nameOf(code, words[language]), why });
  return { en: inOne('en'), zh: inOne('zh') };
}

function nameOf(code: string, words: Translate): string {
  const key = [`signals.${code}.name`, `metric-signals.${code}.name`].find((one) => words.has(one));
  return key === undefined ? code : words(key);
}

/** `W3:prod`: the code, and the worst place. */
function idOf({ code, objects }: Bad): string {
  return `${code}:${plain(objects[0]?.namespace ?? objects[0]?.name ?? 'cluster')}`;
}

function findingOf(verdict: Bad, points: number, snoozed: Finding['snoozed']): Finding {
  const { code, category, severity, confidence, since, objects, count, text, evidence, next, remedy } = verdict;
  return {
    id: idOf(verdict),
    code,
    category,
    severity,
    confidence,
    points,
    ...(since !== undefined && { since }),
    objects,
    count,
    text,
    evidence,
    next,
    ...(remedy && { remedy }),
    ...(snoozed && { snoozed }),
  };
}
