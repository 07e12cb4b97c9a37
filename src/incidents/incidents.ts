import type { Approval } from '../approvals/approvals.ts';
import { COPILOT } from '../approvals/system-users.ts';
import type { Audit } from '../audit/audit.ts';
import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { plainText } from '../chat/plain.ts';
import { type ConversationRef, conversationKey, type Language, type UserRef, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import { cardId, incidentCard } from './card.ts';
import { createHealing, type Healing } from './healing.ts';
import { createIntake } from './intake.ts';
import { resolved, told } from './lifecycle.ts';
import { createLooks, type LookRequest } from './looks.ts';
import type { Asked, EndedTask, IncidentPorts } from './ports.ts';
import { type Reconciled, type ReconcileOptions, reconcile, type Seen } from './reconcile.ts';
import type { AlertDelivery, ClusterRef, Diagnosis, Incident, IncomingAlert, Mute, StoredAlert } from './records.ts';

/** Alerts and suspicions become incidents; each has one living card, and is looked at until it is over. */
export interface Incidents extends Pick<Healing, 'heal'> {
  /** Stored when it resolves; worked on after. */
  take(source: string, alerts: IncomingAlert[]): Promise<void>;
  /** A watcher saw something there. */
  suspect(cluster: ClusterRef, namespace: string | undefined): void;
  /** Looks at once, for a person who asked, and shows what it finds where he asked. */
  examine(asked: Asked): Promise<{ found: Incident[]; diagnosis: Diagnosis }>;
  get(id: string): Promise<Incident | undefined>;
  /** Newest first. */
  list(page: { open: boolean; before?: number | undefined; limit: number }): Promise<Incident[]>;
  mute(id: string, mute: { hours: number; reason: string; by: UserRef }): Promise<boolean>;
  /** A person says that it is over. */
  close(id: string, by: UserRef): Promise<boolean>;
  lookAgain(id: string): Promise<boolean>;
  onApproval(approval: Approval): Promise<void>;
  onTask(approval: Approval, task: EndedTask): Promise<void>;
  /** Looks again at what is open and due. */
  tick(): Promise<void>;
  recover(): Promise<void>;
  sweep(): Promise<void>;
  idle(): Promise<void>;
  stop(): void;
}

export interface IncidentOptions<Plan> {
  incidents: Collection<Incident>;
  deliveries: Collection<AlertDelivery>;
  alerts: Collection<StoredAlert>;
  mutes: Collection<Mute>;
  ports: IncidentPorts<Plan>;
  outbox: Outbox;
  audit: Pick<Audit, 'append'>;
  translate: Record<Language, Translate>;
  /** Where incidents go that nobody asked for, and in which language. */
  channel: ConversationRef;
  language: Language;
  /** Who else wants to hear of such an incident, and what is spoken there. */
  audience: ReconcileOptions['audience'];
  languageOf: (place: ConversationRef) => Language;
  timeZone: string;
  /** A model is set up. */
  canInvestigate?: boolean;
  /** The name of the runbook for a cause. */
  runbook?: ((cause: string) => string | undefined) | undefined;
  /** Times faster than real time; 1 for real clusters. */
  pace: number;
  clock: () => number;
  onError: (error: unknown, where: string) => void;
}

const MINUTE = 60_000;
/** Gone for so long is over; at the cluster's pace. */
const QUIET_MS = 2 * MINUTE;
const LOOK_PAUSE_MS = 30_000;
const OPEN_LOOK_MS = MINUTE;
/** Not faster than this, however fast the cluster's clock goes. */
const FASTEST_MS = 2000;
const ALERTS_AT_ONCE = 2000;
const BLIND = {
  coverage: 0,
  tookMs: 0,
  findings: [],
  unknown: [{ what: 'cluster', why: 'the alert names no cluster that is known here' }],
};

export function createIncidents<Plan>(options: IncidentOptions<Plan>): Incidents {
  const { incidents, alerts, mutes, ports, clock, channel, pace } = options;
  const paced = (ms: number) => Math.max(FASTEST_MS, ms / pace);
  let last: Promise<unknown> = Promise.resolve();
  const looks = createLooks({ look: lookAt, pauseMs: paced(LOOK_PAUSE_MS), clock, onError: options.onError });
  const byItself = (source: LookRequest['source']): LookRequest => ({
    source,
    conversation: channel,
    language: options.language,
    by: COPILOT,
  });
  const intake = createIntake({
    ...options,
    clusters: () => ports.clusters(),
    onPlaces: (places) => {
      for (const place of places) looks.request(place, byItself('alert'));
    },
  });
  const healing = createHealing({
    incidents,
    ports,
    clock,
    onChange: show,
    onHealed: async (incident) => {
      await drawAfter(incident);
      await lookAgain(incident.id);
    },
  });

  async function lookAt(place: string, request: LookRequest): Promise<void> {
    // A cluster's id may hold a slash, a namespace cannot.
    const at = place.lastIndexOf('/');
    const namespace = place.slice(at + 1) || undefined;
    const id = place.slice(0, at);
    const cluster = (await ports.clusters()).find((one) => one.id === id) ?? unknownCluster(id);
    const firing = await alerts.find({ where: { status: 'firing', place }, limit: ALERTS_AT_ONCE });
    const diagnosis = cluster.id === '-' ? BLIND : await ports.diagnose({ cluster, namespace, alerts: firing });
    const seen = { cluster, namespace, alerts: firing, diagnosis, request };
    await follow(await inTurn(seen), request);
  }

  /** One after the other: two looks that find the same trouble at once open it once. */
  function inTurn(seen: Seen): Promise<Reconciled> {
    const turn = last.then(() => reconcile({ ...options, quietMs: paced(QUIET_MS) }, seen));
    last = turn.catch(() => undefined);
    return turn;
  }

  /** Shows what has changed, draws the curve of what is new, and offers the first remedy where nobody asked. */
  async function follow({ begun, changed }: Reconciled, request: LookRequest): Promise<void> {
    for (const incident of changed) await show(incident);
    for (const fresh of begun) {
      const incident = await withCurve(fresh);
      await show(incident);
      await tell('incident.open', incident, userKey(request.by));
      if (request.source !== 'question') await healing.offer(incident);
    }
    for (const incident of [...begun, ...changed]) if (incident.state !== 'resolved') await due(incident.id);
  }

  /** An incident without its curve is worth showing all the same. */
  async function curveOf(incident: Incident) {
    try {
      return await ports.curve(incident);
    } catch (error) {
      options.onError(error, 'curve');
      return undefined;
    }
  }

  async function withCurve(incident: Incident): Promise<Incident> {
    const curve = await curveOf(incident);
    if (!curve) return incident;
    return (
      (await change(incident.id, (stored) => ({ ...stored, curve: curve.chart, curveTitle: curve.title }), false)) ??
      incident
    );
  }

  /** The same curve once more, now that a change has been made. */
  async function drawAfter(incident: Incident): Promise<void> {
    const curve = incident.curve && (await curveOf(incident));
    if (curve) await change(incident.id, (stored) => ({ ...stored, curveAfter: curve.chart }));
  }

  async function change(
    id: string,
    next: (incident: Incident) => Incident | undefined,
    shown: boolean | 'always' = true,
  ): Promise<Incident | undefined> {
    for (;;) {
      const stored = await incidents.get(id);
      const changed = stored && next(stored);
      if (!stored || !changed) return undefined;
      const saved = { ...changed, rev: stored.rev + 1 };
      if (!(await incidents.replace(saved))) continue;
      if (shown) await show(saved, shown === 'always');
      return saved;
    }
  }

  async function due(id: string): Promise<void> {
    await change(id, (stored) => ({ ...stored, dueAt: clock() + paced(OPEN_LOOK_MS) }), false);
  }

  /** Muted is quiet while it lasts; that it was muted, and that it is over, is told all the same. */
  async function show(incident: Incident, always = false): Promise<void> {
    const { places, state, source } = incident;
    if (!always && (incident.mutedUntil ?? 0) > clock() && state === 'open') return;
    for (const [at, place] of places.entries()) {
      const language = source === 'question' && at === 0 ? incident.language : options.languageOf(place);
      const { timeZone, canInvestigate = false, runbook } = options;
      const style = { t: options.translate[language], language, timeZone, now: clock(), canInvestigate, runbook };
      const card = incidentCard(incident, style, at);
      await options.outbox.put(cardId(incident, at), place, { text: plainText(card), card, language });
    }
  }

  async function tell(action: string, { id, key, cluster }: Incident, actor: string): Promise<void> {
    await options.audit.append({
      actor,
      action,
      subject: id,
      outcome: 'done',
      details: { key, cluster: cluster.name },
    });
  }

  async function lookAgain(id: string): Promise<boolean> {
    const incident = await incidents.get(id);
    if (!incident) return false;
    looks.request(
      `${incident.cluster.id}/${incident.namespace ?? ''}`,
      byItself(incident.source === 'question' ? 'watch' : incident.source),
    );
    return true;
  }

  /** The card also where this person asked. */
  async function showAt(incident: Incident, place: ConversationRef): Promise<Incident> {
    const key = conversationKey(place);
    const known = incident.places.some((one) => conversationKey(one) === key);
    if (known) return incident;
    return (await change(incident.id, (stored) => ({ ...stored, places: [...stored.places, place] }))) ?? incident;
  }

  return {
    take: (source, taken) => intake.take(source, taken),
    suspect: (cluster, namespace) => looks.request(`${cluster.id}/${namespace ?? ''}`, byItself('watch')),
    async examine({ look, conversation, language, by, signal }) {
      const diagnosis = await ports.diagnose(look);
      signal?.throwIfAborted();
      const request: LookRequest = { source: 'question', conversation, language, by };
      const seen = { cluster: look.cluster, namespace: look.namespace, alerts: [], diagnosis, request };
      const result = await inTurn(seen);
      await follow(result, request);
      const found: Incident[] = [];
      for (const { id } of result.found) {
        const stored = await incidents.get(id);
        if (stored) found.push(await showAt(stored, conversation));
      }
      return { found, diagnosis };
    },
    get: (id) => incidents.get(id),
    list({ open, before, limit }) {
      const where = open ? { where: { state: ['open', 'healing', 'handed-over'] as const } } : {};
      const range = before === undefined ? {} : { range: { field: 'openedAt' as const, lt: before } };
      return incidents.find({ ...where, ...range, orderBy: 'openedAt', descending: true, limit });
    },
    heal: (id, remedyId, actor) => healing.heal(id, remedyId, actor),
    async mute(id, { hours, reason, by }) {
      const until = clock() + hours * 60 * MINUTE;
      const incident = await incidents.get(id);
      if (!incident) return false;
      const stored = await mutes.get(incident.key);
      const mute: Mute = {
        id: incident.key,
        rev: (stored?.rev ?? 0) + 1,
        key: incident.key,
        until,
        reason,
        by,
        at: clock(),
      };
      if (!(stored ? await mutes.replace(mute) : await mutes.insert(mute))) return false;
      const happening = { at: clock(), what: 'muted', params: { hours, reason }, by: userKey(by) };
      await tell('incident.mute', incident, userKey(by));
      await change(id, (now) => ({ ...now, mutedUntil: until, timeline: told(now, happening), updatedAt: clock() }));
      return true;
    },
    async close(id, by) {
      const done = await change(id, (stored) =>
        stored.state === 'resolved' ? undefined : resolved(stored, clock(), 'closed', userKey(by)),
      );
      if (done) await tell('incident.close', done, userKey(by));
      return done !== undefined;
    },
    lookAgain,
    onApproval: (approval) => healing.onApproval(approval),
    onTask: (approval, task) => healing.onTask(approval, task),
    async tick() {
      const range = { field: 'dueAt' as const, lte: clock() };
      const waiting = await incidents.find({ where: { state: ['open', 'handed-over'] }, range, limit: 200 });
      for (const { id } of waiting) {
        await due(id);
        await lookAgain(id);
      }
    },
    async recover() {
      await intake.recover();
      const open = await incidents.find({ where: { state: ['open', 'healing', 'handed-over'] }, limit: 1000 });
      for (const incident of open) {
        await show(incident);
        await healing.recover(incident);
      }
    },
    async sweep() {
      await intake.sweep();
      await mutes.remove({ range: { field: 'until', lt: clock() } });
    },
    async idle() {
      await intake.idle();
      await looks.idle();
    },
    stop: () => looks.stop(),
  };
}

function unknownCluster(id: string): ClusterRef {
  return { id, name: id === '-' ? '?' : id, environment: 'prod' };
}
