import { type ReportAnalysis, type ReportInput, runReportScript } from '../../analysis/report.ts';
import type { RunAnalysis } from '../../analysis/run.ts';
import type { Curve, Insight, Unknown } from '../../health/types.ts';

/** What the Python scripts find in the curves of a report. */

export interface InsightOptions {
  analyse: RunAnalysis;
  curves: readonly Curve[];
  events: ReportInput['events'];
  cluster: string;
  now: number;
  signal?: AbortSignal;
}

/** The shipped scripts that join every report, in the order that their findings are shown in; an operator's own come after them. */
export const SCRIPTS = ['forecast', 'profile', 'changepoint', 'anomaly', 'trend', 'correlate', 'seasonality'];
const AT_ONCE = 2;
/** A script's input has an end: curves that do not fit any more are left out, which is told. */
const MOST_POINTS = 100_000;

/** Runs two scripts at a time. One that fails is told in `unknown`; the report goes on without it. */
export async function runInsights({ analyse, signal, ...about }: InsightOptions): Promise<{
  insights: Insight[];
  unknown: Unknown[];
}> {
  const input = inputOf(about);
  const leftOut = about.curves.filter(({ points }) => points.length > 0).length - input.series.length;
  const own = analyse.own?.() ?? { scripts: [], refused: [] };
  const unknown: Unknown[] = own.refused.map(({ name, why }) => ({ what: `analysis ${name}`, why, kind: 'absent' }));
  if (leftOut > 0)
    unknown.push({ what: 'analysis', why: `${leftOut} of ${about.curves.length} curves were too many`, kind: 'lost' });
  const scripts = [...SCRIPTS, ...own.scripts];
  const done = new Map<string, ReportAnalysis>();
  const queue = [...scripts];
  const work = async () => {
    for (let script = queue.shift(); script !== undefined; script = queue.shift())
      done.set(script, await runReportScript(analyse, script, input, signal));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  signal?.throwIfAborted();
  // In the order of the list, whichever was ready first: the same facts make the same report.
  const results = scripts.map((script) => ({ script, result: done.get(script) }));
  return {
    insights: results.flatMap(({ script, result }) =>
      result?.ok ? result.findings.map((finding) => ({ script, ...finding })) : [],
    ),
    unknown: [
      ...unknown,
      ...results.flatMap(({ script, result }) => (result && !result.ok ? notDone(script, result) : [])),
    ],
  };
}

function notDone(script: string, { code, message }: { code: string; message: string }): Unknown {
  const kind = code === 'PYTHON_NOT_FOUND' ? 'absent' : 'lost';
  return { what: `analysis ${script}`, why: `${code}: ${message}`, kind };
}

function inputOf({ curves, events, cluster, now }: Omit<InsightOptions, 'analyse' | 'signal'>): ReportInput {
  let left = MOST_POINTS;
  const series = curves.filter(({ points }) => {
    if (points.length === 0 || points.length > left) return false;
    left -= points.length;
    return true;
  });
  return {
    cluster,
    now,
    events,
    series: series.map(({ name, unit, labels, points, capacity }) => ({
      name,
      unit,
      labels,
      points,
      ...(capacity !== undefined && { capacity }),
    })),
  };
}
