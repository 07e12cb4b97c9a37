import { createRequire } from 'node:module';
import type { Builder } from 'junit-report-builder';
import { visibleText } from '../../chat/plain.ts';
import type { Category, Finding, Report, Severity } from '../types.ts';
import { localText, objectText, type ReportLook } from './look.ts';

const require = createRequire(import.meta.url);
const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];
/** Where it is not said otherwise, what is worse than `low` fails a build. */
const THRESHOLD: Severity = 'medium';

/**
 * A report for CI: a suite for each category, a case for each code. What is at least as bad as the threshold and not put off is a
 * failure, with what to do next; what was not seen is skipped, never passed.
 */
export function reportJunit(report: Report, look: ReportLook, threshold: Severity = THRESHOLD): string {
  // Its types say `default`; what is there is the builder itself. Loaded only where somebody wants this form.
  const junit = (require('junit-report-builder') as Builder).newBuilder();
  const least = SEVERITIES.indexOf(threshold);
  for (const [category, findings] of byCategory(report.findings)) {
    const said = { cluster: clean(report.cluster.name), category: look.t(`reports.category-${category}`) };
    const suite = junit.testSuite().name(look.t('reports.junit-suite', said));
    for (const [code, some] of byCode(findings)) {
      const test = suite.testCase().className(category).name(clean(code));
      const bad = some.filter(({ severity, snoozed }) => !snoozed && SEVERITIES.indexOf(severity) >= least);
      const whole = some.map((finding) => textOf(finding, look)).join('\n\n');
      if (bad.length > 0) test.failure(whole, bad[0]?.severity);
      else test.standardOutput(whole);
    }
  }
  skipUnknown(report, look, junit);
  return junit.build();
}

function skipUnknown({ unknown }: Report, { t }: ReportLook, junit: Builder): void {
  if (unknown.length === 0) return;
  const suite = junit.testSuite().name(t('reports.section-unknown'));
  for (const { what, why, kind } of unknown) {
    const test = suite.testCase().className('unknown').name(clean(what));
    test.standardOutput(clean(`${why} (${t(`reports.unknown-${kind}`)})`));
    test.skipped();
  }
}

function byCategory(findings: readonly Finding[]): [Category, Finding[]][] {
  return [...Map.groupBy(findings, ({ category }) => category)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function byCode(findings: readonly Finding[]): [string, Finding[]][] {
  return [...Map.groupBy(findings, ({ code }) => code)].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function textOf(finding: Finding, { t, language }: ReportLook): string {
  const { code, severity, text, next, objects, evidence } = finding;
  const rows = [
    `${code} ${t(`reports.severity-${severity}`)}: ${localText(text, language)}`,
    `${t('reports.next')}: ${localText(next, language)}`,
    ...objects.map(objectText),
    ...evidence.map(({ source, text: said }) => `${source}: ${said}`),
  ];
  return rows.map(clean).join('\n');
}

/** XML 1.0 has no signs for most control characters, nor for half a character. https://www.w3.org/TR/xml/#charsets */
const clean = (text: string) =>
  visibleText(text)
    .replaceAll(/[\ufffe\uffff]/g, '')
    .toWellFormed();
