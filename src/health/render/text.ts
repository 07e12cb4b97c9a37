import { visibleText } from '../../chat/plain.ts';
import type { Report } from '../types.ts';
import { localText, momentText, type ReportLook, secondsText, signedText } from './look.ts';
import { isQuiet, worstFirst } from './parts.ts';
import { renderWords } from './templates.ts';
import { adviceView, findingView, lineViews, summaryTemplate, summaryView } from './view.ts';

/** A report for a terminal: plain lines, points aligned, the sum below them. Nothing in it acts on a terminal. */
export function reportText(report: Report, look: ReportLook): string {
  const { t, language } = look;
  const target = { target: 'text', language } as const;
  const summary = renderWords(summaryTemplate(report), summaryView(report, look), target);
  const findings = report.findings
    .toSorted(worstFirst)
    .map((one) => renderWords('finding', findingView(one, look), target));
  const advice = report.advice.map((one) => renderWords('advice', adviceView(one, look), target));
  const insights = report.insights.map(
    ({ severity, code, text }) => `${t(`reports.severity-${severity}`)} ${code} ${oneLine(localText(text, language))}`,
  );
  const unknown = report.unknown.map(
    ({ what, why, kind }) => `${oneLine(`${what}: ${why}`)} (${t(`reports.unknown-${kind}`)})`,
  );
  const parts: [string, string[]][] = [
    ['', [heading(report, look), ...(isQuiet(report) ? [summary] : [])]],
    ['lines', pointRows(report, look)],
    ['delta', deltaRows(report, look)],
    ['findings', findings],
    ['advice', advice],
    ['insights', insights],
    ['unknown', unknown],
  ];
  const shown = parts.filter(([, rows]) => rows.length > 0);
  const text = shown.map(([name, rows]) =>
    [...(name ? [title(t(`reports.section-${name}`))] : []), ...rows].join('\n'),
  );
  return `${[...text, footer(report, look)].join('\n\n')}\n`;
}

function heading(report: Report, look: ReportLook): string {
  const { cluster, environment, score, grade, coverage, ceiling } = summaryView(report, look);
  const said = look.t('reports.terminal-score', { cluster: oneLine(cluster), environment, score, grade, coverage });
  return ceiling ? `${said}\n${oneLine(ceiling)}` : said;
}

/** Each line of points, then their sum, which is what is missing to 100. */
function pointRows(report: Report, look: ReportLook): string[] {
  const { rows, sum } = lineViews(report, look);
  if (rows.length === 0) return [look.t('reports.no-lines')];
  const wide = Math.max(...rows.map(({ code }) => [...code].length));
  const row = (points: string, code: string, text: string) =>
    `${points.padStart(7)}  ${`${code}${' '.repeat(wide - [...code].length)}`}  ${oneLine(text)}`.trimEnd();
  const all = rows.map(({ points, code, text, snoozed }) => row(points, code, snoozed ? `${text} (${snoozed})` : text));
  return [...all, `${'─'.repeat(7)}`, `${sum.padStart(7)}  ${look.t('reports.sum')}`];
}

function deltaRows({ delta }: Report, look: ReportLook): string[] {
  if (!delta) return [];
  const { against, points, causes } = delta;
  const head = `${signedText(points).padStart(7)}  ${look.t('reports.causes', { when: momentText(against.at, look) })}`;
  const rows = causes.map(
    ({ points: moved, code, text }) =>
      `${signedText(moved).padStart(7)}  ${code}  ${oneLine(localText(text, look.language))}`,
  );
  return [head, ...rows];
}

function footer(report: Report, look: ReportLook): string {
  const { t, timeZone } = look;
  const [from, to] = [momentText(report.window.from, look), momentText(report.window.to, look)];
  const made = { ruleSet: report.ruleSet, inputs: report.inputs.slice(0, 12), seconds: secondsText(report.tookMs) };
  return [t('reports.small-print', { from, to, timeZone }), t('reports.footer', made)].join('\n');
}

const title = (text: string) => `── ${text} ──`;
const oneLine = (text: string) => visibleText(text.replaceAll(/\s+/g, ' ').trim());
