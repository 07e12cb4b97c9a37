import type { Delta, Line, Report } from '../../src/health/types.ts';

type Scored = Pick<Report, 'id' | 'at' | 'score' | 'ruleSet' | 'coverage' | 'lines' | 'findings'>;

/** Smaller moves than this tell nothing. */
const LEAST = 0.05;
const MOST_CAUSES = 10;

/** What moved the score since an earlier report, largest first. Line by line: each is new, gone, worse or better by so many points. */
export function deltaOf(now: Scored, before: Scored): Delta {
  const earlier = pointsByCode(before.lines);
  const present = pointsByCode(now.lines);
  const causes = [...new Set([...present.keys(), ...earlier.keys()])].flatMap((code): Delta['causes'] => {
    const [is, was] = [present.get(code), earlier.get(code)];
    const line = is ?? was;
    const points = round((was?.points ?? 0) - (is?.points ?? 0));
    if (!line || Math.abs(points) < LEAST) return [];
    return [{ points, code, text: line.text, change: !was ? 'new' : !is ? 'gone' : points < 0 ? 'worse' : 'better' }];
  });
  return {
    against: { id: before.id, at: before.at, score: before.score, ruleSet: before.ruleSet },
    points: now.score - before.score,
    causes: [...rulesChanged(now, before), ...causes.sort(byMove)].slice(0, MOST_CAUSES),
  };
}

const byMove = (a: { points: number; code: string }, b: { points: number; code: string }) =>
  Math.abs(b.points) - Math.abs(a.points) || (a.code < b.code ? -1 : 1);

function pointsByCode(lines: readonly Line[]): Map<string, { points: number; text: Line['text'] }> {
  const sums = new Map<string, { points: number; text: Line['text'] }>();
  for (const { code, points, text } of lines) sums.set(code, { points: (sums.get(code)?.points ?? 0) + points, text });
  return sums;
}

/** Scores of two rule sets are no measure of a change; a report across them says so first. */
function rulesChanged(now: Scored, before: Scored): Delta['causes'] {
  if (now.ruleSet === before.ruleSet) return [];
  const text = {
    en: `The rules changed from ${before.ruleSet} to ${now.ruleSet}: the two scores cannot be compared`,
    zh: `评分规则由 ${before.ruleSet} 变为 ${now.ruleSet}：两次得分不可直接比较`,
  };
  return [{ points: 0, code: 'RULES', text, change: 'rules' }];
}

const round = (points: number) => Math.round(points * 10) / 10;
