import { type ConversationRef, conversationKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import {
  idsFor,
  isSameIncident,
  keyOf,
  type Opening,
  opened,
  resolved,
  seenAgain,
  told,
  unexplainedKey,
} from './lifecycle.ts';
import type { LookRequest } from './looks.ts';
import { objectsOf } from './place.ts';
import type { ClusterRef, Diagnosis, Finding, Incident, Mute, StoredAlert } from './records.ts';

/** Brings the incidents of a place in line with what a look at it found. */

export interface ReconcileOptions {
  incidents: Collection<Incident>;
  alerts: Collection<StoredAlert>;
  mutes: Collection<Mute>;
  clock: () => number;
  /** Where else it is shown, besides where it was asked about: the first is where it is dealt with. */
  audience: (about: Pick<Opening, 'cluster' | 'namespace' | 'severity'>) => Promise<ConversationRef[]>;
  /** How long something must be gone before it counts as over, milliseconds. */
  quietMs: number;
}

export interface Seen {
  cluster: ClusterRef;
  namespace?: string | undefined;
  alerts: readonly StoredAlert[];
  diagnosis: Diagnosis;
  request: LookRequest;
}

/** What a look came to: incidents that are new or came back, and all that changed. */
export interface Reconciled {
  begun: Incident[];
  changed: Incident[];
  /** The incident of each finding, also where nothing changed. */
  found: Incident[];
}

export async function reconcile(options: ReconcileOptions, seen: Seen): Promise<Reconciled> {
  const result: Reconciled = { begun: [], changed: [], found: [] };
  const { findings } = seen.diagnosis;
  for (const finding of findings) {
    const incident = await upsert(options, openingOf(seen, finding), result, finding, seen.diagnosis);
    if (incident)
      await link(
        options,
        incident,
        seen.alerts.filter((alert) => isAbout(alert, finding, findings)),
        result,
      );
  }
  const unexplained: StoredAlert[] = [];
  for (const alert of seen.alerts)
    if (!findings.some((finding) => isAbout(alert, finding, findings)) && !(await isExplained(options, alert)))
      unexplained.push(alert);
  for (const [name, same] of Map.groupBy(unexplained, (alert) => alert.name)) {
    const incident = await upsert(options, unexplainedOpening(seen, name, same), result);
    if (incident) await link(options, incident, same, result);
  }
  // A question looks at one thing: it says nothing of the others.
  if (seen.request.source !== 'question') await clear(options, seen, result);
  return result;
}

function openingOf({ cluster, diagnosis, request }: Seen, finding: Finding): Opening {
  return {
    key: keyOf(cluster, finding),
    cluster,
    namespace: finding.object.namespace,
    finding,
    title: finding.summary,
    severity: finding.severity,
    diagnosis,
    source: request.source,
    places: [request.conversation],
    language: request.language,
  };
}

function unexplainedOpening(
  { cluster, namespace, diagnosis, request }: Seen,
  name: string,
  alerts: readonly StoredAlert[],
): Opening {
  const severe = alerts.some(({ labels }) =>
    /crit|^p1$|page|error/i.test(labels.severity ?? labels._aliyun_arms_alert_level ?? ''),
  );
  return {
    key: unexplainedKey(cluster, name),
    cluster,
    namespace,
    title: { en: name, zh: name },
    severity: severe ? 'critical' : 'warning',
    diagnosis,
    source: request.source,
    places: [request.conversation],
    language: request.language,
  };
}

/** The newest incident of the key that this still is, or a new one. Undefined where it is muted. */
async function upsert(
  options: ReconcileOptions,
  opening: Opening,
  result: Reconciled,
  finding?: Finding,
  diagnosis?: Diagnosis,
): Promise<Incident | undefined> {
  const { incidents, clock } = options;
  for (;;) {
    const now = clock();
    const [last] = await incidents.find({
      where: { key: opening.key },
      orderBy: 'openedAt',
      descending: true,
      limit: 1,
    });
    if (!last || !isSameIncident(last, now)) {
      if (await isMuted(options, opening.key)) return undefined;
      const fresh = await insert(incidents, { ...opening, places: await placesOf(options, opening) }, now);
      result.begun.push(fresh);
      result.found.push(fresh);
      return fresh;
    }
    const back = last.state === 'resolved';
    const next =
      finding && diagnosis ? seenAgain(last, finding, diagnosis, now) : back ? reopened(last, now) : undefined;
    if (!next) {
      result.found.push(last);
      return last;
    }
    if (!(await incidents.replace(next))) continue;
    (back ? result.begun : result.changed).push(next);
    result.found.push(next);
    return next;
  }
}

/** A question is answered where it was asked; what nobody asked for is shown to those who want to hear of it. */
async function placesOf({ audience }: ReconcileOptions, opening: Opening): Promise<ConversationRef[]> {
  if (opening.source === 'question') return opening.places;
  const all = [...(await audience(opening)), ...opening.places];
  return [...new Map(all.map((place) => [conversationKey(place), place])).values()];
}

function reopened(incident: Incident, now: number): Incident {
  const { resolvedAt: _, clearSince: __, ...rest } = incident;
  return {
    ...rest,
    rev: incident.rev + 1,
    state: 'open',
    flaps: incident.flaps + 1,
    backAt: now,
    updatedAt: now,
    timeline: told(incident, { at: now, what: 'back', params: {} }),
  };
}

async function insert(incidents: Collection<Incident>, opening: Opening, now: number): Promise<Incident> {
  for (const id of idsFor(opening.key, now)) {
    const incident = opened(id, opening, now);
    if (await incidents.insert(incident)) return incident;
    const taken = await incidents.get(id);
    if (taken?.key === opening.key) return taken;
  }
  throw new Error(`No free id for ${opening.key}`);
}

async function isMuted({ mutes, clock }: ReconcileOptions, key: string): Promise<boolean> {
  const mute = await mutes.get(key);
  return mute !== undefined && mute.until > clock();
}

/** An alert often outlives its trouble by minutes: until it ends it belongs to the incident that it was taken for. */
async function isExplained(
  { incidents, clock }: ReconcileOptions,
  { incidentId, name }: StoredAlert,
): Promise<boolean> {
  const incident = incidentId === undefined ? undefined : await incidents.get(incidentId);
  if (!incident) return false;
  return incident.finding !== undefined ? isSameIncident(incident, clock()) : !incident.alertNames.includes(name);
}

/** Whether an alert tells of this finding: it names its object or what shows it; or it names nothing, and the finding comes first. */
function isAbout({ labels }: StoredAlert, finding: Finding, all: readonly Finding[]): boolean {
  const named = objectsOf(labels).map(({ name }) => name);
  if (named.length === 0) return all[0] === finding;
  const refs = [finding.object, ...finding.symptoms];
  return named.some((name) => refs.some((ref) => ref.name === name || name.startsWith(`${ref.name}-`)));
}

/** Notes in each alert which incident it belongs to, and in the incident which alerts fire and how many there have been. */
async function link(
  { incidents, alerts, clock }: ReconcileOptions,
  incident: Incident,
  about: readonly StoredAlert[],
  result: Reconciled,
): Promise<void> {
  if (about.length === 0) return;
  const fresh = about.filter(({ incidentId }) => incidentId !== incident.id);
  await Promise.all(fresh.map((alert) => alerts.replace({ ...alert, rev: alert.rev + 1, incidentId: incident.id })));
  const alertCount = await alerts.count({ where: { incidentId: incident.id } });
  const alertNames = [...new Set([...incident.alertNames, ...about.map(({ name }) => name)])].slice(0, 10);
  const current = (await incidents.get(incident.id)) ?? incident;
  if (current.alertCount === alertCount && current.alertNames.length === alertNames.length) return;
  const next = { ...current, rev: current.rev + 1, alertCount, alertNames, updatedAt: clock() };
  if (await incidents.replace(next)) replaceIn(result, next);
}

/** The newer record takes the place of the older one in every list. */
function replaceIn(result: Reconciled, next: Incident): void {
  const fresh = (list: Incident[]) => list.map((one) => (one.id === next.id ? next : one));
  result.begun = fresh(result.begun);
  result.found = fresh(result.found);
  result.changed = [...result.changed.filter(({ id }) => id !== next.id), next];
}

/** What was here and is not seen any more is over, once it has stayed away long enough. Nothing is over where one could not look. */
async function clear(options: ReconcileOptions, seen: Seen, result: Reconciled): Promise<void> {
  const { incidents, clock } = options;
  const blind = seen.diagnosis.unknown.some(({ what }) => /^(Pod|Node|Event)\b/.test(what));
  const open = await incidents.find({ where: { state: ['open', 'handed-over'] }, limit: 10_000 });
  const still = new Set(result.found.map(({ id }) => id));
  for (const incident of open.filter((one) => isHere(one, seen) && !still.has(one.id))) {
    // What no rule explains goes by its alerts alone.
    if (incident.finding ? blind : await stillFires(options, incident)) continue;
    const now = clock();
    const since = incident.clearSince ?? now;
    const over = now - since >= options.quietMs;
    const next = over ? resolved(incident, now, 'gone') : { ...incident, rev: incident.rev + 1, clearSince: since };
    if (incident.clearSince !== undefined && !over) continue;
    if (await incidents.replace(next)) result.changed.push(next);
  }
}

/** Whether this look would have seen it. */
function isHere({ cluster, namespace }: Incident, seen: Seen): boolean {
  return (
    cluster.id === seen.cluster.id &&
    (seen.namespace === undefined || namespace === undefined || namespace === seen.namespace)
  );
}

async function stillFires({ alerts }: ReconcileOptions, { id }: Incident): Promise<boolean> {
  return (await alerts.count({ where: { incidentId: id, status: 'firing' } })) > 0;
}
