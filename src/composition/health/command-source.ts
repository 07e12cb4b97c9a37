import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { assemble } from '../../../flows/health-report/assemble.ts';
import type { Translate } from '../../chat/messages.ts';
import type { Language } from '../../chat/types.ts';
import { readConfig } from '../../config.ts';
import type { Facts, Report } from '../../health/types.ts';
import { openAnalysis } from '../analysis.ts';
import { type LiveOptions, openLiveGateway } from '../evidence/live.ts';
import { factsOf, gatherFacts, lostReadings } from './gather.ts';
import { runInsights } from './insights.ts';
import { surveyOfSnapshot } from './survey.ts';

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

/** What a report is made from outside the bot: a live cluster through its tools, or a folder of files. Nothing is remembered. */
export async function openReportSource(
  options: ReportSourceOptions,
  words: Record<Language, Translate>,
): Promise<ReportSource> {
  return options.snapshot === undefined ? liveSource(options, words) : snapshotSource(options.snapshot, options, words);
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
      const facts = factsOf(
        {
          cluster: { id: name, name, environment: 'prod' },
          now: survey.serverTime,
          window: { from: survey.serverTime - days * DAY_MS, to: survey.serverTime },
        },
        {
          survey,
          metrics: {},
          curves: [],
          cloud: {},
          unknown: [
            ...lostReadings(survey),
            {
              what: 'Prometheus',
              why: 'a snapshot directory holds signals of the Kubernetes API only',
              kind: 'absent',
            },
          ],
        },
      );
      return made(facts, [], { words, began });
    },
    close: async () => undefined,
  };
}

async function liveSource(options: ReportSourceOptions, words: Record<Language, Translate>): Promise<ReportSource> {
  const { gateway, cluster, close } = await openLiveGateway(options);
  return {
    async make() {
      const began = performance.now();
      const { facts, asked } = await gatherFacts(cluster, options.days, { gateway, clock: Date.now });
      const analyse = openAnalysis(readConfig(process.env));
      const about = { curves: facts.curves, events: [], cluster: cluster.name, now: facts.now };
      const found =
        facts.curves.length === 0 ? { insights: [], unknown: [] } : await runInsights({ analyse, ...about });
      const whole = { ...facts, unknown: [...facts.unknown, ...found.unknown] };
      return { ...made(whole, found.insights, { words, began }), asked };
    },
    close,
  };
}

function made(
  facts: Facts,
  insights: Report['insights'],
  { words, began }: { words: Record<Language, Translate>; began: number },
): Report {
  const report = assemble(
    {
      id: randomUUID(),
      at: Date.now(),
      facts,
      usage: undefined,
      insights,
      history: [],
      marks: [],
      firing: [],
      snoozes: [],
    },
    words,
  );
  return { ...report, tookMs: Math.round(performance.now() - began) };
}
