import { createHash } from 'node:crypto';
import type { ConversationRef, Language, LocalText } from '../chat/types.ts';
import { refKey } from './ports.ts';
import type { Attempt, ClusterRef, Diagnosis, Finding, Happening, Incident } from './records.ts';

/** How an incident begins, changes and ends: pure functions over its record. */

/** Coming back within this time is flapping: the same incident, one more on its count. */
const FLAP_WINDOW_MS = 3600_000;
const MOST_HAPPENINGS = 200;
const MOST_SYMPTOMS = 50;

export function keyOf(cluster: ClusterRef, { cause, object }: Finding): string {
  return `${cluster.id}|${cause}|${refKey(object)}`;
}

/** Alerts that no rule explains are one incident for each cluster and alert name. */
export function unexplainedKey(cluster: ClusterRef | undefined, alertname: string): string {
  return `${cluster?.id ?? '-'}|alert|${alertname}`;
}

export interface Opening {
  key: string;
  cluster: ClusterRef;
  namespace?: string | undefined;
  finding?: Finding | undefined;
  title: LocalText;
  severity: Incident['severity'];
  diagnosis: Pick<Diagnosis, 'coverage' | 'unknown'>;
  source: Incident['source'];
  places: ConversationRef[];
  language: Language;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Short ids for a key and a moment: four of Crockford's base 32, more where those are taken. */
export function* idsFor(key: string, at: number): Generator<string> {
  const text = [...createHash('sha256').update(`${key}@${at}`).digest()].map((byte) => CROCKFORD[byte % 32]).join('');
  for (let length = 4; length <= 12; length++) yield `I-${text.slice(0, length)}`;
}

export function opened(id: string, opening: Opening, now: number): Incident {
  const { key, cluster, namespace, finding, title, severity, diagnosis, source, places, language } = opening;
  return {
    id,
    rev: 1,
    key,
    cluster,
    ...(namespace !== undefined && { namespace }),
    state: 'open',
    ...(finding && { finding: bounded(finding) }),
    title,
    severity,
    coverage: diagnosis.coverage,
    unknown: diagnosis.unknown,
    alertNames: [],
    alertCount: 0,
    source,
    flaps: 0,
    attempts: [],
    timeline: [{ at: now, what: finding ? 'found' : 'alerted', params: {} }],
    places,
    language,
    openedAt: now,
    updatedAt: now,
    dueAt: now,
  };
}

/** A storm of pods stays a short list; how many there are is said by the symptom after the last one. */
function bounded(finding: Finding): Finding {
  const { symptoms } = finding;
  if (symptoms.length <= MOST_SYMPTOMS) return finding;
  const more = symptoms.length - MOST_SYMPTOMS;
  const rest = { kind: 'Pod', name: `+${more}`, text: `${more} more` };
  return { ...finding, symptoms: [...symptoms.slice(0, MOST_SYMPTOMS), rest] };
}

/** Seen again. Undefined where nothing that a reader would notice has changed. */
export function seenAgain(
  incident: Incident,
  finding: Finding,
  diagnosis: Diagnosis,
  now: number,
): Incident | undefined {
  const shown = bounded(finding);
  const back = incident.state === 'resolved';
  const cleared = incident.clearSince !== undefined;
  if (!back && !cleared && incident.finding && sameForReaders(incident.finding, shown)) return undefined;
  const { resolvedAt: _, clearSince: __, ...rest } = incident;
  return {
    ...rest,
    rev: incident.rev + 1,
    finding: shown,
    title: shown.summary,
    severity: shown.severity,
    coverage: diagnosis.coverage,
    unknown: diagnosis.unknown,
    updatedAt: now,
    ...(back && { state: 'open' as const, flaps: incident.flaps + 1, backAt: now }),
    timeline: back ? told(incident, { at: now, what: 'back', params: {} }) : incident.timeline,
  };
}

/** Counts of restarts and the like grow all the time: only what changes the picture counts. */
function sameForReaders(before: Finding, after: Finding): boolean {
  const picture = ({ confidence, severity, summary, symptoms, remedies }: Finding) =>
    JSON.stringify([confidence, severity, summary, symptoms.map(refKey), remedies.map(({ id, plan }) => [id, plan])]);
  return picture(before) === picture(after);
}

/** What was tried since it last came back. */
export function presentAttempts({ attempts, backAt = 0 }: Pick<Incident, 'attempts' | 'backAt'>): Attempt[] {
  return attempts.filter(({ at }) => at >= backAt);
}

/** Whether trouble with the same key now belongs to this incident. */
export function isSameIncident({ state, resolvedAt = 0 }: Incident, now: number): boolean {
  return state !== 'resolved' || now - resolvedAt < FLAP_WINDOW_MS;
}

export function told({ timeline }: Pick<Incident, 'timeline'>, happening: Happening): Happening[] {
  return [...timeline, happening].slice(-MOST_HAPPENINGS);
}

export function resolved(incident: Incident, now: number, what: 'gone' | 'healed' | 'closed', by?: string): Incident {
  const { clearSince: _, ...rest } = incident;
  return {
    ...rest,
    rev: incident.rev + 1,
    state: 'resolved',
    resolvedAt: now,
    updatedAt: now,
    timeline: told(incident, { at: now, what, params: {}, ...(by !== undefined && { by }) }),
  };
}
