import { escapeLine } from '../../chat/plain.ts';
import type { Block, Button, Card, Tone } from '../../chat/types.ts';
import { chartIn } from '../chart-in.ts';
import { reportAction } from '../controls.ts';
import type { Advice, Finding, Report } from '../types.ts';
import { localText, momentText, type ReportLook, secondsText, signedText } from './look.ts';
import { isQuiet, moversOf, openFindings, riskOf, savingOf, worstFirst } from './parts.ts';
import { renderWords, type TemplateName } from './templates.ts';
import { adviceView, findingView, fittingView, lineViews, shortName, summaryTemplate } from './view.ts';

export interface CardLook extends ReportLook {
  /** Charts before the fold; the rest is folded. */
  charts?: number;
  /** Words for the summary that have been checked, as plain text; without them the template speaks. */
  summary?: string | undefined;
}

const CHARTS = 2;
/** Rows and paragraphs of a folded part: the whole report has the rest. */
const ROWS = 30;
const FINDINGS = 12;
const ADVICE = 8;
/** What a platform takes as the id of a button. */
const MOST_ID = 255;
const SNOOZE_DAYS = 7;

/** The id of the card that a report is shown on. */
export const reportCardId = (reportId: string) => `report-${reportId}`;

/** A report as a card: what one has to know on one screen of a phone, everything behind it folded. */
export function reportCard(report: Report, look: CardLook): Card {
  const { t } = look;
  const charts = report.charts.map((one): Block => ({ type: 'chart', ...chartIn(one, look.language) }));
  const shown = look.charts ?? CHARTS;
  return {
    id: reportCardId(report.id),
    rev: 1,
    title: t('reports.title', {
      cluster: shortName(report.cluster.name, look.language),
      when: momentText(report.at, look),
    }),
    tone: toneOf(report),
    blocks: [
      { type: 'text', markdown: summaryMarkdown(report, look) },
      ...buttons(report, look),
      ...charts.slice(0, shown),
      ...linkBlock(report, look),
      ...details(report, look),
      ...folded('charts', charts.slice(shown), look),
    ],
    footer: t('reports.footer', {
      ruleSet: report.ruleSet,
      inputs: report.inputs.slice(0, 12),
      seconds: secondsText(report.tookMs),
    }),
  };
}

/** A report within the daily digest: its summary, the buttons, and a way to the whole. */
export function digestHealthBlocks(report: Report, look: ReportLook): Block[] {
  const name: TemplateName = isQuiet(report) ? 'quiet' : 'digest';
  const markdown = renderWords(name, fittingView(report, look), { target: 'markdown', language: look.language });
  return [{ type: 'text', markdown }, ...buttons(report, look), ...linkBlock(report, look)];
}

/** The summary as plain lines: for notifications, terminals, and to be put into better words. */
export function summaryText(report: Report, look: ReportLook): string {
  const view = fittingView(report, look);
  return renderWords(summaryTemplate(report), view, { target: 'text', language: look.language });
}

function summaryMarkdown(report: Report, look: CardLook): string {
  if (look.summary !== undefined) return look.summary.split('\n').map(escapeLine).filter(Boolean).join('\n');
  const view = fittingView(report, look);
  return renderWords(summaryTemplate(report), view, { target: 'markdown', language: look.language });
}

function toneOf(report: Report): Tone {
  const worst = openFindings(report)[0]?.severity;
  if (worst === 'critical' || report.score < 50) return 'danger';
  if (worst === 'high' || report.score < 80) return 'warning';
  return report.coverage < 0.8 ? 'neutral' : 'success';
}

/** One saving and one risk at most, each with what can be done about it. */
function buttons(report: Report, look: ReportLook): Block[] {
  const quiet = isQuiet(report);
  const risk = quiet ? undefined : riskOf(report, moversOf(report));
  const worst = quiet ? undefined : openFindings(report)[0];
  const items = [
    ...planOf(report, savingOf(report), look),
    ...planOf(report, risk ?? worst, look),
    ...snoozeOf(report, risk ?? worst, look),
  ];
  const once = items.filter(({ id }, at) => items.findIndex((one) => one.id === id) === at);
  return once.length > 0 ? [{ type: 'buttons', items: once }] : [];
}

