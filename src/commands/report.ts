import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadMessages } from '../chat/messages.ts';
import type { Language } from '../chat/types.ts';
import { openReportSource, type ReportSourceOptions } from '../composition/health/command-source.ts';
import { reportHtml } from '../health/render/html.ts';
import { reportJson } from '../health/render/json.ts';
import { reportJunit } from '../health/render/junit.ts';
import { reportText } from '../health/render/text.ts';
import type { Report, Severity } from '../health/types.ts';
import { createRedactor } from '../tools/redaction.ts';

export type ReportFormat = 'text' | 'json' | 'html' | 'junit';

export interface ReportCommand extends ReportSourceOptions {
  output: ReportFormat;
  /** A folder to write all formats to. */
  out?: string;
  language: Language;
  failOn?: Severity;
  failBelow?: number;
}

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');
const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];
const FILES: Record<ReportFormat, string> = {
  text: 'report.txt',
  json: 'report.json',
  html: 'report.html',
  junit: 'report.junit.xml',
};

/** Says how healthy a cluster is and why, and changes nothing. Exit code 3 where a finding, or the score, is bad enough. */
export async function report(options: ReportCommand): Promise<void> {
  const words = loadMessages(join(TEMPLATES, 'messages'));
  const source = await openReportSource(options, words);
  try {
    const made = await createRedactor().object(JSON.parse(JSON.stringify(await source.make())));
    // Only texts were changed.
    const safe = made as unknown as Report;
    const print = printers(safe, options, words[options.language]);
    if (options.out === undefined) process.stdout.write(await print[options.output]());
    else await writeAll(options.out, print);
    if (isBad(safe, options)) process.exitCode = 3;
  } finally {
    await source.close();
  }
}

function printers(made: Report, { language }: ReportCommand, t: ReturnType<typeof loadMessages>['en']) {
  const look = { t, language, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return {
    text: async () => reportText(made, look),
    json: async () => `${JSON.stringify(reportJson(made), null, 2)}\n`,
    html: async () => reportHtml(made, look),
    junit: async () => reportJunit(made, look),
  } satisfies Record<ReportFormat, () => Promise<string>>;
}

async function writeAll(folder: string, print: Record<ReportFormat, () => Promise<string>>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const format of Object.keys(FILES) as ReportFormat[]) {
    const path = join(folder, FILES[format]);
    writeFileSync(path, await print[format]());
    process.stdout.write(`${path}\n`);
  }
}

function isBad({ findings, score }: Report, { failOn, failBelow }: ReportCommand): boolean {
  const open = findings.filter(({ snoozed }) => !snoozed);
  const severe = (severity: Severity) => SEVERITIES.indexOf(severity);
  return (
    (failOn !== undefined && open.some(({ severity }) => severe(severity) >= severe(failOn))) ||
    (failBelow !== undefined && score < failBelow)
  );
}
