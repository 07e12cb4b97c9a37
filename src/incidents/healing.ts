import type { Approval } from '../approvals/approvals.ts';
import { COPILOT } from '../approvals/system-users.ts';
import type { Message } from '../chat/messages.ts';
import { type UserRef, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import { cardId, offeredRemedies } from './card.ts';
import { presentAttempts, told } from './lifecycle.ts';
import type { EndedTask, IncidentPorts } from './ports.ts';
import type { Attempt, Happening, Incident, OfferedRemedy } from './records.ts';

/** From a chosen remedy to a plan that waits for its approval, and from the end of its task to the incident. */
export interface Healing {
  /** A person chose a remedy. */
  heal(id: string, remedyId: string, actor: UserRef): Promise<{ asked: string } | { refused: Message }>;
  /** The bot asks by itself for the first remedy of what it has proven. */
  offer(incident: Incident): Promise<void>;
  onApproval(approval: Approval): Promise<void>;
  /** Catches up with what was decided or done while nobody looked. */
  recover(incident: Incident): Promise<void>;
  onTask(approval: Approval, task: EndedTask): Promise<void>;
}

export interface HealingOptions<Plan> {
  incidents: Collection<Incident>;
  ports: Pick<IncidentPorts<Plan>, 'prepare' | 'propose' | 'approval' | 'endedTask'>;
  clock: () => number;
  onChange: (incident: Incident) => Promise<void>;
  /** The task is over: what is true now? */
  onHealed: (incident: Incident) => Promise<void>;
}

const KEY = /^heal-(I-[0-9A-Z]+)-\d+-/;

/** The incident that an approval was asked for, by the key it was asked under. */
function incidentOf({ key }: Pick<Approval, 'key'>): string | undefined {
  return KEY.exec(key)?.[1];
}

export function createHealing<Plan>(options: HealingOptions<Plan>): Healing {
  const { incidents, ports, clock } = options;

  async function change(id: string, next: (incident: Incident) => Incident | undefined): Promise<Incident | undefined> {
    for (;;) {
      const stored = await incidents.get(id);
      const changed = stored && next(stored);
      if (!changed) return undefined;
      if (!(await incidents.replace(changed))) continue;
      await options.onChange(changed);
      return changed;
    }
  }

  async function ask(
    incident: Incident,
    remedy: OfferedRemedy,
    actor: UserRef,
  ): Promise<{ asked: string } | { refused: Message }> {
    const prepared = await ports.prepare(incident, remedy.id);
    if (prepared.kind === 'refused') return { refused: prepared.why };
    if (prepared.kind === 'patch') {
      await change(incident.id, (stored) => withPatch(stored, remedy, prepared, clock()));
      return { refused: { key: 'incidents.refused.gitops', params: { owner: prepared.owner } } };
    }
    const [place] = incident.places;
    if (!place) throw new Error(`Incident ${incident.id} has no place`);
    const conversation = { ...place, under: cardId(incident, 0) };
    // One key for each turn, whatever is chosen: of several clicks at once one is asked for, and one change is made.
    const key = `heal-${incident.id}-${incident.attempts.length}-turn.0`;
    const asker = { user: actor, conversation, language: incident.language };
    const proposed = await ports.propose(key, prepared, asker);
    if ('refused' in proposed) return proposed;
    await change(incident.id, (stored) => asked(stored, remedy, proposed.approvalId, actor, clock()));
    if (await isAnothers(incident.id, remedy, proposed.approvalId))
      return { refused: { key: 'incidents.refused.healing', params: { id: incident.id } } };
    // Autopilot decides while it is being asked.
    const approval = await ports.approval(proposed.approvalId);
    if (approval) await onApproval(approval);
    return { asked: proposed.approvalId };
  }

  /** Somebody chose another remedy at the same moment, and was first. */
  async function isAnothers(id: string, remedy: OfferedRemedy, approvalId: string): Promise<boolean> {
    const attempts = (await incidents.get(id))?.attempts ?? [];
    return attempts.some((one) => one.approvalId === approvalId && one.remedy !== remedy.id);
  }

  async function onApproval(approval: Approval): Promise<void> {
    const id = incidentOf(approval);
    if (id === undefined || approval.state === 'pending' || approval.state === 'approved') return;
    await change(id, (stored) => decided(stored, approval, clock()));
  }

  async function onTask(approval: Approval, task: EndedTask): Promise<void> {
    const id = incidentOf(approval);
    if (id === undefined) return;
    const after = await change(id, (stored) => ended(stored, approval, task, clock()));
    if (after) await options.onHealed(after);
  }

  return {
    async heal(id, remedyId, actor) {
      const incident = await incidents.get(id);
      if (!incident) return { refused: { key: 'incidents.refused.not-found', params: { id } } };
      if (incident.state === 'resolved') return { refused: { key: 'incidents.refused.over', params: { id } } };
      if (incident.state === 'healing') return { refused: { key: 'incidents.refused.healing', params: { id } } };
      const remedy = offeredRemedies(incident).find((one) => one.id === remedyId);
      if (!remedy) return { refused: { key: 'incidents.refused.remedy', params: { id } } };
      return ask(incident, remedy, actor);
    },
    async offer(incident) {
      const [first] = offeredRemedies(incident);
      const proven = incident.finding?.confidence === 'proven';
      if (!first || !proven || first.when !== 'now' || first.risk === 'high' || presentAttempts(incident).length > 0)
        return;
      await ask(incident, first, COPILOT);
    },
    onApproval,
    onTask,
    async recover({ attempts }) {
      for (const { approvalId } of attempts.filter(({ endedAt }) => endedAt === undefined)) {
        const approval = await ports.approval(approvalId);
        if (!approval) continue;
        await onApproval(approval);
        const task = await ports.endedTask(approval);
        if (task) await onTask(approval, task);
      }
    },
  };
}

function withPatch(
  incident: Incident,
  remedy: OfferedRemedy,
  { owner, patch }: { owner: string; patch: string },
  now: number,
): Incident | undefined {
  if (incident.patch?.patch === patch) return undefined;
  const timeline = told(incident, { at: now, what: 'gitops', params: { owner } });
  return { ...incident, rev: incident.rev + 1, patch: { remedy: remedy.id, owner, patch }, timeline, updatedAt: now };
}

function asked(
  incident: Incident,
  remedy: OfferedRemedy,
  approvalId: string,
  actor: UserRef,
  now: number,
): Incident | undefined {
  if (incident.attempts.some((one) => one.approvalId === approvalId)) return undefined;
  const attempt: Attempt = {
    remedy: remedy.id,
    title: remedy.title,
    approvalId,
    state: 'asked',
    by: userKey(actor),
    at: now,
  };
  return step(incident, [...incident.attempts, attempt], 'healing', {
    at: now,
    what: 'asked',
    params: { approval: approvalId },
    by: userKey(actor),
  });
}

function decided(incident: Incident, { id, state, decidedBy, taskId }: Approval, now: number): Incident | undefined {
  const at = incident.attempts.findIndex((one) => one.approvalId === id);
  const attempt = incident.attempts[at];
  if (attempt?.state !== 'asked') return undefined;
  const by = decidedBy ? userKey(decidedBy) : '';
  if (state === 'used') {
    const running: Attempt = { ...attempt, state: 'running', approvedBy: by, ...(taskId !== undefined && { taskId }) };
    return step(incident, incident.attempts.with(at, running), 'healing', {
      at: now,
      what: 'approved',
      params: { task: taskId ?? '' },
      by,
    });
  }
  const closed: Attempt = { ...attempt, state: state === 'expired' ? 'expired' : 'rejected', endedAt: now };
  return step(incident, incident.attempts.with(at, closed), 'open', {
    at: now,
    what: closed.state,
    params: {},
    ...(by && { by }),
  });
}

/** Verified, taken back or failed; what did not work goes to a person. */
function ended(incident: Incident, { id }: Approval, task: EndedTask, now: number): Incident | undefined {
  const at = incident.attempts.findIndex((one) => one.approvalId === id);
  const attempt = incident.attempts[at];
  if (!attempt || attempt.endedAt !== undefined) return undefined;
  const state = task.state === 'succeeded' ? 'verified' : task.state === 'undone' ? 'undone' : 'failed';
  const error = task.steps.find((one) => one.error !== undefined)?.error;
  const why = error ? `${error.code}: ${error.message}` : undefined;
  const over: Attempt = { ...attempt, state, taskId: task.id, endedAt: now, ...(why !== undefined && { why }) };
  const next = state === 'verified' ? 'open' : 'handed-over';
  return step(incident, incident.attempts.with(at, over), next, {
    at: now,
    what: state,
    params: { task: task.id, why: why ?? '' },
  });
}

function step(incident: Incident, attempts: Attempt[], state: Incident['state'], happening: Happening): Incident {
  return {
    ...incident,
    rev: incident.rev + 1,
    attempts,
    state,
    updatedAt: happening.at,
    timeline: told(incident, happening),
  };
}
