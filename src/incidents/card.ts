import type { Message, Translate } from '../chat/messages.ts';
import { escapeLine } from '../chat/plain.ts';
import type { Block, Button, Card, Language, Tone } from '../chat/types.ts';
import { presentAttempts } from './lifecycle.ts';
import type { Attempt, Incident, OfferedRemedy } from './records.ts';

export interface IncidentCardOptions {
  t: Translate;
  language: Language;
  /** IANA zone in which times are shown. */
  timeZone: string;
  now: number;
  /** A model is set up: what is not proven can be looked into further. */
  canInvestigate?: boolean;
  /** The name of the runbook for a cause. */
  runbook?: ((cause: string) => string | undefined) | undefined;
}

const TONE: Record<Incident['severity'], Tone> = { critical: 'danger', warning: 'warning', info: 'info' };
const MOST_ATTEMPTS = 2;
const SHOWN_SYMPTOMS = 8;

/** What may be clicked: the remedies that can be applied, until it is over or the bot has tried often enough. */
export function offeredRemedies(incident: Incident): OfferedRemedy[] {
  const { finding, state } = incident;
  const tried = presentAttempts(incident).filter(
    (one) => one.state === 'undone' || one.state === 'failed' || one.state === 'verified',
  );
  if (!finding || state === 'resolved' || state === 'healing' || tried.length >= MOST_ATTEMPTS) return [];
  return finding.remedies.filter(({ id }) => id !== 'advice');
}

/** The one living card of an incident: what, how sure, from what, what to do about it, and what has been done. */
export function incidentCard(incident: Incident, options: IncidentCardOptions, place = 0): Card {
  const { t, language } = options;
  const { finding, state } = incident;
  const over = state === 'resolved';
  const what = finding ? `${finding.cause} · ${objectText(finding.object)}` : incident.title[language];
  return {
    id: cardId(incident, place),
    rev: incident.rev,
    title: `${incident.id} · ${what}`,
    tone: over ? 'success' : TONE[incident.severity],
    blocks: [
      { type: 'text', markdown: headline(incident, options) },
      facts(incident, options),
      ...curves(incident, options),
      ...evidence(incident, t),
      ...remedies(incident, options),
      ...patchFile(incident, t),
      ...attemptsBlock(incident, options),
      ...(over ? [] : controls(incident, options)),
    ],
    footer: over ? t('incidents.footer-over', { id: incident.id }) : t('incidents.footer', { id: incident.id }),
    ...(over && { closed: true }),
  };
}

/** The same incident shown in several places has a card in each. */
export function cardId({ id }: Incident, place: number): string {
  return place === 0 ? `incident-${id}` : `incident-${id}-${place}`;
}

export function objectText({ kind, namespace, name }: { kind: string; namespace?: string; name: string }): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function headline({ finding, title, state, alertNames, resolvedAt }: Incident, options: IncidentCardOptions): string {
  const { t, language } = options;
  const words = finding
    ? finding.summary[language]
    : t('incidents.unexplained', { alerts: alertNames.join(', ') || title[language] });
  const said = escapeLine(words);
  if (state === 'resolved')
    return `**${t('incidents.over', { at: timeText(resolvedAt ?? options.now, options) })}** ${said}`;
  if (state === 'handed-over') return `**${t('incidents.handed-over')}** ${said}`;
  return said;
}

function facts(incident: Incident, options: IncidentCardOptions): Block {
  const { t } = options;
  const { finding, cluster, alertCount, alertNames, flaps, mutedUntil, unknown } = incident;
  const symptoms = finding?.symptoms ?? [];
  const rows: [string, string | undefined][] = [
    ['cause', finding && t(`causes.${finding.cause}.name`)],
    ['confidence', finding && t(`incidents.confidence-${finding.confidence}`)],
    ['cluster', `${cluster.name} (${cluster.environment})`],
    ['since', timeText(beganAt(incident), options)],
    [
      'affected',
      symptoms.length > 0
        ? symptoms
            .slice(0, SHOWN_SYMPTOMS)
            .map(({ name }) => name)
            .join(', ')
        : undefined,
    ],
    ['shows', symptoms[0]?.text],
    ['alerts', alertCount > 0 ? `${alertCount} · ${alertNames.join(', ')}` : undefined],
    ['flaps', flaps > 0 ? t('incidents.flapped', { count: flaps }) : undefined],
    ['muted', mutedUntil !== undefined && mutedUntil > options.now ? timeText(mutedUntil, options) : undefined],
    ['runbook', finding && options.runbook?.(finding.cause)],
    ['unseen', unknown.length > 0 ? t('incidents.unseen-count', { count: unknown.length }) : undefined],
  ];
  return {
    type: 'fields',
    items: rows.flatMap(([label, value]) =>
      value === undefined ? [] : [{ label: t(`incidents.field-${label}`), value }],
    ),
  };
}

