import { z } from 'zod';
import { curveMinutes, curveOf, curveQuery } from '../../flows/incidents/curve.ts';
import { packOf } from '../agent/pack.ts';
import { matchRunbooks } from '../agent/runbooks.ts';
import type { Channels } from '../channels/channels.ts';
import type { Outbox } from '../chat/outbox.ts';
import type { ConversationRef } from '../chat/types.ts';
import type { Views } from '../conversations/ports.ts';
import type { PlanDraft } from '../flow/kit.ts';
import { createIncidents, type Incidents } from '../incidents/incidents.ts';
import type { IncidentPorts, Look } from '../incidents/ports.ts';
import {
  alertSpec,
  type ClusterRef,
  deliverySpec,
  diagnosisSchema,
  incidentSpec,
  muteSpec,
} from '../incidents/records.ts';
import { createWatcher, type Watcher } from '../incidents/watch.ts';
import { isEnded } from '../tasks/lease.ts';
import type { JsonObject, ToolResult } from '../tools/types.ts';
import { createChosenRemedyViews } from './chosen-remedies.ts';
import { toolEvidence } from './evidence/tools.ts';
import type { Ground } from './ground.ts';
import type { Hands } from './hands.ts';
import { createPrepare } from './healing.ts';
import { safeAlerts } from './incoming-alerts.ts';
import { modelSettings } from './model.ts';
import type { Plans } from './plans.ts';
import { openRunbooks } from './runbooks.ts';

/** The room of incidents, wired to the tools, the rules and the plans. */
export interface IncidentRoom {
  incidents: Incidents;
  views: Views;
  watcher: Watcher;
  /** Every cluster that can be looked into. */
  clusters: () => Promise<ClusterRef[]>;
  /** The name of the runbook for a cause. */
  runbook: (cause: string) => string | undefined;
}

/** The console's shared conversation, where incidents are shown that nobody asked for. */
export const INCIDENT_CHANNEL: ConversationRef = { platform: 'web', tenant: 'console', id: 'incidents', kind: 'group' };

const CLUSTERS_LIFETIME_MS = 10_000;
const WATCH_MS = 3000;

/** `hasClusters` is asked first, so that a world without clusters costs nothing. */
export function createIncidentRoom(
  ground: Ground,
  hands: Hands,
  plans: Pick<Plans, 'approvals' | 'tasks'>,
  outbox: Outbox,
  channels: Pick<Channels, 'listening' | 'languageOf'>,
): IncidentRoom {
  const { config, store, policy, audit, translate, clock, onError } = ground;
  const { gateway, redactor, pace } = hands;
  const clusters = knownClusters(hands, clock);
  const pages = openRunbooks(config);
  const runbook = (cause: string) => matchRunbooks(pages, { causes: [cause] })[0]?.name;
  const evidenceOf = ({ id, name }: ClusterRef) => toolEvidence({ gateway, clusterId: id, name, actor: 'system' });

  async function look({ cluster, namespace, focus, alerts }: Look) {
    const scope = {
      namespace,
      focus,
      alerts: alerts.map(({ labels, annotations, startsAt }) => ({ labels, annotations, startsAt })),
    };
    // Rules and what they read with are loaded when something is looked at for the first time.
    const { diagnose } = await import('../../flows/incidents/diagnose.ts');
    const found = await diagnose({
      source: evidenceOf(cluster),
      scope,
      words: translate,
      elapsed: () => performance.now(),
    });
    // Through JSON, as it will be stored.
    return diagnosisSchema.parse(JSON.parse(JSON.stringify(found)));
  }

  const ports: IncidentPorts<PlanDraft> = {
    clusters,
    diagnose: look,
    async curve({ cluster, finding }) {
      const query = finding && curveQuery(finding.cause, finding.object);
      if (!query) return undefined;
      const source = evidenceOf(cluster);
      // The cluster's own time comes with any answer of its API.
      await source.list('Node');
      const minutes = curveMinutes(query, finding.since, await source.now());
      const [usage, limit] = await Promise.all([source.range(query.usage, minutes), source.metrics(query.limit)]);
      if ('unknown' in usage) return undefined;
      const chart = curveOf(query, usage.series, 'unknown' in limit ? [] : limit.series, 'limit');
      return chart && { title: { en: translate.en(query.title), zh: translate.zh(query.title) }, chart };
    },
    prepare: createPrepare({ gateway, policy, words: translate }),
    async propose(key, { plan, blocks }, { user, conversation, language }) {
      const asked = await plans.approvals.request({ key, plan, blocks, requestedBy: user, conversation, language });
      return 'refused' in asked ? asked : { approvalId: asked.approval.id };
    },
    approval: (id) => plans.approvals.get(id),
    async endedTask({ taskId }) {
      const task = taskId === undefined ? undefined : await plans.tasks.get(taskId);
      return task && isEnded(task) ? task : undefined;
    },
  };

  const room = createIncidents({
    incidents: store.collection(incidentSpec),
    deliveries: store.collection(deliverySpec),
    alerts: store.collection(alertSpec),
    mutes: store.collection(muteSpec),
    ports,
    outbox,
    audit,
    translate,
    channel: INCIDENT_CHANNEL,
    language: config.LANGUAGE,
    async audience(about) {
      return (await channels.listening(about)).map(({ conversation }) => conversation);
    },
    languageOf: (place) => channels.languageOf(place),
    timeZone: config.TIMEZONE,
    canInvestigate: modelSettings(config) !== undefined,
    runbook,
    pace,
    clock,
    onError,
  });
  const incidents: Incidents = {
    ...room,
    take: async (source, alerts) => room.take(source, await safeAlerts(redactor, alerts)),
  };
  const suspect = (cluster: ClusterRef, namespace: string | undefined) => incidents.suspect(cluster, namespace);
  const watcher = createWatcher({ gateway, clusters, suspect, everyMs: WATCH_MS, onError });
  const views: Views = {
    ...createViews(incidents, clusters),
    ...createChosenRemedyViews({ gateway, policy, words: translate, clusters, timeZone: config.TIMEZONE }),
  };
  return { incidents, views, watcher, clusters, runbook };
}

