import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ReportFinding, type ReportInput, runReportScript } from '../../src/analysis/report.ts';
import { createAnalysis } from '../../src/analysis/run.ts';
import { material } from './series.ts';

/** The shipped analyses, run in this machine's Python. */

/** Python is optional for the product, so it is for its tests. */
export const hasPython =
  spawnSync('python3', ['--version'], { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } }).status === 0;

export const CURVE_SCRIPTS = ['trend', 'changepoint', 'anomaly', 'seasonality', 'forecast', 'profile'];

const run = createAnalysis({ folder: fileURLToPath(new URL('../../analysis', import.meta.url)), python: 'python3' });

export async function findings(
  script: string,
  series: ReportInput['series'],
  events: ReportInput['events'] = [],
): Promise<ReportFinding[]> {
  const result = await runReportScript(run, script, material(series, events));
  if (!result.ok) throw new Error(`${script}: ${result.code}: ${result.message}`);
  return result.findings;
}
