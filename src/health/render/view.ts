import type { Advice, Finding, Report, Saving } from '../types.ts';
import {
  clip,
  dayText,
  freedText,
  localText,
  momentText,
  moneyText,
  objectText,
  percentText,
  type ReportLook,
  signedText,
} from './look.ts';
import { fixedOf, isQuiet, moversOf, otherCauses, riskOf, savingOf } from './parts.ts';
import { renderWords, type TemplateName } from './templates.ts';

/** Parts of a report as plain strings in one language: what the templates are filled with. False stands for what is not there. */

/** Room on the first screen of a phone, in characters, at the least: where texts are few they may be longer. */
const ROOM = {
  en: { name: 36, mover: 77, small: 56, advice: 76 },
  zh: { name: 18, mover: 33, small: 20, advice: 28 },
} as const;

export interface SummaryView {
  cluster: string;
  environment: string;
  score: number;
  grade: string;
  coverage: string;
  unknown: number;
  lost: number;
  delta: { points: string; isUp: boolean; isDown: boolean; when: string } | false;
  ceiling: string;
  snoozed: { count: number; score: number } | false;
  others: { points: string; text: string }[];
  movers: { points: string; code: string; text: string }[];
  fixed: { points: string; code: string; text: string } | false;
  fixedMore: number;
  saving: { title: string; amount: string } | false;
  risk: { code: string; text: string } | false;
  findings: number;
  advice: number;
}

/** A name of anybody's as it may stand in a title. */
export const shortName = (name: string, language: ReportLook['language']) => clip(name, ROOM[language].name);

/** Characters of a summary that fit a phone's first screen beside the title and the buttons. */
const FITTING = { en: 740, zh: 370 } as const;

/** What the summary says on a phone: its texts as long as they can be there. */
export function fittingView(report: Report, look: ReportLook): SummaryView {
  const target = { target: 'text', language: look.language } as const;
  const views = [3, 2, 1.4].map((scale) => summaryView(report, look, scale));
  const fits = (view: SummaryView) =>
    [...renderWords(summaryTemplate(report), view, target)].length <= FITTING[look.language];
  return views.find(fits) ?? summaryView(report, look, 1);
}

/** What the summary says. Without a scale every text is as long as it is, for places with room. */
export function summaryView(report: Report, look: ReportLook, scale = Number.POSITIVE_INFINITY): SummaryView {
  const { language } = look;
  const room = ROOM[language];
  const cut = (text: string, most: number) => clip(text, Math.floor(most * scale));
  const movers = moversOf(report);
  const [fixed, ...more] = fixedOf(report);
  const saving = savingOf(report);
  const risk = riskOf(report, movers);
  const snoozed = report.findings.filter((finding) => finding.snoozed !== undefined).length;
  const cause = ({ points, code, text }: { points: number; code: string; text: Finding['text'] }, most: number) => ({
    points: signedText(points),
    code,
    text: cut(localText(text, language), most),
  });
  return {
    cluster: cut(report.cluster.name, room.name),
    environment: look.t(`reports.environment-${report.cluster.environment}`),
    score: report.score,
    grade: report.grade,
    coverage: percentText(report.coverage),
    unknown: report.unknown.length,
    lost: report.unknown.filter(({ kind }) => kind === 'lost').length,
    delta: deltaView(report, look),
    ceiling: cut(ceilingText(report, look), room.advice),
    snoozed: snoozed > 0 && { count: snoozed, score: report.scoreWithoutSnoozed },
    others: otherCauses(report)
      .slice(0, Number.isFinite(scale) ? 1 : undefined)
      .map((one) => cause(one, room.small)),
    movers: movers.map((one) => cause(one, room.mover)),
    fixed: fixed ? cause(fixed, room.small) : false,
    fixedMore: more.length,
    saving: saving?.saving
      ? { title: cut(localText(saving.title, language), room.advice), amount: savingText(saving.saving, look) }
      : false,
    risk: risk ? { code: risk.code, text: cut(localText(risk.text, language), room.advice) } : false,
    findings: report.findings.length,
    advice: report.advice.length,
  };
}

function deltaView({ delta }: Report, look: ReportLook): SummaryView['delta'] {
  if (!delta) return false;
  const { points, against } = delta;
  return {
    points: String(Math.abs(Number(points.toFixed(1)))),
    isUp: points > 0,
    isDown: points < 0,
    when: momentText(against.at, look),
  };
}