const clusterList = z.object({
  items: z.array(
    z.object({ id: z.string(), name: z.string(), environment: z.enum(['prod', 'staging', 'dev']).optional() }),
  ),
});

/** The clusters as the server lists them, kept for some seconds. One of which nobody says what it is for counts as production. */
function knownClusters({ gateway, hasClusters }: Hands, clock: () => number): () => Promise<ClusterRef[]> {
  let kept: { at: number; found: Promise<ClusterRef[]> } | undefined;
  return async () => {
    if (!hasClusters()) return [];
    if (!kept || clock() - kept.at > CLUSTERS_LIFETIME_MS) {
      const found = gateway.read({ tool: 'k8s_clusters', args: {}, actor: 'system' }).then((result) => {
        if (!result.ok) throw new Error(`The clusters cannot be listed: ${result.error.message}`);
        return clusterList
          .parse(result.data)
          .items.map(({ id, name, environment = 'prod' as const }) => ({ id, name, environment }));
      });
      kept = { at: clock(), found };
      found.catch(() => {
        kept = undefined;
      });
    }
    return kept.found;
  };
}

const LISTED = 50;

/** What flows may read of incidents. Who may see which: src/composition/view-rights.ts. */
function createViews(incidents: Incidents, clusters: () => Promise<ClusterRef[]>): Views {
  return {
    async copilot_diagnose({ clusterId, namespace, kind, name }, { user, conversation, language }, signal) {
      const cluster = (await clusters()).find(({ id }) => id === clusterId);
      if (!cluster) return failed('NOT_FOUND', `There is no cluster ${String(clusterId)}`);
      const focus = typeof name === 'string' ? { name, ...(typeof kind === 'string' && { kind }) } : undefined;
      const look: Look = { cluster, ...(typeof namespace === 'string' && { namespace }), focus, alerts: [] };
      const { found, diagnosis } = await incidents.examine({ look, conversation, language, by: user, signal });
      return ok({
        incidents: found.map(({ id }) => id),
        percent: Math.round(diagnosis.coverage * 100),
        unknown: diagnosis.unknown,
        pack: asJson(packOf(diagnosis, language)),
      });
    },
    async copilot_incident_list() {
      const open = await incidents.list({ open: true, limit: LISTED });
      return ok({
        items: open.map((incident) => {
          const { id, finding, title, state, cluster, severity } = incident;
          const namespace = finding ? finding.object.namespace : incident.namespace;
          const what = finding
            ? `${finding.cause} ${finding.object.kind} ${finding.object.namespace ?? ''}/${finding.object.name}`
            : title.en;
          return {
            id,
            what,
            state,
            cluster: cluster.name,
            clusterId: cluster.id,
            severity,
            ...(namespace !== undefined && { namespace }),
            ...(finding && { kind: finding.object.kind, name: finding.object.name }),
          };
        }),
      });
    },
  };
}

const asJson = (value: unknown): JsonObject => z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(value)));

const ok = (data: JsonObject): ToolResult => ({ ok: true, data });

const failed = (code: string, message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: false },
});
