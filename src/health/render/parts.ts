import type { Advice, Delta, Finding, Line, Report, Severity } from '../types.ts';

/** What of a report comes first. Pure choices, the same for every place it is shown. */

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
/** Findings that moved the score, on the first screen. */
const MOVERS = 3;
/** Below this much seen, nothing is called quiet. */
const ENOUGH_SEEN = 0.8;

/** A reason for the score or for its change. `points` has the sign of what it does to the score. */
export interface Mover {
  points: number;
  code: string;
  text: Line['text'];
  /** The finding behind it, where there is one. */
  finding?: Finding;
}

/** The worst first; among the same the costlier. */
export const worstFirst = (a: Finding, b: Finding) =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.points - a.points || (a.id < b.id ? -1 : 1);

/** Findings that nobody has put off. */
export function openFindings({ findings }: Pick<Report, 'findings'>): Finding[] {
  return findings.filter(({ snoozed }) => snoozed === undefined).sort(worstFirst);
}

/** The three findings that moved the score: what changed it for the worse since the last report, filled up with what costs most. */
export function moversOf(report: Report): Mover[] {
  const worse = (report.delta?.causes ?? []).filter(({ points, change }) => points < 0 && isFinding(change));
  const lines = report.lines.filter(({ snoozed, points, code }) => !snoozed && points > 0 && !isCeiling(code));
  const costly = lines.toSorted((a, b) => b.points - a.points).map((line) => ({ ...line, points: -line.points }));
  const all = [...worse.toSorted((a, b) => a.points - b.points), ...costly];
  const once = all.filter((one, at) => all.findIndex(({ code }) => code === one.code) === at);
  return once.slice(0, MOVERS).map(({ points, code, text }) => {
    const finding = report.findings.find((one) => one.code === code && one.snoozed === undefined);
    return { points, code, text, ...(finding && { finding }) };
  });
}

/** What has become better since the last report, the largest first. */
export function fixedOf({ delta }: Report): Delta['causes'] {
  const better = (delta?.causes ?? []).filter(({ points, change }) => points > 0 && isFinding(change));
  return better.toSorted((a, b) => b.points - a.points);
}

/** What of a change is no finding's: another rule set, or more or less that could be seen. */
export function otherCauses({ delta }: Report): Delta['causes'] {
  return (delta?.causes ?? []).filter(({ change }) => !isFinding(change));
}

/** A ceiling is said by itself. */
const isCeiling = (code: string) => code.startsWith('CEILING');

const isFinding = (change: Delta['causes'][number]['change']) => change !== 'rules' && change !== 'coverage';

/** The largest saving that is safe, or that no gate speaks against. Without an amount it is none. */
export function savingOf({ advice, at }: Report): Advice | undefined {
  const now = (one: Advice) => {
    if (!one.saving || one.verdict === 'NOT_SAFE' || one.verdict === 'UNKNOWN') return 0;
    return (one.saving.zeroUntil ?? 0) > at ? one.saving.amount / 1e6 : one.saving.amount;
  };
  const best = advice.filter((one) => now(one) > 0).toSorted((a, b) => now(b) - now(a));
  return best[0];
}

/** The one risk to name: what is forecast to happen, else the worst finding that is not named already. */
export function riskOf(report: Report, named: readonly Mover[]): Finding | undefined {
  const isNamed = ({ code }: Finding) => named.some((mover) => mover.code === code);
  const open = openFindings(report).filter((finding) => finding.severity !== 'info' && !isNamed(finding));
  return open.find(({ confidence }) => confidence === 0.7) ?? open[0];
}

/** Whether two lines say it all: nothing of weight found, nothing lost sight of, nothing worse than before. */
export function isQuiet(report: Report): boolean {
  const isHeavy = ({ severity }: Finding) => severity !== 'low' && severity !== 'info';
  const isWorse = moversOf(report).length > 0 && (report.delta?.points ?? 0) < 0;
  if (report.ceiling || report.coverage < ENOUGH_SEEN || isWorse) return false;
  return !openFindings(report).some(isHeavy) && !report.unknown.some(({ kind }) => kind === 'lost');
}
