import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { plainText } from '../../chat/plain.ts';
import { chartIn } from '../chart-in.ts';
import type { Insight, Line, Report } from '../types.ts';
import { dayText, localText, momentText, type ReportLook, secondsText, signedText } from './look.ts';
import { worstFirst } from './parts.ts';
import { escapeFor, renderPage, renderWords } from './templates.ts';
import { adviceView, findingView, lineViews, summaryTemplate, summaryView } from './view.ts';

/** A chart as a picture: of ours, never a stranger's. It is shown as an image, so that nothing in it runs. */
type Picture = { svg: string } | { png: Uint8Array };

export interface PageLook extends ReportLook {
  /** By name of the chart; the dark one for people whose screens are. A chart without a picture is told in words. */
  pictures?: Readonly<Record<string, { light: Picture; dark?: Picture }>>;
  /** Words for the summary that have been checked, as plain text. */
  summary?: string | undefined;
}

const STYLE = new URL('../../../templates/reports/page.css', import.meta.url);

/** A report as one file that is complete on its own, runs nothing and loads nothing: for a browser, a mail, or "save as PDF". */
export function reportHtml(report: Report, look: PageLook): string {
  const { t, language } = look;
  const css = readFileSync(STYLE, 'utf8').trim();
  const view = summaryView(report, look);
  const { rows, sum } = lineViews(report, look);
  const title = t('reports.title', { cluster: report.cluster.name, when: momentText(report.at, look) });
  const values = {
    lang: language === 'zh' ? 'zh-CN' : 'en',
    title,
    css,
    csp: policyFor(css),
    tone: toneOf(report.score),
    summary: view,
    words: paragraphs(
      look.summary === undefined
        ? renderWords(summaryTemplate(report), view, { target: 'html', language })
        : escaped(look.summary),
    ),
    charts: chartViews(report, look),
    lines: rows.map((row, at) => ({ ...row, width: widthOf(report.lines[at]) })),
    sum,
    delta: deltaView(report, look),
    findings: report.findings.toSorted(worstFirst).map((finding) => findingView(finding, look)),
    advice: report.advice.map((advice) => adviceView(advice, look)),
    insights: report.insights.map((insight) => insightView(insight, look)),
    unknown: report.unknown.map(({ what, why, kind }) => ({ what, why, kind: t(`reports.unknown-${kind}`) })),
    foot: footOf(report, look),
  };
  return renderPage(values, t);
}

/** Only the one style within the file counts, and pictures within it. https://www.w3.org/TR/CSP3/ */
function policyFor(css: string): string {
  const hash = createHash('sha256').update(css).digest('base64');
  return `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

const toneOf = (score: number) => (score >= 80 ? 'good' : score >= 60 ? 'fair' : 'bad');
/** Of 25 points, which is the most that one code costs. */
const widthOf = (line: Line | undefined) => Math.min(100, Math.max(2, Math.round((line?.points ?? 0) * 4)));

const escaped = (text: string) =>
  text
    .split('\n')
    .map((line) => escapeFor('html', line))
    .join('\n');

/** Lines that are HTML already: those that begin with a dash as a list. */
function paragraphs(html: string): string {
  const out: string[] = [];
  let isList = false;
  for (const line of html.split('\n').filter(Boolean)) {
    const item = line.startsWith('- ');
    if (item !== isList) out.push(item ? '<ul>' : '</ul>');
    isList = item;
    out.push(item ? `<li>${line.slice(2)}</li>` : `<p>${line}</p>`);
  }
  return [...out, ...(isList ? ['</ul>'] : [])].join('\n');
}

function chartViews(report: Report, { language, pictures = {} }: PageLook) {
  return report.charts.map((one) => {
    const { title, chart } = chartIn(one, language);
    const [, ...words] = plainText({
      id: '',
      rev: 1,
      title: '',
      tone: 'neutral',
      blocks: [{ type: 'chart', title, chart }],
    })
      .split('\n')
      .filter(Boolean);
    const found = Object.hasOwn(pictures, one.name) ? pictures[one.name] : undefined;
    return {
      title,
      words,
      light: found ? dataOf(found.light) : '',
      dark: found?.dark ? dataOf(found.dark) : '',
    };
  });
}

function dataOf(picture: Picture): string {
  return 'svg' in picture
    ? `data:image/svg+xml;base64,${Buffer.from(picture.svg).toString('base64')}`
    : `data:image/png;base64,${Buffer.from(picture.png).toString('base64')}`;
}

function deltaView({ delta }: Report, look: ReportLook) {
  if (!delta) return false;
  const { against, points, causes } = delta;
  return {
    when: momentText(against.at, look),
    points: signedText(points),
    score: against.score,
    causes: causes.map(({ points: moved, code, text }) => ({
      points: signedText(moved),
      code,
      text: localText(text, look.language),
    })),
  };
}

function insightView({ script, code, severity, series, labels, text, figures }: Insight, { t, language }: ReportLook) {
  const pairs = (of: Record<string, unknown>) => Object.entries(of).map(([name, value]) => `${name}: ${value ?? '–'}`);
  return {
    level: severity,
    severity: t(`reports.severity-${severity}`),
    code,
    text: localText(text, language),
    from: [script, series, ...pairs(labels)].join(' · '),
    figures: pairs(figures).join(' · '),
  };
}

function footOf(report: Report, look: ReportLook): string[] {
  const { t, timeZone } = look;
  const [from, to] = [dayText(report.window.from, look), dayText(report.window.to, look)];
  return [
    t('reports.small-print', { from, to, timeZone }),
    t('reports.footer', { ruleSet: report.ruleSet, inputs: report.inputs, seconds: secondsText(report.tookMs) }),
  ];
}
