import { createHash } from 'node:crypto';
import type { Audit } from '../audit/audit.ts';
import type { Message } from '../chat/messages.ts';
import { type Block, type ConversationRef, type UserRef, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import { type Approval, approvalSpec } from './approval.ts';
import { claimFor, objectOf, whyAsk } from './autopilot.ts';
import { quietAt } from './local-time.ts';
import { isSamePerson } from './people.ts';
import { digestOf, type Plan, planDigest, planSchema } from './plan.ts';
import { type Policy, refusalToDecide, refusalToRequest, refusalToRun, ruleFor } from './policy.ts';
import { AUTOPILOT } from './system-users.ts';
import { countedVotes, hasVoted, stillCounts } from './votes.ts';

export { type Approval, approvalSpec };

/** Asking for approvals and deciding them: by people, each once, or by autopilot where policy lets it. */

/** A plan as it is asked for: its id and expiry are given here. */
export type PlanRequest = {
  key: string;
  plan: Omit<Plan, 'id' | 'expiresAt'>;
  blocks: Block[];
  requestedBy: UserRef;
  conversation: ConversationRef;
  language: 'en' | 'zh';
};

export type Verdict = 'approve' | 'reject' | 'change';

export type Decided =
  | { result: 'done'; approval: Approval }
  | { result: 'forbidden'; why: Message }
  | { result: 'decided' | 'expired' | 'not-found' };

export interface Approvals {
  /** Idempotent by key. A refusal says why the asker may not even ask. What autopilot may run comes back decided. */
  request(request: PlanRequest): Promise<{ approval: Approval } | { refused: Message }>;
  get(id: string): Promise<Approval | undefined>;
  pending(): Promise<Approval[]>;
  /**
   * Exactly one decision wins, however many arrive; the others are told. Rights are looked up at this moment. Where policy
   * wants several people, an approval that is not the last is done and leaves the request pending; one rejection ends it.
   */
  decide(id: string, actor: UserRef, verdict: Verdict): Promise<Decided>;
  /** Whether this very plan was approved, and policy still lets it run on those approvals: asked again before each write. */
  stillApproved(id: string, plan: Plan): Promise<boolean>;
  expireDue(): Promise<void>;
  /** Gives every approved request its task, should the process have died in between. */
  recover(): Promise<void>;
}

export interface ApprovalOptions {
  approvals: Collection<Approval>;
  policy: Policy;
  audit: Pick<Audit, 'append'>;
  clock: () => number;
  /** Makes the task of an approved plan, idempotently, and returns its id. */
  startTask: (approval: Approval) => Promise<string>;
  /** Who stopped all changes, or undefined: autopilot decides nothing then. */
  stoppedBy?: () => Promise<string | undefined>;
  /** Where the policy names no time zone; UTC without one. */
  timeZone?: string;
  /** Told after every change, to show it. */
  onChange: (approval: Approval) => Promise<void>;
}

export function createApprovals(options: ApprovalOptions): Approvals {
  const { approvals, policy, audit, clock, stoppedBy = async () => undefined } = options;
  const timeZone = policy.timeZone ?? options.timeZone ?? 'UTC';
  const turns = new Map<string, Promise<void>>();

  async function request(asked: PlanRequest): Promise<{ approval: Approval } | { refused: Message }> {
    for (const id of idsFor(asked.key)) {
      const stored = await approvals.get(id);
      if (stored && stored.key !== asked.key) continue;
      const refused =
        refusalToRequest(policy, asked.requestedBy, asked.plan) ?? (stored ? undefined : frozen(asked.plan));
      if (refused) return { refused };
      const approval = stored ?? newApproval(id, asked, clock());
      const made = await inTurn(approval.autopilot === undefined ? id : 'autopilot', () => enter(approval, !stored));
      return made ? { approval: made } : request(asked);
    }
    throw new Error(`No free id for ${asked.key}`);
  }

  function newApproval(id: string, asked: PlanRequest, now: number): Approval {
    const expiresAt = now + ruleFor(policy, asked.plan).expiresMinutes * 60_000;
    const plan: Plan = planSchema.parse({ ...asked.plan, id: `p-${id}`, expiresAt });
    const object = objectOf(plan);
    return {
      ...asked,
      id,
      rev: 1,
      plan,
      digest: digestOf(plan),
      state: 'pending',
      ...claimFor(policy, plan, { now, timeZone }),
      ...(object !== undefined && { object }),
      expiresAt,
      createdAt: now,
    };
  }

  /** Stores a new request and shows it, or lets autopilot decide it. Undefined when another request was first to that id. */
  async function enter(approval: Approval, isNew: boolean): Promise<Approval | undefined> {
    if (isNew) {
      await tell('approval.request', approval, { by: approval.requestedBy, outcome: 'pending' });
      if (!(await approvals.insert(approval))) return undefined;
    }
    const claims = approval.state === 'pending' && approval.autopilot !== undefined;
    if (claims && approval.expiresAt > clock()) return steer(approval);
    await options.onChange(approval);
    return approval;
  }

  /** Decides by itself what is within autopilot's limits, and asks with the reason for what is not. */
  async function steer(claim: Approval): Promise<Approval> {
    assertUnaltered(claim);
    const now = clock();
    const note = await whyAsk({ approvals, policy, timeZone, stoppedBy }, claim, now);
    const { autopilot: _, touchedAt: __, ...unclaimed } = claim;
    const rev = claim.rev + 1;
    const next: Approval = note
      ? { ...unclaimed, rev, note: { key: note.key, params: note.params ?? {} } }
      : { ...claim, rev, state: 'approved', approvedBy: [AUTOPILOT], decidedBy: AUTOPILOT, decidedAt: now };
    const outcome = note ? 'left-to-people' : 'intended';
    await tell('approval.approve', next, { by: AUTOPILOT, outcome, why: note?.key });
    if (await approvals.replace(next)) return settle(next);
    await tell('approval.approve', next, { by: AUTOPILOT, outcome: 'too-late' });
    return (await approvals.get(claim.id)) ?? claim;
  }

  /** Why nothing may be changed at this hour. Taking back is always allowed. */
  function frozen(plan: Pick<Plan, 'undoes'>): Message | undefined {
    const quiet = plan.undoes === undefined ? quietAt(policy, clock(), timeZone) : undefined;
    if (quiet?.autonomy !== 'observe') return undefined;
    return { key: 'approvals.refused.quiet', params: { from: quiet.from, to: quiet.to } };
  }

  /** One piece of work after the other for each name, so that the log tells only of those that could win. */
  function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const result = (turns.get(name) ?? Promise.resolve()).then(work);
    const turn = result.then(noop, noop).then(() => {
      if (turns.get(name) === turn) turns.delete(name);
    });
    turns.set(name, turn);
    return result;
  }

  async function decideNow(id: string, actor: UserRef, verdict: Verdict): Promise<Decided> {
    const stored = await approvals.get(id);
    if (!stored) return { result: 'not-found' };
    if (stored.state !== 'pending') return { result: stored.state === 'expired' ? 'expired' : 'decided' };
    if (stored.expiresAt <= clock()) {
      await expire(stored);
      return { result: 'expired' };
    }
    const why = refusal(stored, actor, verdict);
    if (why) {
      await tell(`approval.${verdict}`, stored, { by: actor, outcome: 'refused', why: why.key });
      return { result: 'forbidden', why };
    }
    assertUnaltered(stored);
    const next = decided(stored, actor, verdict);
    await tell(`approval.${verdict}`, next, { by: actor, outcome: 'intended' });
    if (await approvals.replace(next)) return { result: 'done', approval: await settle(next) };
    await tell(`approval.${verdict}`, next, { by: actor, outcome: 'too-late' });
    return decideNow(id, actor, verdict);
  }

  /** Whoever asked may always withdraw the request, or put it aside for another plan. */
  function refusal(stored: Approval, actor: UserRef, verdict: Verdict): Message | undefined {
    const own = isSamePerson(policy, actor, stored.requestedBy);
    if (verdict !== 'approve') return own ? undefined : refusalToDecide(policy, actor, stored);
    const why = refusalToDecide(policy, actor, stored) ?? refusalToRun(policy, stored.plan) ?? frozen(stored.plan);
    return why ?? (hasVoted(policy, stored, actor) ? { key: 'approvals.refused.twice' } : undefined);
  }

  /** An approval that is not the last of those that policy wants leaves the request open for another person. */
  function decided(stored: Approval, actor: UserRef, verdict: Verdict): Approval {
    const rev = stored.rev + 1;
    const last = { decidedBy: actor, decidedAt: clock() };
    if (verdict !== 'approve') return { ...stored, ...last, rev, state: verdict === 'reject' ? 'rejected' : 'change' };
    const approvedBy = [...countedVotes(policy, stored), actor];
    if (approvedBy.length < ruleFor(policy, stored.plan).approvals) return { ...stored, rev, approvedBy };
    const touched = stored.object !== undefined && { touchedAt: clock() };
    return { ...stored, ...last, ...touched, rev, approvedBy, state: 'approved' };
  }

  /** From approved to used: the task exists, and the request names it. */
  async function settle(approval: Approval): Promise<Approval> {
    if (approval.state !== 'approved') {
      await options.onChange(approval);
      return approval;
    }
    const taskId = await options.startTask(approval);
    const next: Approval = { ...approval, rev: approval.rev + 1, state: 'used', taskId };
    const written = await approvals.replace(next);
    const current = written ? next : ((await approvals.get(approval.id)) ?? next);
    await options.onChange(current);
    return current;
  }

  async function expire(stored: Approval): Promise<void> {
    const next: Approval = { ...stored, rev: stored.rev + 1, state: 'expired', decidedAt: clock() };
    if (await approvals.replace(next)) await options.onChange(next);
  }

  async function tell(action: string, { id, plan, digest }: Approval, { by, outcome, why }: Told): Promise<void> {
    const details = { action: plan.action, cluster: plan.cluster, digest, ...(why !== undefined && { why }) };
    await audit.append({ actor: userKey(by), action, subject: id, outcome, details });
  }

  return {
    request,
    get: (id) => approvals.get(id),
    pending: () =>
      approvals.find({ where: { state: 'pending' }, range: { field: 'expiresAt', gt: clock() }, orderBy: 'expiresAt' }),
    decide: (id, actor, verdict) => inTurn(id, () => decideNow(id, actor, verdict)),
    async stillApproved(id, plan) {
      const stored = await approvals.get(id);
      if (stored?.state !== 'approved' && stored?.state !== 'used') return false;
      return planDigest(plan) === stored.digest && stillCounts(policy, stored);
    },
    async expireDue() {
      const due = await approvals.find({ where: { state: 'pending' }, range: { field: 'expiresAt', lte: clock() } });
      for (const approval of due) await expire(approval);
    },
    async recover() {
      for (const approval of await approvals.find({ where: { state: 'approved' } })) await settle(approval);
    },
  };
}

function assertUnaltered({ id, plan, digest }: Approval): void {
  if (digestOf(plan) !== digest) throw new Error(`The plan of approval ${id} was altered`);
}

interface Told {
  by: UserRef;
  outcome: string;
  why?: string | undefined;
}

const noop = () => undefined;

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Short ids for a key: four letters and digits that are not mixed up, more where those are taken. */
function* idsFor(key: string): Generator<string> {
  const bytes = createHash('sha256').update(key).digest();
  // A digit in second place tells an id from a word that somebody types.
  const text = [...bytes].map((byte, at) => (at === 1 ? `${2 + (byte % 8)}` : LETTERS[byte % LETTERS.length])).join('');
  for (let length = 4; length <= 12; length++) yield text.slice(0, length);
}