/** Why the score cannot be higher, with the most that it can be; empty where nothing holds it down. */
function ceilingText({ ceiling }: Pick<Report, 'ceiling'>, { t, language }: ReportLook): string {
  if (!ceiling) return '';
  const why = localText(ceiling.why, language);
  const isSaid = new RegExp(`(?<!\\d)${ceiling.at}(?!\\d)`).test(why);
  return isSaid ? why : t('reports.ceiling', { at: ceiling.at, why });
}

/** Which template tells of a report. */
export const summaryTemplate = (report: Report): TemplateName => (isQuiet(report) ? 'quiet' : 'summary');

/** `¥1,240 a month (list price of 1 Sept 2026)`, and where it is prepaid, until when nothing is saved. */
function savingText(saving: Saving, look: ReportLook): string {
  const { t, language } = look;
  const source = t(`reports.price-${saving.source}`, { asOf: saving.asOf });
  const amount = t('reports.a-month', { amount: moneyText(saving, language), source });
  if (saving.zeroUntil === undefined) return amount;
  return t('reports.saves-later', { until: dayText(saving.zeroUntil, look), amount });
}

export interface FindingView {
  id: string;
  code: string;
  severity: string;
  /** The word of the types, for colours. */
  level: Finding['severity'];
  category: string;
  points: string;
  text: string;
  next: string;
  since: string;
  objects: string;
  confidence: string;
  snoozed: string;
  evidence: { source: string; text: string }[];
}

/** A finding, whole. */
export function findingView(finding: Finding, look: ReportLook): FindingView {
  const { t, language } = look;
  const more = finding.count - finding.objects.length;
  const objects = finding.objects.map(objectText).join(language === 'zh' ? '、' : ', ');
  return {
    id: finding.id,
    code: finding.code,
    level: finding.severity,
    severity: t(`reports.severity-${finding.severity}`),
    category: t(`reports.category-${finding.category}`),
    points: signedText(-finding.points),
    text: localText(finding.text, language),
    next: localText(finding.next, language),
    since: finding.since === undefined ? '' : momentText(finding.since, look),
    objects: more > 0 && objects ? t('reports.and-more', { objects, more }) : objects,
    confidence: t(`reports.confidence-${Math.round(finding.confidence * 100)}`),
    snoozed: finding.snoozed ? snoozedText(finding.snoozed, look) : '',
    evidence: finding.evidence,
  };
}

/** Who put it off, and until when. */
function snoozedText({ by, until }: { by: string; until: number }, look: ReportLook): string {
  return look.t('reports.snoozed', { by, until: dayText(until, look) });
}

export interface AdviceView {
  id: string;
  title: string;
  text: string;
  verdict: string;
  level: Advice['verdict'] | 'NONE';
  saving: string;
  note: string;
  freed: string;
  gate: string;
  gates: { id: string; state: string; level: string; text: string }[];
  evidence: { source: string; text: string }[];
}

/** What is not safe saves nothing; it would. */
function savesText({ verdict }: Advice, saving: Saving, look: ReportLook): string {
  const isSafe = verdict === undefined || verdict === 'SAFE';
  return look.t(isSafe ? 'reports.saves-it' : 'reports.would-save', { saving: savingText(saving, look) });
}

/** A piece of advice, whole. */
export function adviceView(advice: Advice, look: ReportLook): AdviceView {
  const { t, language } = look;
  return {
    id: advice.id,
    title: localText(advice.title, language),
    text: localText(advice.text, language),
    level: advice.verdict ?? 'NONE',
    verdict: advice.verdict ? t(`reports.verdict-${advice.verdict.toLowerCase().replace('_', '-')}`) : '',
    saving: advice.saving ? savesText(advice, advice.saving, look) : '',
    note: advice.saving?.note ? localText(advice.saving.note, language) : '',
    freed: advice.freed ? freedText(advice.freed, look) : '',
    gate: advice.gate ?? '',
    gates: advice.gates.map(({ id, state, text }) => ({
      id,
      level: state,
      state: t(`reports.gate-${state}`),
      text: localText(text, language),
    })),
    evidence: advice.evidence,
  };
}

/** The reasons for the points that are missing, the costliest first, and their sum. */
export function lineViews(
  { lines, score }: Pick<Report, 'lines' | 'score'>,
  look: ReportLook,
): { rows: { points: string; code: string; text: string; snoozed: string }[]; sum: string } {
  const rows = lines.map(({ points, code, text, snoozed }) => ({
    points: signedText(-points),
    code,
    text: localText(text, look.language),
    snoozed: snoozed ? snoozedText(snoozed, look) : '',
  }));
  return { rows, sum: signedText(score - 100) };
}
