import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Message } from '../chat/messages.ts';
import { blockSchema, conversationRefSchema, languageSchema, userSchema } from '../chat/stored.ts';
import { type Block, type ConversationRef, type UserRef, userKey } from '../chat/types.ts';
import type { Collection, CollectionSpec } from '../storage/store.ts';
import { digestOf, type Plan, planDigest, planSchema } from './plan.ts';
import { type Policy, refusalToDecide, refusalToRequest, ruleFor } from './policy.ts';

/** A request to run exactly one plan, and what became of it. The digest binds the decision to the plan that was shown. */

const approvalSchema = z.object({
  /** Short and typeable. */
  id: z.string(),
  rev: z.number(),
  /** The asker's key: the same one twice is one request. */
  key: z.string(),
  plan: planSchema,
  digest: z.string(),
  /** What the flow shows beside the plan, already worded. */
  blocks: z.array(blockSchema),
  requestedBy: userSchema,
  conversation: conversationRefSchema,
  language: languageSchema,
  /** `approved` has no task yet, `used` has. `change`: the asker wants another plan. */
  state: z.enum(['pending', 'approved', 'used', 'rejected', 'change', 'expired']),
  decidedBy: userSchema.optional(),
  decidedAt: z.number().optional(),
  taskId: z.string().optional(),
  expiresAt: z.number(),
  createdAt: z.number(),
});

export type Approval = z.infer<typeof approvalSchema>;

export const approvalSpec: CollectionSpec<Approval> = {
  name: 'approvals',
  schema: approvalSchema,
  indexes: [['state', 'expiresAt'], ['createdAt']],
};

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
  /** Idempotent by key. A refusal says why the asker may not even ask. */
  request(request: PlanRequest): Promise<{ approval: Approval } | { refused: Message }>;
  get(id: string): Promise<Approval | undefined>;
  pending(): Promise<Approval[]>;
  /** Exactly one decision wins, however many arrive; the others are told. Rights are looked up at this moment. */
  decide(id: string, actor: UserRef, verdict: Verdict): Promise<Decided>;
  /** Whether this very plan was approved, and the approver still has the right to: asked again before each write. */
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
  /** Told after every change, to show it. */
  onChange: (approval: Approval) => Promise<void>;
}

export function createApprovals(options: ApprovalOptions): Approvals {
  const { approvals, policy, audit, clock } = options;
  const turns = new Map<string, Promise<void>>();

  async function request(asked: PlanRequest): Promise<{ approval: Approval } | { refused: Message }> {
    const refused = refusalToRequest(policy, asked.requestedBy, asked.plan);
    if (refused) return { refused };
    for (const id of idsFor(asked.key)) {
      const stored = await approvals.get(id);
      const approval = stored ?? newApproval(id, asked, clock());
      if (approval.key !== asked.key) continue;
      if (!stored) {
        await tell('approval.request', approval, asked.requestedBy, 'pending');
        if (!(await approvals.insert(approval))) return request(asked);
      }
      await options.onChange(approval);
      return { approval };
    }
    throw new Error(`No free id for ${asked.key}`);
  }

  function newApproval(id: string, asked: PlanRequest, now: number): Approval {
    const expiresAt = now + ruleFor(policy, asked.plan).expiresMinutes * 60_000;
    const plan: Plan = planSchema.parse({ ...asked.plan, id: `p-${id}`, expiresAt });
    return { ...asked, id, rev: 1, plan, digest: digestOf(plan), state: 'pending', expiresAt, createdAt: now };
  }

  /** One decision after the other for each request, so that the log tells only of those that could win. */
  function decide(id: string, actor: UserRef, verdict: Verdict): Promise<Decided> {
    const decided = (turns.get(id) ?? Promise.resolve()).then(() => decideNow(id, actor, verdict));
    const turn = decided.then(noop, noop).then(() => {
      if (turns.get(id) === turn) turns.delete(id);
    });
    turns.set(id, turn);
    return decided;
  }

  async function decideNow(id: string, actor: UserRef, verdict: Verdict): Promise<Decided> {
    const stored = await approvals.get(id);
    if (!stored) return { result: 'not-found' };
    if (stored.state !== 'pending') return { result: stored.state === 'expired' ? 'expired' : 'decided' };
    if (stored.expiresAt <= clock()) {
      await expire(stored);
      return { result: 'expired' };
    }
    const own = userKey(actor) === userKey(stored.requestedBy);
    const why = verdict === 'approve' || !own ? refusalToDecide(policy, actor, stored) : undefined;
    if (why) {
      await tell(`approval.${verdict}`, stored, actor, 'refused');
      return { result: 'forbidden', why };
    }
    if (digestOf(stored.plan) !== stored.digest) throw new Error(`The plan of approval ${id} was altered`);
    const state = verdict === 'approve' ? 'approved' : verdict === 'reject' ? 'rejected' : 'change';
    const next: Approval = { ...stored, rev: stored.rev + 1, state, decidedBy: actor, decidedAt: clock() };
    await tell(`approval.${verdict}`, next, actor, 'intended');
    if (await approvals.replace(next)) return { result: 'done', approval: await settle(next) };
    await tell(`approval.${verdict}`, next, actor, 'too-late');
    return decideNow(id, actor, verdict);
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

  async function tell(action: string, { id, plan, digest }: Approval, by: UserRef, outcome: string): Promise<void> {
    await audit.append({
      actor: userKey(by),
      action,
      subject: id,
      outcome,
      details: { action: plan.action, cluster: plan.cluster, digest },
    });
  }

  return {
    request,
    get: (id) => approvals.get(id),
    pending: () =>
      approvals.find({ where: { state: 'pending' }, range: { field: 'expiresAt', gt: clock() }, orderBy: 'expiresAt' }),
    decide,
    async stillApproved(id, plan) {
      const stored = await approvals.get(id);
      if (!stored?.decidedBy || (stored.state !== 'approved' && stored.state !== 'used')) return false;
      return planDigest(plan) === stored.digest && refusalToDecide(policy, stored.decidedBy, stored) === undefined;
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

const noop = () => undefined;

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Short ids for a key: four letters and digits that are not mixed up, more where those are taken. */
function* idsFor(key: string): Generator<string> {
  const bytes = createHash('sha256').update(key).digest();
  // A digit in second place tells an id from a word that somebody types.
  const text = [...bytes].map((byte, at) => (at === 1 ? `${2 + (byte % 8)}` : LETTERS[byte % LETTERS.length])).join('');
  for (let length = 4; length <= 12; length++) yield text.slice(0, length);
}
