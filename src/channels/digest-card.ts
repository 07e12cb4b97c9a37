import type { Translate } from '../chat/messages.ts';
import { escapeLine } from '../chat/plain.ts';
import type { Block, Card, Language, Tone } from '../chat/types.ts';
import type { Gathered } from './gather.ts';
import type { SeenIncident } from './ports.ts';
import { SEVERITIES } from './settings.ts';

export interface DigestLook {
  t: Translate;
  language: Language;
  timeZone: string;
  /** Public address of the console, for a link to it. */
  consoleUrl?: string | undefined;
}

/** Open incidents named on the first screen, and rows of each folded list. */
const NAMED = 4;
const ROWS = 20;

/** The digest as a card: what one has to know on one screen of a phone, the lists folded. */
export function digestCard(id: string, gathered: Gathered, look: DigestLook): Card {
  const { t } = look;
  return {
    id,
    rev: 1,
    title: t('channels.digest-title', { date: dateText(gathered.now, look) }),
    tone: toneOf(gathered),
    blocks: digestBlocks(gathered, look),
    footer: t('channels.digest-footer'),
  };
}

export function digestBlocks(gathered: Gathered, look: DigestLook): Block[] {
  const { t, consoleUrl } = look;
  const { incidents } = gathered;
  const link = consoleUrl ? `[${t('channels.to-console')}](${consoleUrl.replace(/\/$/, '')}/#/incidents)` : '';
  return [
    { type: 'text', markdown: headline(gathered, look) },
    { type: 'fields', items: figures(gathered, look) },
    ...(incidents && incidents.open.length > 0
      ? [{ type: 'text' as const, markdown: named(incidents.open, look) }]
      : []),
    ...(link ? [{ type: 'text' as const, markdown: link }] : []),
    ...details(gathered, look),
  ];
}

function toneOf({ incidents }: Gathered): Tone {
  if (!incidents) return 'neutral';
  if (incidents.open.some(({ severity }) => severity === 'critical')) return 'danger';
  return incidents.open.length > 0 ? 'warning' : 'success';
}

function headline({ incidents, since, now }: Gathered, look: DigestLook): string {
  const { t } = look;
  const period = t('channels.digest-since', { since: timeText(since, now, look) });
  if (!incidents) return `**${t('channels.digest-blind')}** ${period}`;
  const count = incidents.open.length;
  return `**${t('channels.digest-open', { count })}** ${period}`;
}

/** What could not be read is said to be unknown. */
function figures({ incidents, tasks, waiting }: Gathered, { t }: DigestLook): { label: string; value: string }[] {
  const unknown = t('channels.unknown');
  const bySeverity = incidents && SEVERITIES.map((name) => incidents.open.filter(({ severity }) => severity === name));
  const open = bySeverity?.flatMap((some, at) =>
    some.length === 0 ? [] : [`${some.length} ${t(`channels.severity-${SEVERITIES[at]}`)}`],
  );
  const rows: [string, string][] = [
    ['open', open === undefined ? unknown : open.join(', ') || '0'],
    ['healed', incidents ? String(incidents.healed.length) : unknown],
    ['resolved', incidents ? String(incidents.resolved.length) : unknown],
    ['held-back', incidents ? String(incidents.heldBack.length) : unknown],
    ['tasks', tasks ? t('channels.tasks', { done: tasks.done.length, failed: tasks.failed.length }) : unknown],
    ['waiting', waiting ? String(waiting.length) : unknown],
  ];
  return rows
    .filter(([name, value]) => name !== 'held-back' || value !== '0')
    .map(([name, value]) => ({ label: t(`channels.figure-${name}`), value }));
}

const worstFirst = (a: SeenIncident, b: SeenIncident) =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.openedAt - a.openedAt;

function named(open: readonly SeenIncident[], { t, language }: DigestLook): string {
  const lines = [...open]
    .sort(worstFirst)
    .slice(0, NAMED)
    .map((one) => `- **${one.id}** ${escapeLine(`${whatText(one, language)} · ${one.cluster.name}`)}`);
  const more = open.length - NAMED;
  return [...lines, ...(more > 0 ? [`- ${t('channels.more', { count: more })}`] : [])].join('\n');
}

function details({ incidents, tasks, waiting }: Gathered, look: DigestLook): Block[] {
  const { t, language } = look;
  const incidentRows = (some: readonly SeenIncident[] = []) =>
    [...some]
      .sort(worstFirst)
      .map((one) => [one.id, whatText(one, language), one.cluster.name, t(`channels.severity-${one.severity}`)]);
  const planRows = (some: readonly { id: string; plan: { title: { en: string; zh: string }; cluster: string } }[]) =>
    some.map(({ id, plan }) => [id, plan.title[language], plan.cluster]);
  const incidentHead = ['id', 'what', 'cluster', 'severity'];
  const planHead = incidentHead.slice(0, 3);
  const lists: [string, string[], string[][]][] = [
    ['open', incidentHead, incidentRows(incidents?.open)],
    ['held-back', incidentHead, incidentRows(incidents?.heldBack)],
    ['over', incidentHead, incidentRows([...(incidents?.healed ?? []), ...(incidents?.resolved ?? [])])],
    ['failed', planHead, planRows(tasks?.failed ?? [])],
    ['done', planHead, planRows(tasks?.done ?? [])],
    ['waiting', planHead, planRows(waiting ?? [])],
  ];
  return lists.flatMap(([name, head, rows]) => (rows.length === 0 ? [] : [folded(name, { head, rows }, t)]));
}

function folded(name: string, { head, rows }: { head: string[]; rows: string[][] }, t: Translate): Block {
  const summary = t(`channels.list-${name}`, { count: rows.length });
  const columns = head.map((column) => t(`channels.column-${column}`));
  const shown = rows.slice(0, ROWS);
  return {
    type: 'details',
    summary,
    blocks: [{ type: 'table', caption: summary, head: columns, rows: shown }],
  };
}

/** The cause and its object, or what the alerts say. */
function whatText({ finding, title }: SeenIncident, language: Language): string {
  if (!finding) return title[language];
  const { kind, namespace, name } = finding.object;
  return `${finding.cause} · ${namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`}`;
}

const locale = (language: Language) => (language === 'zh' ? 'zh-CN' : 'en-GB');

function dateText(at: number, { language, timeZone }: DigestLook): string {
  const parts = { weekday: 'short', day: 'numeric', month: 'short', timeZone } as const;
  return new Intl.DateTimeFormat(locale(language), parts).format(at);
}

/** A time of day; with the date where it is not today's. */
export function timeText(at: number, now: number, { language, timeZone }: Omit<DigestLook, 't'>): string {
  const day = (moment: number) => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(moment);
  const date = day(at) === day(now) ? {} : ({ day: 'numeric', month: 'short' } as const);
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
  return new Intl.DateTimeFormat(locale(language), { ...clock, ...date }).format(at);
}