function planOf(report: Report, item: Advice | Finding | undefined, { t, language }: ReportLook): Button[] {
  if (!item || !('gates' in item ? item.proposal : item.remedy)) return [];
  const id = reportAction.plan(report.id, item.id);
  if (id.length > MOST_ID) return [];
  const isAdvice = 'gates' in item;
  const hint = isAdvice ? localText(item.title, language) : t('reports.plan-hint');
  const label = isAdvice ? t('reports.plan') : t('reports.plan-code', { code: item.code });
  return [{ id, label, hint, ...(isAdvice && { style: 'primary' as const }) }];
}

function snoozeOf(report: Report, finding: Finding | undefined, { t }: ReportLook): Button[] {
  if (!finding) return [];
  const id = reportAction.snooze(report.id, finding.id, SNOOZE_DAYS);
  if (id.length > MOST_ID) return [];
  return [{ id, label: t('reports.snooze-code', { code: finding.code, days: SNOOZE_DAYS }) }];
}

function linkBlock({ id }: Report, { t, consoleUrl }: ReportLook): Block[] {
  if (!consoleUrl) return [];
  const address = `${consoleUrl.replace(/\/$/, '')}/#/reports/${encodeURIComponent(id)}`;
  return [{ type: 'text', markdown: `[${t('reports.whole')}](${address})` }];
}

/** Everything behind the summary, each part folded under how much there is of it. */
function details(report: Report, look: ReportLook): Block[] {
  const { t, language } = look;
  const { rows, sum } = lineViews(report, look);
  const col = (...names: string[]) => names.map((name) => t(`reports.col-${name}`));
  const causes = report.delta?.causes ?? [];
  const insights = report.insights.map((one) => [
    t(`reports.severity-${one.severity}`),
    one.code,
    localText(one.text, language),
  ]);
  return [
    ...table(t('reports.lines', { count: rows.length, sum }), col('points', 'code', 'what'), {
      rows: rows.map(({ points, code, text, snoozed }) => [points, code, snoozed ? `${text} (${snoozed})` : text]),
      look,
    }),
    ...table(
      report.delta ? t('reports.causes', { when: momentText(report.delta.against.at, look) }) : '',
      col('points', 'code', 'what'),
      { rows: causes.map(({ points, code, text }) => [signedText(points), code, localText(text, language)]), look },
    ),
    ...folded('findings', paragraphs(report, look), look, report.findings.length),
    ...folded('advice', adviceParagraphs(report, look), look, report.advice.length),
    ...table(t('reports.insights', { count: insights.length }), col('severity', 'code', 'what'), {
      rows: insights,
      look,
    }),
    ...table(t('reports.unknowns', { count: report.unknown.length }), col('what', 'why', 'means'), {
      rows: report.unknown.map(({ what, why, kind }) => [what, why, t(`reports.unknown-${kind}`)]),
      look,
    }),
  ];
}

function paragraphs(report: Report, look: ReportLook): Block[] {
  const target = { target: 'markdown', language: look.language } as const;
  const shown = report.findings.toSorted(worstFirst).slice(0, FINDINGS);
  const blocks = shown.map((finding): Block => {
    const view = findingView(finding, look);
    return {
      type: 'text',
      markdown: renderWords('finding', { ...view, evidence: view.evidence.slice(0, 5) }, target),
    };
  });
  return [...blocks, ...notShown(report.findings.length - shown.length, look)];
}

function adviceParagraphs(report: Report, look: ReportLook): Block[] {
  const target = { target: 'markdown', language: look.language } as const;
  const shown = report.advice.slice(0, ADVICE);
  const blocks = shown.map(
    (advice): Block => ({ type: 'text', markdown: renderWords('advice', adviceView(advice, look), target) }),
  );
  return [...blocks, ...notShown(report.advice.length - shown.length, look)];
}

function table(summary: string, head: string[], { rows, look }: { rows: string[][]; look: ReportLook }): Block[] {
  if (rows.length === 0) return [];
  const blocks: Block[] = [{ type: 'table', caption: summary, head, rows: rows.slice(0, ROWS) }];
  return [{ type: 'details', summary, blocks: [...blocks, ...notShown(rows.length - ROWS, look)] }];
}

function folded(name: string, blocks: Block[], { t }: ReportLook, count = blocks.length): Block[] {
  return blocks.length === 0 ? [] : [{ type: 'details', summary: t(`reports.${name}`, { count }), blocks }];
}

function notShown(count: number, { t }: ReportLook): Block[] {
  return count > 0 ? [{ type: 'text', markdown: t('reports.not-shown', { count }) }] : [];
}
