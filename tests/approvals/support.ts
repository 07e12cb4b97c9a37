import {
  type Approval,
  type ApprovalOptions,
  approvalSpec,
  createApprovals,
  type PlanRequest,
} from '../../src/approvals/approvals.ts';
import { createKillSwitch } from '../../src/approvals/kill-switch.ts';
import type { Plan } from '../../src/approvals/plan.ts';
import { type Policy, parsePolicy } from '../../src/approvals/policy.ts';
import { auditSpec, openAudit } from '../../src/audit/audit.ts';
import type { UserRef } from '../../src/chat/types.ts';
import { temporaryStore } from '../support/store.ts';
import { planOf } from '../tasks/cloud.ts';

/** The real store, log and kill switch, and approvals by any policy over them; tasks are only counted. */
export async function openHouse() {
  const store = await temporaryStore();
  const state = { now: Date.UTC(2026, 10, 25, 4) };
  const clock = () => state.now;
  const documents = store.collection(approvalSpec);
  const audit = openAudit({ collection: store.collection(auditSpec), clock });
  const killSwitch = createKillSwitch({ store, audit, clock });
  const started: string[] = [];
  const shown: Approval[] = [];
  const open = (policy: Policy, change: Partial<ApprovalOptions> = {}) =>
    createApprovals({
      approvals: documents,
      policy,
      audit,
      clock,
      stoppedBy: () => killSwitch.stoppedBy(),
      timeZone: 'Asia/Shanghai',
      startTask: async ({ id }) => `T-${started.push(id)}000`,
      onChange: async (approval) => void shown.push(approval),
      ...change,
    });
  const logged = async () =>
    (await audit.list({ limit: 10_000 })).map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`);
  return { store, state, documents, audit, killSwitch, started, shown, open, logged };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

export const policyOf = (text: string): Policy => parsePolicy(text, 'policy.yaml');
export const web = (id: string): UserRef => ({ platform: 'web', tenant: 'console', id });
export const slack = (id: string): UserRef => ({ platform: 'slack', tenant: 'T1', id });

/** A small change of one Deployment, as a healing plan makes it. */
export function patchPlan(name = 'api', change: Partial<Plan> = {}): PlanRequest['plan'] {
  const {
    id: _,
    expiresAt: __,
    ...plan
  } = planOf('x', 1, {
    action: 'workload.patch',
    cluster: 'dev-1',
    target: { namespace: 'shop', kind: 'Deployment', name, percent: 25 },
    ...change,
  });
  return plan;
}

export function asked(by: UserRef, plan: PlanRequest['plan'], key: string): PlanRequest {
  const conversation = { platform: 'web', tenant: 'console', id: 'c1', kind: 'dm' } as const;
  return { key, plan, blocks: [], requestedBy: by, conversation, language: 'en' };
}
