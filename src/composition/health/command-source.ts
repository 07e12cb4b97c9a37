import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { assemble } from '../../../flows/health-report/assemble.ts';
import type { Translate } from '../../chat/messages.ts';
import type { Language } from '../../chat/types.ts';
import { readConfig } from '../../config.ts';
import type { Insight, Report, Unknown } from '../../health/types.ts';
import { openAnalysis } from '../analysis.ts';
import { type LiveOptions, openLiveGateway } from '../evidence/live.ts';
import { factsApart, gatherFacts, lostReadings } from './gather.ts';
import { runInsights } from './insights.ts';
import { surveyOfSnapshot } from './survey.ts';
import { withHealthThread } from './thread.ts';

export interface ReportSourceOptions extends LiveOptions {
  snapshot?: string;
  days: number;
  now?: number;
}

export interface ReportSource {
  make(): Promise<Report>;
  close(): Promise<void>;
}

const DAY_MS = 24 * 3600_000;
const NO_METRICS: Unknown = {
  what: 'Prometheus',
  why: 'a snapshot directory holds signals of the Kubernetes API only',
  kind: 'absent',
};

/** What a report is made from outside the bot: a live cluster through its tools, or a folder of files. Nothing is remembered. */
export async function openReportSource(
  options: ReportSourceOptions,
  words: Record<Language, Translate>,
): Promise<ReportSource> {
  return options.snapshot === undefined ? liveSource(options) : snapshotSource(options.snapshot, options, words);
}

function snapshotSource(
  folder: string,
  { days, now }: ReportSourceOptions,
  words: Record<Language, Translate>,
): ReportSource {
  return {
    async make() {
      const began = performance.now();
      const survey = surveyOfSnapshot(folder, now);
      const name = basename(resolve(folder));
      const window = { from: survey.serverTime - days * DAY_MS, to: survey.serverTime };
      const about = { cluster: { id: name, name, environment: 'prod' as const }, now: survey.serverTime, window };
      const unknown = [...lostReadings(survey), NO_METRICS];
      const facts = { ...factsApart(about, { metrics: {}, curves: [], cloud: {}, unknown }), survey };
      return { ...assemble({ ...alone([]), facts }, words), tookMs: Math.round(performance.now() - began) };
    },
    close: async () => undefined,
  };
}

async function liveSource(options: ReportSourceOptions): Promise<ReportSource> {
  const { gateway, cluster, close } = await openLiveGateway(options);
  return {
    make: () =>
      withHealthThread(async (sink) => {
        const began = performance.now();
        const { facts, asked } = await gatherFacts(cluster, options.days, { gateway, sink, clock: Date.now });
        const analyse = openAnalysis(readConfig(process.env));
        const about = { curves: facts.curves, events: [], cluster: cluster.name, now: facts.now };
        const found =
          facts.curves.length === 0 ? { insights: [], unknown: [] } : await runInsights({ analyse, ...about });
        const whole = { ...facts, unknown: [...facts.unknown, ...found.unknown] };
        const report = await sink.run('report', whole, alone(found.insights));
        return { ...report, asked, tookMs: Math.round(performance.now() - began) };
      }),
    close,
  };
}

/** A report that nothing came before, and that nobody has said anything to. */
const alone = (insights: Insight[]) => ({
  id: randomUUID(),
  at: Date.now(),
  usage: undefined,
  insights,
  history: [],
  marks: [],
  firing: [],
  snoozes: [],
});
