import type { IncidentDetail, IncidentSummary, Viewer } from '../../adapters/console/wire.ts';
import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import type { Language } from '../chat/types.ts';
import { cardId, happeningMessage, incidentCard, offeredRemedies } from '../incidents/card.ts';
import type { Incidents } from '../incidents/incidents.ts';
import { postMortem } from '../incidents/post-mortem.ts';
import type { Incident } from '../incidents/records.ts';

export interface IncidentViewOptions {
  incidents: Incidents;
  outbox: Outbox;
  translate: Record<Language, Translate>;
  timeZone: string;
  clock: () => number;
  canInvestigate?: boolean;
  runbook?: ((cause: string) => string | undefined) | undefined;
}

const PAGE = 100;

/** Incidents as the console shows them. Whoever may log in sees them: an outage is everybody's. */
export function createIncidentViews(options: IncidentViewOptions) {
  const { incidents, outbox, translate, timeZone, clock, canInvestigate = false, runbook } = options;
  return {
    async incidents(
      viewer: Viewer,
      { state, before }: { state: 'open' | 'all'; before?: number },
    ): Promise<IncidentSummary[]> {
      const found = await incidents.list({ open: state === 'open', before, limit: PAGE });
      return found.map((incident) => summary(incident, viewer, translate));
    },
    async incident(viewer: Viewer, id: string): Promise<IncidentDetail | undefined> {
      const incident = await incidents.get(id.toUpperCase());
      if (!incident) return undefined;
      const shown = (await outbox.get(cardId(incident, 0)))?.message.card;
      // The same card with the same buttons, in the language of who looks.
      const { language } = viewer;
      const card = shown && {
        ...incidentCard(incident, {
          t: translate[language],
          language,
          timeZone,
          now: clock(),
          canInvestigate,
          runbook,
        }),
        rev: shown.rev,
      };
      return { ...detail(incident, viewer, { translate, timeZone }), ...(card && { card }) };
    },
  };
}

function summary(incident: Incident, { language }: Viewer, translate: Record<Language, Translate>): IncidentSummary {
  const { id, title, severity, state, cluster, openedAt, updatedAt, alertCount, flaps, finding } = incident;
  const { namespace, resolvedAt, mutedUntil } = incident;
  return {
    id,
    title: title[language],
    severity,
    state,
    cluster: cluster.name,
    environment: cluster.environment,
    openedAt,
    updatedAt,
    alertCount,
    flaps,
    symptomCount: finding?.symptoms.length ?? 0,
    ...(finding && {
      cause: finding.cause,
      causeName: translate[language](`causes.${finding.cause}.name`),
      confidence: finding.confidence,
      object: finding.object,
    }),
    ...(namespace !== undefined && { namespace }),
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(mutedUntil !== undefined && { mutedUntil }),
  };
}

function detail(
  incident: Incident,
  viewer: Viewer,
  { translate, timeZone }: Pick<IncidentViewOptions, 'translate' | 'timeZone'>,
): Omit<IncidentDetail, 'card'> {
  const { language } = viewer;
  const t = translate[language];
  const { finding, timeline, attempts, unknown, coverage, curve, curveAfter, curveTitle, patch } = incident;
  const timeText = (at: number) =>
    new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
      dateStyle: 'medium',
      timeStyle: 'medium',
      timeZone,
    }).format(at);
  return {
    ...summary(incident, viewer, translate),
    summary: finding ? finding.summary[language] : incident.title[language],
    evidence: finding?.evidence ?? [],
    symptoms: finding?.symptoms ?? [],
    unknown,
    coverage,
    timeline: timeline.map((happening) => ({
      at: happening.at,
      text: t(happeningMessage(happening)),
      ...(happening.by !== undefined && { by: personName(happening.by) }),
    })),
    attempts: attempts.map(({ remedy: _, approvalId: __, title, by, approvedBy, ...rest }) => ({
      ...rest,
      title: title[language],
      by: personName(by),
      ...(approvedBy !== undefined && { approvedBy: personName(approvedBy) }),
    })),
    remedies: offeredRemedies(incident).map(({ id, title, when, risk }) => ({
      id,
      title: title[language],
      when,
      risk,
    })),
    ...(curve && {
      curve: { title: curveTitle?.[language] ?? '', chart: curve, ...(curveAfter && { after: curveAfter }) },
    }),
    ...(patch && { patch: { owner: patch.owner, text: patch.patch } }),
    postMortem: postMortem(incident, t, language, timeText),
  };
}

/** The part of `platform:tenant:id` that people call each other by. */
function personName(key: string): string {
  return key.split(':').slice(2).join(':') || key;
}