function curves({ curve, curveAfter, curveTitle }: Incident, { t, language }: IncidentCardOptions): Block[] {
  if (!curve || !curveTitle) return [];
  const title = curveTitle[language];
  return [
    { type: 'chart', title, chart: curve },
    ...(curveAfter
      ? [{ type: 'chart' as const, title: t('incidents.curve-after', { title }), chart: curveAfter }]
      : []),
  ];
}

/** Every line with its source, and what could not be looked at, folded away. */
function evidence({ finding, unknown }: Incident, t: Translate): Block[] {
  const lines = finding?.evidence ?? [];
  const shown: Block[] =
    lines.length === 0
      ? []
      : [
          {
            type: 'details',
            summary: t('incidents.evidence', { count: lines.length }),
            blocks: [
              {
                type: 'table',
                caption: t('incidents.evidence', { count: lines.length }),
                head: [t('incidents.column-id'), t('incidents.column-source'), t('incidents.column-text')],
                rows: lines.map(({ id, source, text }) => [id, source, text]),
              },
            ],
          },
        ];
  if (unknown.length === 0) return shown;
  const summary = t('incidents.unseen', { count: unknown.length });
  const rows = unknown.slice(0, 20).map(({ what, why }) => [what, why]);
  const head = [t('incidents.column-what'), t('incidents.column-why')];
  return [...shown, { type: 'details', summary, blocks: [{ type: 'table', caption: summary, head, rows }] }];
}

function remedies(incident: Incident, { t, language }: IncidentCardOptions): Block[] {
  const { finding, state } = incident;
  if (!finding || state === 'resolved') return [];
  const lines = finding.remedies.map(({ title, when, risk, id }) => {
    const said = escapeLine(title[language]);
    if (id === 'advice') return `- **${t('incidents.when-advice')}** ${said}`;
    return `- **${t(`incidents.when-${when}`)}** ${said} (${t('approvals.risk')}: ${t(`approvals.risk-${risk}`)})`;
  });
  return [{ type: 'text', markdown: lines.join('\n') }];
}

/** The change as a file, for the repository that owns the object. */
function patchFile({ patch }: Incident, t: Translate): Block[] {
  if (!patch) return [];
  const title = escapeLine(t('incidents.patch-title', { owner: patch.owner }));
  return [
    { type: 'text', markdown: title },
    { type: 'code', text: patch.patch, language: 'yaml' },
  ];
}

function attemptsBlock({ attempts }: Incident, { t, language }: IncidentCardOptions): Block[] {
  if (attempts.length === 0) return [];
  const line = ({ title, state, taskId, by, approvedBy, approvalId }: Attempt) => [
    title[language],
    t(`incidents.attempt-${state}`),
    taskId ?? approvalId,
    approvedBy ?? by,
  ];
  return [
    {
      type: 'table',
      caption: t('incidents.attempts'),
      head: ['what', 'state', 'task', 'by'].map((column) => t(`incidents.column-${column}`)),
      rows: attempts.map(line),
    },
  ];
}

function controls(incident: Incident, { t, canInvestigate }: IncidentCardOptions): Block[] {
  const { id, finding } = incident;
  const heal = offeredRemedies(incident).map(
    (remedy, at): Button => ({
      id: `heal:${id}:${remedy.id}`,
      label: t(`incidents.do-${remedy.id}`),
      style: at === 0 && remedy.when === 'now' ? 'primary' : 'default',
    }),
  );
  const look: Button = { id: `look:${id}`, label: t('incidents.look-again') };
  const close: Button = { id: `close:${id}`, label: t('incidents.close') };
  // Words that anybody could type, the same in each language: a card has the same buttons for whoever looks at it.
  const further: Button[] =
    canInvestigate === true && finding?.confidence !== 'proven'
      ? [{ id: `send:investigate ${id}`, label: t('agent.button') }]
      : [];
  return [{ type: 'buttons', items: [...unique(heal), ...further, look, close] }, mute(id, t)];
}

const unique = (buttons: Button[]): Button[] => [...new Map(buttons.map((button) => [button.id, button])).values()];

function mute(id: string, t: Translate): Block {
  const options = [1, 4, 24, 168].map((hours) => ({ id: `${hours}`, label: t('incidents.hours', { hours }) }));
  return {
    type: 'details',
    summary: t('incidents.mute-title'),
    blocks: [
      {
        type: 'inputs',
        items: [
          { id: 'hours', label: t('incidents.mute-how-long'), kind: 'select', options, initial: ['1'], required: true },
          { id: 'reason', label: t('incidents.mute-why'), kind: 'text', required: true },
        ],
        submit: { id: `mute:${id}`, label: t('incidents.mute') },
      },
    ],
  };
}

function timeText(at: number, { language, timeZone }: IncidentCardOptions): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone,
  }).format(at);
}

/** When it began, as far as the cluster tells; its clock may run ahead of ours. */
export function beganAt({ finding, openedAt }: Incident): number {
  const since = Date.parse(finding?.since ?? '');
  return Number.isNaN(since) ? openedAt : Math.min(since, openedAt);
}

/** A happening in words. */
export function happeningMessage({ what, params }: Incident['timeline'][number]): Message {
  return { key: `incidents.timeline.${what}`, params };
}
