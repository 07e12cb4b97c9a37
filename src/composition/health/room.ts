import { Cron } from 'croner';
import type { Model } from '../../agent/model.ts';
import type { DigestLook } from '../../channels/digest-card.ts';
import { concernsCluster } from '../../channels/scope.ts';
import type { ChannelValues } from '../../channels/settings.ts';
import type { Outbox } from '../../chat/outbox.ts';
import { plainText } from '../../chat/plain.ts';
import type { Block, ConversationRef } from '../../chat/types.ts';
import type { Asker, Controls, Views } from '../../conversations/ports.ts';
import { createHealthControls } from '../../health/controls.ts';
import type { HealthCluster, HealthPorts } from '../../health/ports.ts';
import { reportSpec, scoreSpec, snoozeSpec } from '../../health/records.ts';
import { digestHealthBlocks, reportCard, reportCardId } from '../../health/render/card.ts';
import { createReports, type Reports } from '../../health/reports.ts';
import type { Report } from '../../health/types.ts';
import type { LabelledGauge } from '../../telemetry/metrics.ts';
import type { JsonObject, ToolResult } from '../../tools/types.ts';
import type { Ground } from '../ground.ts';
import type { Hands } from '../hands.ts';
import type { IncidentRoom } from '../incidents.ts';
import type { OwnRead } from '../own-reads.ts';
import type { Plans } from '../plans.ts';
import { type ComputeParts, createCompute } from './compute.ts';
import { healthGauges } from './gauges.ts';
import { createHealthProposals } from './proposals.ts';
import { createRemovalCheck } from './removal-check.ts';
import { createUsageRoom, type UsageRoom } from './usage.ts';
import { createSummaryWords } from './words.ts';

/** The room of health reports, wired to tools, chats and the alarm clock, under the names `health` and `usage`. */
export interface HealthRoom {
  reports: Reports;
  usage: UsageRoom;
  controls: Controls;
  views: Views;
  gauges: Record<string, LabelledGauge>;
  /** What a digest says first: how healthy each cluster of the place is. */
  digest(values: ChannelValues, look: DigestLook): Promise<Block[]>;
  /** Begins a plan for an item of a report. */
  propose: HealthPorts['propose'];
  /** Whether a removal that is under way is still safe: a check of its plan. */
  removalCheck: OwnRead;
  /** A report of the cluster that is no older than half an hour: the stored one, else a new one. */
  fresh(cluster: HealthCluster): Promise<Report>;
  /** The alarm of the daily report rings. */
  ring(): Promise<void>;
  /** Sets the alarm of the daily report, once the alarm clock rings. */
  recover(): Promise<void>;
}

export interface HealthRoomParts extends Pick<ComputeParts, 'readings' | 'analyse'> {
  outbox: Outbox;
  clusters: () => Promise<HealthCluster[]>;
  plans: Pick<Plans, 'approvals'>;
  room: Pick<IncidentRoom, 'incidents'>;
  consoleUrl?: string | undefined;
  /** Puts the summary of a report that somebody asked for into better words. */
  model?: Model | undefined;
}

/** A digest stays on one screen. */
const MOST_IN_DIGEST = 3;
const FRESH_MS = 30 * 60_000;
const DAYS = 7;
/** A quarter of an hour before most people's digest, so that it finds a report. */
const DAILY = '45 7 * * *';

export function createHealthRoom(ground: Ground, hands: Hands, parts: HealthRoomParts): HealthRoom {
  const { config, log, store, audit, alarms, policy, translate, clock, onError } = ground;
  const { outbox, clusters, consoleUrl } = parts;
  const usage = createUsageRoom(ground, hands, clusters);
  const propose = createHealthProposals({ ground, hands, ...parts });
  const reports = createReports({
    scores: store.collection(scoreSpec),
    reports: store.collection(reportSpec),
    snoozes: store.collection(snoozeSpec),
    ports: { compute: createCompute({ ground, hands, usage, ...parts }) },
    audit,
    clock,
  });
  const wordsOf = createSummaryWords({
    model: parts.model,
    onRefused: (why, reportId) => log.info({ why, reportId }, "A model's words for a report are not used"),
  });

  async function show(report: Report, { conversation: to, language, user }: Asker, signal?: AbortSignal) {
    const look = { t: translate[language], language, timeZone: config.TIMEZONE, consoleUrl };
    const summary = await wordsOf(report, look, { user, signal });
    const card = { ...reportCard(report, { ...look, summary }), id: `${reportCardId(report.id)}-${placeTag(to)}` };
    await outbox.put(card.id, to, { text: plainText(card), card, language });
  }

  const tomorrow = () => new Cron(DAILY, { timezone: config.TIMEZONE }).nextRun(new Date(clock()))?.getTime();

  async function setAlarm(): Promise<void> {
    const at = tomorrow();
    if (at !== undefined) await alarms.set('health', 'daily', at);
  }

  async function fresh(cluster: HealthCluster): Promise<Report> {
    return (await reports.latest(cluster.id, clock() - FRESH_MS)) ?? reports.make(cluster, { days: DAYS });
  }

  return {
    reports,
    propose,
    removalCheck: createRemovalCheck({ ground, hands, clusters }),
    usage,
    gauges: healthGauges(reports, clusters),
    async digest(values, look) {
      const concerned = (await clusters()).filter((cluster) => concernsCluster(values, cluster));
      const made: Report[] = [];
      for (const cluster of concerned.slice(0, MOST_IN_DIGEST)) made.push(await fresh(cluster));
      return made.flatMap((report) => digestHealthBlocks(report, look));
    },
    controls: createHealthControls({ reports, ports: { propose }, policy, translate, clock }),
    views: {
      async copilot_health_clusters() {
        return ok({ items: (await clusters()).map(({ id, name, environment }) => ({ id, name, environment })) });
      },
      async copilot_report({ clusterId, days }: JsonObject, asker: Asker, signal) {
        const cluster = (await clusters()).find(({ id }) => id === clusterId);
        if (!cluster) return failed('NOT_FOUND', `There is no cluster ${String(clusterId)}`);
        try {
          const report = await reports.make(cluster, { days: Number(days ?? DAYS), ...(signal && { signal }) });
          await show(report, asker, signal);
          return ok({ id: report.id, score: report.score, grade: report.grade });
        } catch (error) {
          signal?.throwIfAborted();
          onError(error, 'health report');
          return failed('REPORT_FAILED', error instanceof Error ? error.message : String(error));
        }
      },
    },
    fresh,
    async ring() {
      for (const cluster of await clusters())
        await fresh(cluster).catch((error: unknown) => onError(error, `daily report of ${cluster.name}`));
      await reports.sweep();
      await setAlarm();
    },
    recover: setAlarm,
  };
}

/** The same report may be shown in several places, each with a card of its own. */
function placeTag({ platform, tenant, id, threadId, under }: ConversationRef): string {
  return Buffer.from([platform, tenant, id, threadId ?? under ?? ''].join(':'))
    .toString('base64url')
    .slice(-24);
}

const ok = (data: JsonObject): ToolResult => ({ ok: true, data });

const failed = (code: string, message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: false },
});
